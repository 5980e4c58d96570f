import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createReferences } from '../../src/ack/reference/reference.js';
import type { TrustRules } from '../../src/ack/trust/trust-of.js';
import type { Account } from '../../src/core/account.js';
import type { Alert } from '../../src/core/alert.js';
import { type Clock, systemClock } from '../../src/core/clock.js';
import type { ComposedMail, MintReference } from '../../src/core/mail.js';
import type { Store } from '../../src/core/store.js';
import { standingErrorsType } from '../../src/reports/standing-errors.js';
import { createSystemErrors } from '../../src/reports/system-errors.js';
import { openStore } from '../../src/store/open-store.js';
import { quietLog } from '../helpers/quiet-log.js';
import { authservId, received } from '../helpers/received.js';

export const me = 'alerts@example.com';
export const person = 'ops@example.com';
export const key = Buffer.alloc(32, 7);
export const references = createReferences({ key, installation: 'one' });

/** A store in a folder of its own, with real system errors on it. */
export async function openScene(clock: Clock = systemClock, folder?: string) {
  const dir = folder ?? (await mkdtemp(join(tmpdir(), 'ackmail-ack-')));
  const store: Store = await openStore({ dir, key: randomBytes(32), clock });
  const changes: string[] = [];
  const systemErrors = createSystemErrors({
    document: store.collection('system-errors', standingErrorsType),
    clock,
    log: quietLog,
    history: store.history,
    async onChange(error, change) {
      changes.push(`${change} ${error.code}`);
    },
  });
  return {
    dir,
    store,
    systemErrors,
    changes,
    async history(kind: string) {
      const found = [];
      for await (const entry of store.history.since(new Date(0))) if (entry.kind === kind) found.push(entry);
      return found;
    },
    async remove() {
      await store.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

export type Scene = Awaited<ReturnType<typeof openScene>>;

/** The account whose mailbox is read, by password unless told otherwise. */
export function accountAt(
  port: number,
  more: Partial<NonNullable<Account['imap']>> = {},
  login?: Account['login'],
): Account {
  return {
    name: 'alerts',
    mailbox: me,
    user: me,
    from: me,
    login: login ?? { grant: 'password', password: 'secret' },
    imap: {
      host: '127.0.0.1',
      port,
      security: 'none',
      user: me,
      mailbox: 'INBOX',
      pollMs: 60_000,
      ...more,
    },
  };
}

/** A login by token. */
export const tokenLogin: Account['login'] = {
  grant: 'authorization_code',
  oauth: {
    clientId: 'client',
    clientSecret: 'secret',
    scope: 'imap',
    redirectUri: 'http://localhost:8025/oauth/callback',
    authorizationParameters: {},
  },
};

/** A mail that told of one alert. */
export function composedMail(
  id: string,
  more: Partial<ComposedMail> = {},
  mint: MintReference = references.mint,
): ComposedMail {
  const { messageId } = mint(id, 'example.com');
  return {
    id,
    action: 'ops',
    account: 'alerts',
    eventIds: [`event-${id}`],
    alertIds: [`alert-${id}`],
    messageId,
    subject: '[CRITICAL] DiskFull on db1',
    composedAt: new Date('2026-03-01T02:50:00Z'),
    envelopeFrom: me,
    recipients: { [person]: { status: 'accepted' } },
    raw: 'Subject: [CRITICAL] DiskFull on db1\r\n\r\nThe disk is full.\r\n',
    ...more,
  };
}

export function firingAlert(id: string, more: Partial<Alert> = {}): Alert {
  return {
    id,
    fingerprint: `test/${id}`,
    source: 'test',
    labels: { alertname: 'DiskFull' },
    annotations: {},
    severity: 'critical',
    status: 'firing',
    startsAt: new Date('2026-03-01T02:00:00Z'),
    ...more,
  };
}

/** Trust in what our own mail server says, for all whom a mail went to. */
export function trusting(more: Partial<TrustRules> = {}): TrustRules {
  return {
    authentication: { kind: 'generic', authservIds: [authservId] },
    senders: { allow: [], deny: [] },
    actionSenders: {},
    ownAddresses: [me],
    resolveTxt: () => Promise.reject(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' })),
    ...more,
  };
}

let count = 0;

/** A reply to a mail as an ordinary mail client writes it, as it is received. */
export function replyTo(
  mailId: string,
  text: string,
  fields: Readonly<Record<string, string | undefined>> = {},
): string {
  const reference = references.mint(mailId, 'example.com');
  count += 1;
  const all: Record<string, string | undefined> = {
    From: `Ops Person <${person}>`,
    To: `Alerts <alerts+${reference.subaddress}@example.com>`,
    Subject: 'Re: [CRITICAL] DiskFull on db1',
    'Message-ID': `<reply-${count}@client.example.com>`,
    'In-Reply-To': reference.messageId,
    References: `${reference.root} ${reference.messageId}`,
    Date: new Date(Date.UTC(2026, 2, 1, 3, 0, count)).toUTCString().replace('GMT', '+0000'),
    'MIME-Version': '1.0',
    'Content-Type': 'text/plain; charset=utf-8',
    ...fields,
  };
  const header = Object.entries(all).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}: ${value}`],
  );
  return received([...header, '', text.replaceAll('\n', '\r\n'), ''].join('\r\n'));
}
