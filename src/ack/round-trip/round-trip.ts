import { randomBytes } from 'node:crypto';
import type { Clock } from '../../core/clock.js';
import { formatDuration } from '../../core/duration.js';
import { describe, Fault } from '../../core/fault.js';
import type { Log } from '../../core/host.js';
import type { Mailbox, Reply, ReplyPlace } from '../../core/mail.js';
import type { RoundTripMail, SendRoundTripMail } from '../../core/round-trip.js';
import type { TestStep } from '../../core/server-test.js';
import type { History } from '../../core/store.js';
import type { SystemErrors } from '../../core/system-error.js';
import { type Bell, createBell } from '../bell.js';
import type { HeaderFields } from '../header-fields.js';
import { findReference } from '../reference/find-reference.js';
import type { References } from '../reference/reference.js';
import { readReplyText } from '../reply-text/read-reply-text.js';

/**
 * Shows whether replies get through: a probe goes to the watched mailbox, is seen there and answered, and the answer is
 * read.
 */
export interface RoundTrip {
  /**
   * Makes a round trip by an account. The step that fails is the last one and raises a system error, which the next
   * whole round trip clears. Ends without a word when `signal` is aborted.
   */
  run(account: string, signal: AbortSignal): AsyncIterable<TestStep>;
  /** Is shown each mail that names no alert mail, and leaves alone what no round trip waits for. */
  take(reply: Reply, fields: HeaderFields): Promise<void>;
}

/** What a round trip needs. */
export interface RoundTripSetup {
  /** What the mailbox is read by. */
  readonly server: 'imap' | 'pop3';
  /** How often it is looked into; 0 where new mail is told at once. */
  readonly pollMs: number;
  readonly mailbox: Pick<Mailbox, 'done'> & {
    state(): { readonly state: 'watching' | 'connecting' | 'stopped'; readonly detail?: string };
  };
  readonly send: SendRoundTripMail;
  /** Made with a key of its own: what names a round trip never names an alert mail, and the other way round. */
  readonly references: References;
  readonly systemErrors: Pick<SystemErrors, 'raise' | 'clear'>;
  readonly history: Pick<History, 'append'>;
  readonly clock: Clock;
  readonly log: Log;
}

interface Trip {
  readonly beganAt: Date;
  readonly bell: Bell;
  probe?: { readonly place: ReplyPlace; readonly thread: NonNullable<RoundTripMail['answers']> };
  /** The answer is on its way; what answers before is no answer of ours. */
  isAnswered?: boolean;
  answer?: { readonly place: ReplyPlace };
  isOver?: boolean;
}

const probeText = 'Ackmail sent this mail to itself, to see whether replies get through. Nothing is wrong.';
const answerText = 'Ackmail answered its own mail, to see whether replies get through. Nothing is wrong.';
const connectLimitMs = 30_000;
/** How long a mail is on its way, at most, before a look can find it. */
const deliveryMs = 5 * 60_000;
/** A mail that comes too late is put away as long as that. */
const lateMs = 86_400_000;
const longestSource = 262_144;

/** Makes round trips through one mailbox. */
export function createRoundTrip(setup: RoundTripSetup): RoundTrip {
  const { server, pollMs, mailbox, references, systemErrors, history, clock, log } = setup;
  const readLimitMs = deliveryMs + pollMs;
  const trips = new Map<string, Trip>();
  const nowMs = () => clock.now().getTime();
  const stateText = () => {
    const { state, detail } = mailbox.state();
    return state === 'watching' ? '' : ` (it is not being read: ${detail ?? state})`;
  };

  async function* run(account: string, signal: AbortSignal): AsyncGenerator<TestStep, void> {
    for (const [id, { beganAt }] of trips) if (nowMs() - beganAt.getTime() > lateMs) trips.delete(id);
    const id = newId();
    const trip: Trip = { beganAt: clock.now(), bell: createBell(clock) };
    trips.set(id, trip);
    const took: string[] = [];
    try {
      for (const { server, step, act } of stepsOf({ id, account }, trip, signal)) {
        const beganMs = clock.elapsedMs();
        const seen = await act().catch((thrown: unknown) => faultOf(thrown, account));
        if (signal.aborted) return;
        const ms = Math.round(clock.elapsedMs() - beganMs);
        if (seen instanceof Fault) {
          const { code, message, remedy } = seen;
          await systemErrors.raise({ code, subject: account, severity: 'critical', message, remedy });
          yield { server, step, ok: false, detail: message, remedy, ms };
          return;
        }
        took.push(`${step} ${ms} ms`);
        yield { server, step, ok: true, detail: seen, ms };
      }
      await systemErrors.clear('ACK_ROUND_TRIP', account);
      await history.append({ at: clock.now(), kind: 'probed', account, detail: took.join(', ') });
    } finally {
      trip.isOver = true;
      if (trip.answer) trips.delete(id);
      for (const part of [trip.probe, trip.answer]) if (part) await putAway(part.place);
    }
  }

  function stepsOf(named: Pick<RoundTripMail, 'id' | 'account'>, trip: Trip, signal: AbortSignal): Step[] {
    const send = async (name: string, mail: Omit<RoundTripMail, 'id' | 'account'>) =>
      `${name} left for ${await setup.send({ ...named, ...mail }, signal)}`;
    return [
      { server, step: 'login', act: () => untilRead(signal) },
      { server: 'smtp', step: 'probe', act: () => send('the probe', { text: probeText }) },
      {
        ...{ server, step: 'arrival' },
        act: () => untilCame(trip, 'probe', signal).then(() => 'the probe was seen in the mailbox'),
      },
      {
        ...{ server: 'smtp', step: 'answer' },
        act() {
          trip.isAnswered = true;
          const { thread } = trip.probe ?? {};
          return send('the answer', { text: answerText, ...(thread ? { answers: thread } : {}) });
        },
      },
      {
        ...{ server, step: 'reply' },
        act: () => untilCame(trip, 'answer', signal).then(() => 'the answer was read and recognised'),
      },
    ];
  }

  async function untilRead(signal: AbortSignal): Promise<string> {
    const untilMs = nowMs() + connectLimitMs;
    while (mailbox.state().state !== 'watching' && nowMs() < untilMs && !signal.aborted)
      await clock.until(new Date(nowMs() + 250), signal);
    if (mailbox.state().state === 'watching') return 'the mailbox is read';
    throw new Error(`the mailbox is not read${stateText()}`);
  }

  async function untilCame(trip: Trip, part: 'probe' | 'answer', signal: AbortSignal): Promise<void> {
    const until = new Date(nowMs() + readLimitMs);
    while (!trip[part] && clock.now() < until && !signal.aborted) await trip.bell.wait(until, signal);
    if (!trip[part])
      throw new Error(
        `the ${part} left, and did not come within ${formatDuration(readLimitMs)}${stateText()}`,
      );
  }

  async function putAway(place: ReplyPlace): Promise<void> {
    await mailbox
      .done(place)
      .catch((thrown) => log.debug({ position: place.position }, `Not marked done: ${describe(thrown)}`));
  }

  return {
    run,
    async take(reply, fields) {
      const trip = trips.size > 0 && trips.get(findReference(fields, references)?.mailId ?? '');
      if (!trip) return;
      const { place } = reply;
      const isAnswer = fields.values('in-reply-to').length > 0;
      if (trip.isOver) return putAway(place);
      if (!isAnswer && !trip.probe) trip.probe = { place, thread: threadOf(fields) };
      else if (isAnswer && trip.isAnswered && !trip.answer && (await isOurs(reply))) trip.answer = { place };
      trip.bell.ring();
    },
  };
}

interface Step extends Pick<TestStep, 'server' | 'step'> {
  act(): Promise<string>;
}

/** The words are read as those of a reply are; software on the way may have added some. */
async function isOurs(reply: Reply): Promise<boolean> {
  const { ownWords } = await readReplyText(await reply.source(longestSource));
  return ownWords.replace(/\s+/g, ' ').includes(answerText);
}

function threadOf(fields: HeaderFields): NonNullable<RoundTripMail['answers']> {
  const ids = (name: string) =>
    fields.values(name).flatMap((value) => value.match(/<[^<>\s]{1,500}>/g) ?? []);
  return { messageId: ids('message-id')[0] ?? '', references: ids('references').slice(-20) };
}

function faultOf(thrown: unknown, account: string): Fault {
  const remedy = thrown instanceof Fault ? thrown.remedy : lookFor;
  return new Fault('ACK_ROUND_TRIP', { account, detail: describe(thrown), remedy }, thrown);
}

const lookFor =
  'Look for the mail "Ackmail round trip" in the Junk mailbox and in the quarantine of the mail system, and in ' +
  '`ackmail status` whether the mailbox is read.';

function newId(): string {
  const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';
  return Array.from(randomBytes(13), (byte) => alphabet[byte & 31]).join('');
}
