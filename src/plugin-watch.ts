import { answerType } from './ack/answers/answer-record.js';
import { createMailboxes } from './ack/create-mailboxes.js';
import { createEmailAcknowledgement, type EmailAcknowledgementSetup } from './ack/email-acknowledgement.js';
import { readHeaderFields } from './ack/header-fields.js';
import { createOwnMail } from './ack/own-mail.js';
import { putOffType } from './ack/put-off.js';
import { findReference } from './ack/reference/find-reference.js';
import { createReplyDesk } from './ack/reply-desk.js';
import { replyType } from './ack/reply-record.js';
import { createRoundTrip } from './ack/round-trip/round-trip.js';
import { runRoundTripSchedule } from './ack/round-trip/round-trip-schedule.js';
import { seenType } from './ack/trust/replays.js';
import type { TrustRules } from './ack/trust/trust-of.js';
import type { Network } from './core/network.js';
import type { TestStep } from './core/server-test.js';
import type { AcknowledgementSettings } from './core/settings.js';
import type { Store } from './core/store.js';
import type { SystemErrors } from './core/system-error.js';
import type { TokenSource } from './core/token.js';
import type { Accounts } from './plugin-accounts.js';
import type { RoundTripTools } from './plugin-round-trip.js';

/** Makes what reads the replies. */
export type CreateWatch = typeof createWatch;

/**
 * The watched mailbox and what becomes of its replies.
 *
 * A file of its own, since reading mail takes libraries that cost a quarter of a second and 30 MB: `register` loads
 * it only where replies are read.
 */
export function createWatch(
  deps: Pick<
    EmailAcknowledgementSetup,
    | 'mails'
    | 'references'
    | 'systemErrors'
    | 'history'
    | 'clock'
    | 'log'
    | 'acknowledge'
    | 'alert'
    | 'answerTransport'
    | 'firing'
    | 'threads'
    | 'nameOf'
    | 'timeZone'
    | 'recipients'
    | 'bounced'
    | 'unreached'
  > & {
    readonly roundTrip: RoundTripTools;
    /** The names of the accounts that mails leave by. */
    readonly senders: readonly string[];
    readonly settings: AcknowledgementSettings;
    readonly account: string;
    readonly accounts: Accounts;
    readonly store: Store;
    readonly tokens: TokenSource;
    readonly network: Network;
    readonly trust: TrustRules;
  },
) {
  const { settings, account, accounts, store, tokens, network, systemErrors, history, clock, log } = deps;
  const replies = store.collection('replies', replyType);
  const ownMail = createOwnMail({ replies, references: deps.references, ...deps.trust });
  const clean = settings.clean > 0 ? { clean: { olderThanMs: settings.clean, ownMail } } : {};
  const createMailbox = createMailboxes({
    account: accounts.find(account),
    ...{ settings, store, tokens, network, clock, log },
    loginRemedy: accounts.loginRemedy(account),
    isOurs: (header) => findReference(readHeaderFields(header), deps.references) !== undefined,
  });
  const mailbox = createMailbox({ systemErrors, ...clean });
  const { pop3 } = accounts.find(account);
  const read = { server: pop3 ? ('pop3' as const) : ('imap' as const), pollMs: pop3?.pollMs ?? 0 };
  const trips = { ...deps.roundTrip, ...read, history, clock, log };
  const roundTrip = createRoundTrip({ ...trips, mailbox, systemErrors });
  /** By a connection of its own, where nobody watches; it leaves no trace but a success. */
  async function* roundTripAlone(by: string, signal: AbortSignal): AsyncIterable<TestStep> {
    const silent: SystemErrors = { ...systemErrors, raise: async () => {} };
    const own = createMailbox({ systemErrors: silent, isPassing: true });
    const trip = createRoundTrip({ ...trips, mailbox: own, systemErrors: silent });
    const ending = new AbortController();
    const reading = (async () => {
      for await (const reply of own.watch(ending.signal))
        await trip.take(reply, readHeaderFields(reply.header));
    })();
    try {
      yield* trip.run(by, signal);
    } finally {
      ending.abort();
      await own.close();
      await reading.catch(() => {});
    }
  }

  const { mails, references, acknowledge, alert, timeZone, answerTransport, firing, threads, nameOf, trust } =
    deps;
  const { recipients, bounced, unreached } = deps;
  const acknowledgement = createEmailAcknowledgement({
    ...{ account, settings, mailbox, mails, references, systemErrors, history },
    ...{ clock, log, acknowledge, alert, timeZone, answerTransport, firing, threads, nameOf },
    answers: store.collection('answers', answerType),
    ...{
      replies,
      trust,
      putOff: store.collection('put-off', putOffType),
      seen: store.collection('seen', seenType),
      roundTrip,
    },
    ...{ recipients, bounced, unreached },
  });
  return {
    mailbox,
    roundTrip: (by: string, signal: AbortSignal) =>
      mailbox.state().state === 'stopped' ? roundTripAlone(by, signal) : roundTrip.run(by, signal),
    /** Makes the round trips that the settings ask for, until `signal` is aborted. */
    async startRoundTrips(signal: AbortSignal): Promise<void> {
      const intervalMs = settings.roundTrip;
      if (intervalMs > 0)
        await runRoundTripSchedule({ roundTrip, accounts: deps.senders, intervalMs, clock, log }, signal);
    },
    desk: createReplyDesk({
      ...{ settings, timeZone, trust, references, alert, mails, replies, history, clock },
      open: acknowledgement.open,
    }),
    acknowledgement,
  };
}
