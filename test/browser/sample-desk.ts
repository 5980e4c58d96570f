import type { ConsoleDesk } from '../../src/core/console-desk.js';
import { Fault } from '../../src/core/fault.js';
import type { TestStep } from '../../src/core/server-test.js';
import type { AccountStatus } from '../../src/core/status.js';
import type { SystemError } from '../../src/core/system-error.js';
import { openAccounts } from '../../src/plugin-accounts.js';
import { createSheets } from '../../src/plugin-sheets.js';
import { loadSettings } from '../../src/settings/load-settings.js';
import { version } from '../../src/version.js';

/** When it is. */
const now = new Date('2026-03-02T06:41:00Z');
const env = {
  ...{ ACKMAIL_CLIENT_SECRET: 'a', RELAY_PASSWORD: 'b', HOOK_SECRET: 'c' },
  ...{ SLACK_WEBHOOK: 'https://hooks.slack.com/d', PAGER_TOKEN: 'e', PAGER_SECRET: 'f' },
};
const before = (minutes: number) => new Date(now.getTime() - minutes * 60_000);
const after = (minutes: number) => before(-minutes);
const dayMin = 24 * 60;
const outlook = 'https://outlook.office.com';

const accounts: readonly AccountStatus[] = [
  {
    ...{ account: 'alerts', mailbox: 'alerts@contoso.com', grant: 'authorization_code', state: 'authorized' },
    ...{ authorizedAs: 'alerts@contoso.com', refreshedAt: before(21), accessTokenExpiresAt: after(52) },
    scopes: [`${outlook}/SMTP.Send`, `${outlook}/IMAP.AccessAsUser.All`],
    expiries: [
      { what: 'client secret', at: new Date('2028-05-01T00:00:00Z'), renewed: false },
      { what: 'sign-in', at: after(90 * dayMin), renewed: true },
    ],
    ...{ messagesLeft: 10, lastSentAt: before(4), lastReplyAt: before(43) },
  },
  {
    ...{ account: 'relay', mailbox: 'monitor@example.net', grant: 'password', state: 'password' },
    lastSentAt: before(9 * 60),
  },
];

const steps: readonly TestStep[] = [
  { ...works('smtp', 'name', 11), detail: 'smtp.office365.com is 203.0.113.34' },
  { ...works('smtp', 'tcp', 18), detail: 'smtp.office365.com:587 answers' },
  { ...works('smtp', 'tls', 41), detail: 'TLSv1.3, by STARTTLS' },
  { ...works('smtp', 'token', 2), detail: 'good until 2026-03-02T07:33:00.000Z' },
  { ...works('smtp', 'login', 163), detail: 'alerts@contoso.com is logged in' },
  { ...works('smtp', 'mail', 912), detail: 'taken for alerts@contoso.com: 250 2.0.0 OK' },
  { ...works('imap', 'name', 9), detail: 'outlook.office365.com is 203.0.113.61' },
  { ...works('imap', 'tcp', 17), detail: 'outlook.office365.com:993 answers' },
  { ...works('imap', 'tls', 38), detail: 'TLSv1.3' },
  { ...works('imap', 'token', 1), detail: 'good until 2026-03-02T07:33:00.000Z' },
  { ...works('imap', 'login', 204), detail: 'alerts@contoso.com is logged in' },
];

function works(server: TestStep['server'], step: TestStep['step'], ms: number) {
  return { server, step, ok: true, ms } as const;
}

const url = 'https://monitor.contoso.com/ackmail/authorize/alerts';
const required = new Fault('OAUTH_AUTHORIZATION_REQUIRED', {
  ...{ account: 'alerts', user: 'alerts@contoso.com' },
  detail: 'the sign-in was revoked or has expired; the provider says: AADSTS50173 (invalid_grant)',
});
const { code, message, remedy } = required;
const error: SystemError = {
  ...{ code, subject: 'alerts', severity: 'critical', message, remedy },
  ...{ authorizationUrl: url, since: before(17), count: 3 },
};

/** The same after the provider has ended the sign-in. */
const ended = accounts.map((account): AccountStatus => {
  if (account.account !== 'alerts') return account;
  const { mailbox, grant, lastSentAt, lastReplyAt } = account;
  return {
    ...{ account: 'alerts', mailbox, grant, state: 'authorization-required' },
    ...{ detail: message, remedy, authorizationUrl: url },
    ...(lastSentAt ? { lastSentAt } : {}),
    ...(lastReplyAt ? { lastReplyAt } : {}),
  };
});
const untilSignIn: readonly TestStep[] = [
  ...steps.slice(0, 3),
  { server: 'smtp', step: 'token', ok: false, ms: 96, detail: message, remedy, authorizationUrl: url },
];

/**
 * What the pages of the accounts show for the settings of examples/ackmail.yaml, at a moment that stands still:
 * while all is well, or when somebody has to sign in again.
 */
export async function openSampleDesk(isWell: boolean): Promise<ConsoleDesk> {
  const { raw, settings, dir, locate } = await loadSettings('examples/ackmail.yaml', env);
  const opened = await openAccounts(settings, dir, {});
  const sheets = createSheets({
    host: { settings: raw, settingsSource: locate },
    settings,
    accounts: opened,
  });
  const elsewhere = (): never => {
    throw new Error('Only the pages of the accounts have something to show.');
  };
  return {
    ...{ version, timeZone: 'Europe/Berlin', sheets },
    now: () => now,
    until: (_, signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve())),
    stopping: new AbortController().signal,
    status: async () => ({
      ...{ version, startedAt: before(4 * dayMin), actions: [], warnings: [] },
      accounts: isWell ? accounts : ended,
      systemErrors: isWell ? [] : [error],
      alerts: { firing: 3, acknowledged: 1 },
    }),
    systemErrors: () => (isWell ? [] : [error]),
    pastErrors: elsewhere,
    alerts: {
      ...{ find: elsewhere, get: elsewhere, nameOf: elsewhere, told: elsewhere },
      ...{ trail: elsewhere, recipients: elsewhere, say: elsewhere },
    },
    outbox: { list: elsewhere, details: elsewhere, retry: elsewhere, drop: elsewhere },
    report: elsewhere,
    async *testServer() {
      yield* isWell ? steps : untilSignIn;
    },
    async *roundTrip() {},
  };
}
