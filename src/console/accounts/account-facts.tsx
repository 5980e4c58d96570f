import type { Child } from 'hono/jsx';
import type { AccountSheet } from '../../core/account-sheet.js';
import type { ConsoleDesk } from '../../core/console-desk.js';
import type { AccountStatus, Expiry } from '../../core/status.js';
import { Moment } from '../frame/moment.js';
import { webAddress } from '../frame/web-address.js';
import { stateWords } from './state-words.js';

/** How one account is doing, and what it is used for, as a list of facts. */
export function AccountFacts({
  account,
  sheet,
  desk,
}: {
  readonly account: AccountStatus;
  readonly sheet: AccountSheet;
  readonly desk: ConsoleDesk;
}) {
  const { words, tone } = stateWords[account.state];
  const { since, detail, remedy, nextTryAt, authorizedAs, scopes, missingScopes } = account;
  const { accessTokenExpiresAt, expiries = [], messagesLeft, lastSentAt, lastReplyAt } = account;
  const url = webAddress(account.authorizationUrl);
  const moment = (at: Date) => <Moment at={at} desk={desk} />;
  return (
    <>
      <p>
        <span class={`badge ${tone}`}>{words}</span> {since && <>since {moment(since)}</>}
      </p>
      {detail !== undefined && <p>{detail}</p>}
      {remedy !== undefined && <p>{remedy}</p>}
      {url !== undefined && (
        <p>
          <a class="button first" href={url} target="_blank" rel="noopener noreferrer">
            Sign in as {sheet.signsIn ?? account.mailbox}
          </a>
        </p>
      )}
      <dl class="facts">
        <Fact name="Mailbox">{account.mailbox}</Fact>
        <Fact name="Used for">
          <Uses sheet={sheet} />
        </Fact>
        {authorizedAs !== undefined && <Fact name="Authorized as">{authorizedAs}</Fact>}
        {account.grant === 'client_credentials' && scopes && (
          <Fact name="Authorized as">the application itself</Fact>
        )}
        {scopes && <Fact name="Scopes">{scopes.join(' ')}</Fact>}
        {missingScopes && (
          <Fact name="Not granted" tone="warn">
            {missingScopes.join(' ')}
          </Fact>
        )}
        {accessTokenExpiresAt && <Fact name="Access token">until {moment(accessTokenExpiresAt)}</Fact>}
        {expiries.map((expiry) => (
          <Fact name={expiryNames[expiry.what]} tone={expiry.warnedDays === undefined ? undefined : 'warn'}>
            until {moment(expiry.at)}
            {expiry.renewed && '; it is put off by itself'}
            {expiry.detail !== undefined && `: ${expiry.detail}`}
            {expiry.remedy !== undefined && `. ${expiry.remedy}`}
          </Fact>
        ))}
        {nextTryAt && <Fact name="Next try">{moment(nextTryAt)}</Fact>}
        {sheet.sends && <Fact name="Last send">{lastSentAt ? moment(lastSentAt) : noneLately}</Fact>}
        {sheet.watched && <Fact name="Last reply">{lastReplyAt ? moment(lastReplyAt) : noneLately}</Fact>}
        {messagesLeft !== undefined && (
          <Fact name="Rate">{Math.max(0, Math.floor(messagesLeft))} messages may leave now</Fact>
        )}
      </dl>
    </>
  );
}

const noneLately = 'none in the last 3 days, tests aside';

const expiryNames: Readonly<Record<Expiry['what'], string>> = {
  'client secret': 'Client secret',
  certificate: 'Certificate',
  'sign-in': 'Sign-in',
};

function Fact({
  name,
  tone,
  children,
}: {
  readonly name: string;
  readonly tone?: 'warn' | undefined;
  readonly children?: Child;
}) {
  return (
    <>
      <dt>{name}</dt>
      <dd class={tone}>{children}</dd>
    </>
  );
}

function Uses({ sheet: { uses, watched } }: { readonly sheet: AccountSheet }) {
  const texts = [
    ...uses.map(({ action, as, other }) =>
      as === 'primary'
        ? `action ${action}${other === undefined ? '' : ` (backup: ${other})`}`
        : `backup of the action ${action} (primary: ${other})`,
    ),
    ...(watched ? ['replies are read from it'] : []),
  ];
  return <>{texts.join('; ') || 'nothing'}</>;
}
