import { answerType } from '../../src/ack/answers/answer-record.js';
import { createEmailAcknowledgement } from '../../src/ack/email-acknowledgement.js';
import { readHeaderFields } from '../../src/ack/header-fields.js';
import { putOffType } from '../../src/ack/put-off.js';
import { findReference } from '../../src/ack/reference/find-reference.js';
import { replyKey } from '../../src/ack/reply-key.js';
import { replyType } from '../../src/ack/reply-record.js';
import type { AuthenticationPolicy } from '../../src/ack/trust/authentication-policy.js';
import { seenType } from '../../src/ack/trust/replays.js';
import type { Acknowledgement } from '../../src/core/acknowledgement.js';
import { type Clock, systemClock } from '../../src/core/clock.js';
import type { Mailbox, Reply } from '../../src/core/mail.js';
import { composedMail, firingAlert, openScene, person, references, trusting } from '../ack/scene.js';
import { quietLog } from '../helpers/quiet-log.js';
import { authservId } from '../helpers/received.js';
import { until } from '../helpers/until.js';
import type { HostileMail, Policy } from './mails/hostile-mail.js';

/** What became of a mail. */
export interface Reading {
  readonly verdict: HostileMail['expected'];
  readonly reason: string;
  /** What the host was told by it. */
  readonly calls: readonly Acknowledgement[];
  /** The time of the processor that it took, in milliseconds. */
  readonly cpuMs: number;
}

/** The whole way from a mailbox to the host, with a store on disk; mails are handed to it one by one. */
export interface Reader {
  read(mail: Buffer): Promise<Reading>;
  /** Who was answered so far. */
  readonly answered: readonly string[];
  close(): Promise<void>;
}

const policies: Readonly<Record<Policy, AuthenticationPolicy>> = {
  generic: { kind: 'generic', authservIds: [authservId] },
  microsoft365: { kind: 'microsoft365', isMicrosoftHost: false, domain: 'example.com' },
  google: { kind: 'google' },
};
const longestHeader = 65_536;
const betweenMs = 20 * 60_000;

/** Starts a reader that authenticates senders by `policy`. Between two mails twenty minutes pass. */
export async function startReader(policy: Policy): Promise<Reader> {
  let aheadMs = 0;
  const clock: Clock = {
    now: () => new Date(Date.now() + aheadMs),
    elapsedMs: () => systemClock.elapsedMs() + aheadMs,
    until: (date, signal) => systemClock.until(new Date(date.getTime() - aheadMs), signal),
  };
  const scene = await openScene();
  const replies = scene.store.collection('replies', replyType);
  const calls: Acknowledgement[] = [];
  const answered: string[] = [];
  const inbox = createInbox(clock);
  const acknowledgement = createEmailAcknowledgement({
    account: 'alerts',
    mailbox: inbox.mailbox,
    ...{ replies, putOff: scene.store.collection('put-off', putOffType) },
    seen: scene.store.collection('seen', seenType),
    // Mails beyond count are on record, but for those whose id begins so.
    mails: {
      get: async (id) => (id.startsWith('gone') ? undefined : composedMail(id)),
      names: async () => ['case000000001'],
    },
    alert: (id) => firingAlert(id),
    async acknowledge(call) {
      calls.push(call);
      return 'acknowledged';
    },
    answers: scene.store.collection('answers', answerType),
    answerTransport: {
      roomAt: () => new Date(0),
      async send(_answer, recipients, _signal, record) {
        answered.push(...recipients);
        const result = {
          recipients: Object.fromEntries(recipients.map((to) => [to, { status: 'accepted' as const }])),
        };
        await record(result);
        return result;
      },
    },
    firing: () => undefined,
    threads: async () => [],
    nameOf: ({ id }) => `DiskFull on ${id}`,
    settings: {
      expires: 8 * 3_600_000,
      answers: { confirm: true, tellOthers: true },
    },
    timeZone: 'UTC',
    trust: trusting({ authentication: policies[policy], senders: { allow: ['kim@example.com'], deny: [] } }),
    recipients: [person],
    bounced: async (mail) => mail,
    unreached: async () => {},
    references,
    systemErrors: scene.systemErrors,
    history: scene.store.history,
    clock,
    log: quietLog,
  });
  const stopping = new AbortController();
  const ended = acknowledgement.start(stopping.signal);

  return {
    async read(mail) {
      aheadMs += betweenMs;
      const header = headerOf(mail);
      const fields = readHeaderFields(header);
      const before = calls.length;
      const begun = process.cpuUsage();
      await inbox.handOut(mail, header);
      const { user, system } = process.cpuUsage(begun);
      const cpuMs = (user + system) / 1_000;
      if (!findReference(fields, references))
        return { verdict: 'ignored', reason: '', calls: calls.slice(before), cpuMs };
      const key = replyKey(fields, header);
      const isOver = (record: Awaited<ReturnType<typeof replies.get>>) =>
        record?.verdict === 'refused' || record?.verdict === 'unreadable' || record?.outcome !== undefined;
      const record = await until('the end of a reply', async () => {
        const found = await replies.get(key);
        return isOver(found) && found;
      });
      const { verdict, reason } = record;
      return { verdict, reason, calls: calls.slice(before), cpuMs };
    },
    answered,
    async close() {
      stopping.abort();
      await inbox.mailbox.close();
      await ended;
      await scene.remove();
    },
  };
}

/** What an IMAP server hands out as BODY[HEADER], cut as we ask for it. */
function headerOf(mail: Buffer): Buffer {
  const end = mail.indexOf('\r\n\r\n');
  const lines = mail.indexOf('\n\n');
  const ends = [end === -1 ? mail.length : end + 4, lines === -1 ? mail.length : lines + 2];
  return mail.subarray(0, Math.min(...ends, longestHeader));
}

/** A mailbox that hands out what it is given, and knows when the reader asks for more. */
function createInbox(clock: Clock) {
  let current: { readonly reply: Reply; readonly done: () => void } | undefined;
  let wake = () => {};
  let closed = false;
  let uid = 0;
  const mailbox: Mailbox = {
    async *watch() {
      while (!closed) {
        if (!current) await new Promise<void>((resolve) => (wake = resolve));
        if (!current) continue;
        yield current.reply;
        current.done();
        current = undefined;
      }
    },
    async done() {},
    async close() {
      closed = true;
      wake();
    },
  };
  return {
    mailbox,
    handOut: (mail: Buffer, header: Buffer) =>
      new Promise<void>((done) => {
        uid += 1;
        const place = { account: 'alerts', position: `1:${uid}` };
        const source = async (maxLength: number) => mail.subarray(0, maxLength);
        current = { reply: { place, header, receivedAt: clock.now(), source }, done };
        wake();
      }),
  };
}
