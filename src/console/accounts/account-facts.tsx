import type { ConsoleDesk } from '../../core/console-desk.js';
import type { AccountStatus } from '../../core/status.js';
import { Moment } from '../frame/moment.js';
import { stateWords } from './state-words.js';

/** How one account is doing, as a list of facts. */
export function AccountFacts({
  account,
  desk,
}: {
  readonly account: AccountStatus;
  readonly desk: ConsoleDesk;
}) {
  const { words, tone } = stateWords[account.state];
  const { authorizedAs, accessTokenExpiresAt, missingScopes = [], expiries = [], messagesLeft } = account;
  return (
    <dl class="facts">
      <dt>State</dt>
      <dd>
        <span class={`badge ${tone}`}>{words}</span>
        {account.since && (
          <>
            {' '}
            since <Moment at={account.since} desk={desk} />
          </>
        )}
      </dd>
      <dt>Mailbox</dt>
      <dd>{account.mailbox}</dd>
      {authorizedAs !== undefined && (
        <>
          <dt>Authorized as</dt>
          <dd>{authorizedAs}</dd>
        </>
      )}
      {missingScopes.length > 0 && (
        <>
          <dt>Not granted</dt>
          <dd class="warn">{missingScopes.join(' ')}</dd>
        </>
      )}
      {accessTokenExpiresAt && (
        <>
          <dt>Access token</dt>
          <dd>
            good until <Moment at={accessTokenExpiresAt} desk={desk} />
          </dd>
        </>
      )}
      {expiries.map((expiry) => (
        <>
          <dt>{expiry.what}</dt>
          <dd class={expiry.warnedDays === undefined ? undefined : 'warn'}>
            ends <Moment at={expiry.at} desk={desk} />
          </dd>
        </>
      ))}
      {messagesLeft !== undefined && (
        <>
          <dt>May leave now</dt>
          <dd>{Math.max(0, Math.floor(messagesLeft))} messages</dd>
        </>
      )}
    </dl>
  );
}
