import { answerType } from '../../src/ack/answers/answer-record.js';
import { createEmailAcknowledgement } from '../../src/ack/email-acknowledgement.js';
import { createImapMailbox } from '../../src/ack/mailbox/imap-mailbox.js';
import { positionType } from '../../src/ack/mailbox/mailbox-position.js';
import { putOffType } from '../../src/ack/put-off.js';
import { replyType } from '../../src/ack/reply-record.js';
import { seenType } from '../../src/ack/trust/replays.js';
import type { TrustRules } from '../../src/ack/trust/trust-of.js';
import { mailType } from '../../src/actions/email/mail-type.js';
import type { Acknowledgement, AcknowledgeOutcome } from '../../src/core/acknowledgement.js';
import type { Alert } from '../../src/core/alert.js';
import { type Clock, systemClock } from '../../src/core/clock.js';
import type { Log } from '../../src/core/host.js';
import type { Answer, ComposedMail, RecipientStatus } from '../../src/core/mail.js';
import { createNetwork } from '../../src/network/create-network.js';
import { type ImapServerOptions, startImapServer, type TestImapServer } from '../helpers/imap-server.js';
import { quietLog } from '../helpers/quiet-log.js';
import { until } from '../helpers/until.js';
import {
  accountAt,
  composedMail,
  firingAlert,
  me,
  openScene,
  person,
  references,
  replyTo,
  trusting,
} from './scene.js';

/** The ids of the two mails that were sent. */
export const a = 'aaaaaaaaaaaaa';
export const b = 'bbbbbbbbbbbbb';

/** Takes an acknowledgement into the monitor of a test. */
export type Host = (acknowledgement: Acknowledgement) => Promise<AcknowledgeOutcome>;

/** A mailbox, a store with the mails a and b, and a host that takes everything unless told otherwise. */
export async function stage(
  { ends }: { ends: (() => Promise<void>)[] },
  options: {
    clock?: Clock;
    server?: Partial<ImapServerOptions>;
    allow?: string[];
    trust?: Partial<TrustRules>;
    log?: Log;
    answers?: { confirm: boolean; tellOthers: boolean };
  } = {},
) {
  const clock = options.clock ?? systemClock;
  const scene = await openScene(clock);
  const server: TestImapServer = await startImapServer({ users: { [me]: 'secret' }, ...options.server });
  const mails = scene.store.collection('mails', mailType);
  const replies = scene.store.collection('replies', replyType);
  const putOff = scene.store.collection('put-off', putOffType);
  for (const id of [a, b]) await mails.put(id, composedMail(id));
  const calls: Acknowledgement[] = [];
  const alerts = new Map<string, Alert>([a, b].map((id) => [`alert-${id}`, firingAlert(`alert-${id}`)]));
  const answers: Answer[] = [];
  const unreached: string[] = [];
  const state: {
    host: Host;
    /** What the mail server says of somebody who is answered. */
    answering: (to: string) => Promise<RecipientStatus['status']>;
    roomAt: Date;
    /** The mails of other actions. */
    threads: ComposedMail[];
  } = {
    host: async () => 'acknowledged',
    answering: async () => 'accepted',
    roomAt: new Date(0),
    threads: [],
  };
  const runs: (() => Promise<void>)[] = [];
  ends.push(async () => {
    for (const stop of runs) await stop();
    await server.close();
    await scene.remove();
  });

  const start = async () => {
    const mailbox = createImapMailbox({
      account: accountAt(server.port),
      settings: { done: 'move', moveTo: 'Acknowledged' },
      tokens: { getToken: () => Promise.reject(new Error('no tokens here')) },
      network: createNetwork({ env: {} }),
      positions: scene.store.collection('positions', positionType),
      systemErrors: scene.systemErrors,
      clock: systemClock,
      log: quietLog,
      loginRemedy: '',
    });
    const acknowledgement = createEmailAcknowledgement({
      account: 'alerts',
      mailbox,
      ...{ replies, putOff, seen: scene.store.collection('seen', seenType) },
      mails,
      alert: (id) => alerts.get(id),
      acknowledge: (call) => {
        calls.push(call);
        return state.host(call);
      },
      answers: scene.store.collection('answers', answerType),
      answerTransport: {
        roomAt: () => state.roomAt,
        async send(answer, open, _signal, record) {
          answers.push(answer);
          const statuses = await Promise.all(
            open.map(async (to) => [to, { status: await state.answering(to) }]),
          );
          const result = { recipients: Object.fromEntries(statuses) };
          await record(result);
          return result;
        },
      },
      firing: (fingerprint) =>
        [...alerts.values()].find((one) => one.fingerprint === fingerprint && one.status !== 'resolved'),
      threads: async (ids) =>
        state.threads.flatMap((mail) => {
          const alertIds = ids.filter((id) => mail.alertIds.includes(id));
          return alertIds.length > 0 ? [{ mail, alertIds }] : [];
        }),
      nameOf: ({ id }) => `DiskFull on ${id}`,
      settings: {
        expires: 8 * 3_600_000,
        answers: options.answers ?? { confirm: false, tellOthers: false },
      },
      trust: trusting({ senders: { allow: options.allow ?? [], deny: [] }, ...options.trust }),
      timeZone: 'UTC',
      recipients: [person],
      async bounced(mail, statuses) {
        const after = { ...mail, recipients: { ...mail.recipients, ...statuses } };
        await mails.put(mail.id, after);
        return after;
      },
      async unreached(action, alertIds) {
        unreached.push(`${action} ${alertIds.join(' ')}`);
      },
      references,
      systemErrors: scene.systemErrors,
      history: scene.store.history,
      clock,
      log: options.log ?? quietLog,
    });
    const stopping = new AbortController();
    const ended = acknowledgement.start(stopping.signal);
    const idles = server.commands.filter((line) => line === 'IDLE').length;
    await until('IDLE', () => server.commands.filter((line) => line === 'IDLE').length > idles);
    const stop = async () => {
      stopping.abort();
      await ended;
    };
    runs.push(stop);
    return { pending: acknowledgement.pending, stop };
  };
  const marked = () => server.mails('Acknowledged').length;
  return { scene, server, mails, replies, putOff, calls, answers, unreached, alerts, state, start, marked };
}

/** All that was seen so far is done with, when a reply that comes last is. */
export async function settled(on: Awaited<ReturnType<typeof stage>>) {
  const before = on.calls.length;
  on.server.append(replyTo(b, 'comment end'));
  await until('the last reply', () => on.calls.slice(before).some((call) => call.comment === 'end'));
}
