import type { SmtpLimits } from '../../../src/actions/email/smtp-connections.js';
import { createSmtpTransport } from '../../../src/actions/email/smtp-transport.js';
import { createSubmissionGate } from '../../../src/actions/email/submission-gate.js';
import type { WayOut } from '../../../src/actions/email/ways-out.js';
import type { Account } from '../../../src/core/account.js';
import type { Alert, AlertEvent, AlertEventKind } from '../../../src/core/alert.js';
import type { Clock } from '../../../src/core/clock.js';
import { Fault } from '../../../src/core/fault.js';
import type { Log } from '../../../src/core/host.js';
import type { ComposedMail, MintReference } from '../../../src/core/mail.js';
import type { Network } from '../../../src/core/network.js';
import { type EmailActionSettings, settingsSchema } from '../../../src/core/settings.js';
import type { SystemErrors } from '../../../src/core/system-error.js';
import type { TokenSource } from '../../../src/core/token.js';
import { createNetwork } from '../../../src/network/create-network.js';

/** An account that signs in by OAuth 2.0, or by password when one is given. */
export function testAccount(
  smtp: Partial<NonNullable<Account['smtp']>> & { port: number },
  password?: string,
): Account {
  return {
    name: 'alerts',
    mailbox: 'alerts@example.com',
    user: 'alerts@example.com',
    from: 'Alerts <alerts@example.com>',
    login:
      password === undefined
        ? {
            grant: 'authorization_code',
            oauth: {
              clientId: 'ackmail',
              clientSecret: 'unused',
              scope: 'mail',
              redirectUri: 'http://localhost/oauth/callback',
              authorizationParameters: {},
            },
          }
        : { grant: 'password', password },
    smtp: { host: '127.0.0.1', security: 'none', user: 'alerts@example.com', connections: 3, ...smtp },
  };
}

/** Tokens `token-1`, `token-2`, …: another one for each renewal of the newest, at most one at a time. */
export interface TestTokens extends TokenSource {
  readonly renewals: () => number;
  /** What getToken throws from now on; undefined for nothing. */
  fail(fault: Fault | undefined): void;
}

export function testTokens(): TestTokens {
  let number = 1;
  let failing: Fault | undefined;
  return {
    renewals: () => number - 1,
    fail(fault) {
      failing = fault;
    },
    async getToken(_account, options) {
      if (failing) throw failing;
      if (options?.renew === `token-${number}`) number += 1;
      return { token: `token-${number}`, expiresAt: new Date(Date.now() + 3_600_000) };
    },
  };
}

/** The way out by an account, as for one action with no backup unless `hasBackup`. */
export function testWay(parts: {
  readonly account: Account;
  readonly tokens: TokenSource;
  readonly systemErrors: SystemErrors;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits?: Partial<SmtpLimits>;
  readonly hasBackup?: boolean;
}): WayOut {
  const transport = createSmtpTransport({ network: testNetwork(), loginRemedy: 'Ask.', ...parts });
  return {
    account: parts.account,
    transport,
    gate: createSubmissionGate({ hasBackup: false, ...parts, transport }),
  };
}

/** The network without a proxy, or with one. */
export function testNetwork(proxy?: string): Network {
  return {
    fetch: (url, init) => fetch(url, { redirect: 'manual', ...init }),
    agent: () => undefined,
    proxyFor: () => proxy,
    connect: createNetwork({ env: {} }).connect,
  };
}

/** A log that keeps its lines. */
export interface TestLog extends Log {
  readonly lines: string[];
}

export function testLog(): TestLog {
  const lines: string[] = [];
  const line = (level: string) => (facts: object, message: string) => {
    lines.push(`${level} ${message} ${JSON.stringify(facts)}`);
  };
  return { lines, debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') };
}

/** A composed mail that nobody composed. */
export function rawMail(recipients: readonly string[], body = 'Hello.'): ComposedMail {
  return {
    id: 'mailid',
    action: 'ops',
    account: 'alerts',
    eventIds: ['event-1'],
    alertIds: ['alert-1'],
    messageId: '<mailid@example.com>',
    subject: 'Hello',
    composedAt: new Date('2026-03-01T03:00:00Z'),
    envelopeFrom: 'alerts@example.com',
    recipients: Object.fromEntries(recipients.map((to) => [to, { status: 'pending' }])),
    raw: `From: alerts@example.com\r\nTo: ${recipients.join(', ')}\r\nMessage-ID: <mailid@example.com>\r\nSubject: Hello\r\n\r\n${body}\r\n`,
  };
}

/** An alert that fires, as Alertmanager tells of one. */
export function testAlert(change: Partial<Alert> = {}): Alert {
  return {
    id: 'alert-1',
    fingerprint: 'prod/0123456789abcdef',
    source: 'prod',
    labels: { alertname: 'DiskFull', instance: 'db-1.example.com:9100', severity: 'critical' },
    annotations: { summary: 'The disk of db-1 is 92 % full.' },
    severity: 'critical',
    status: 'firing',
    startsAt: new Date('2026-03-01T02:55:00Z'),
    url: 'https://prometheus.example.com/graph?g0.expr=up',
    ...change,
  };
}

let counter = 0;

/** An event of an alert, with an id of its own. */
export function testEvent(kind: AlertEventKind, change: Partial<Alert> = {}, id?: string): AlertEvent {
  counter += 1;
  const status = kind === 'resolved' ? 'resolved' : 'firing';
  return {
    id: id ?? `event-${counter}`,
    kind,
    at: new Date('2026-03-01T03:00:00Z'),
    alert: testAlert({ status, ...change }),
  };
}

/** The Fault that a promise is rejected with; throws when it is not one. */
export async function faultOf(promise: Promise<unknown>): Promise<Fault> {
  try {
    await promise;
  } catch (thrown) {
    if (thrown instanceof Fault) return thrown;
    throw thrown;
  }
  throw new Error('Nothing was thrown.');
}

/** The settings of the action `ops`, which mails these people. */
export function opsSettings(...to: readonly string[]): EmailActionSettings {
  const [action] = settingsSchema.parse({
    accounts: { alerts: { mailbox: 'alerts@example.com' } },
    actions: [{ name: 'ops', type: 'email', account: 'alerts', to }],
  }).actions;
  if (action?.type !== 'email') throw new Error('no email action');
  return action;
}

/** References that a test can read. */
export const testMint: MintReference = (mailId, domain) => ({
  root: `<ref${mailId}.root@${domain}>`,
  messageId: `<ref${mailId}@${domain}>`,
  subaddress: `ref${mailId}`,
  subjectTag: `#${mailId.slice(0, 10)}`,
});
