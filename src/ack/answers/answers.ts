import type { Clock } from '../../core/clock.js';
import { describe, Fault } from '../../core/fault.js';
import type { Log } from '../../core/host.js';
import type { AnswerTransport, ComposedMail } from '../../core/mail.js';
import type { Collection, History } from '../../core/store.js';
import { createBell } from '../bell.js';
import type { AnswerRecord } from './answer-record.js';
import { createPace } from './pace.js';
import { sendAnswer } from './send-answer.js';

// What people are told in answer to replies, beside all that tells of alerts:
//
// 1. An answer is put on disk before the reply that it belongs to is closed. One of its id that is there is the same.
// 2. What waits for the same people in the same thread takes it in: one mail says it all.
// 3. One leaves after the other, each when its account has nothing else to send, and the same message at every try.
//    What the server said of each recipient is on disk before the next one leaves.
// 4. It is kept under its id, so that it is not put again.
//
// A server that fails is left alone for a minute, then for longer. After 24 hours an answer is worth nothing any more.

/** An answer to be given. */
export interface NewAnswer extends Pick<AnswerRecord, 'kind'> {
  /** The mail in whose thread it stands. */
  readonly mail: ComposedMail;
  readonly to: readonly string[];
  readonly inReplyTo?: string | undefined;
  /** The alerts that it tells of, where it tells of any. */
  readonly alertIds?: readonly string[];
  readonly text: string;
}

/** The answers to replies. */
export interface Answers {
  /** Reads what a run before this one did not send. */
  load(): Promise<void>;
  /** Takes an answer, to be sent by `run`: it is on disk when this returns. The same id again is the same answer. */
  put(id: string, answer: NewAnswer): Promise<void>;
  /** Sends until `signal` is aborted, and then at most three seconds more. */
  run(signal: AbortSignal): Promise<void>;
}

/** What answers need. */
export interface AnswersSetup {
  readonly answers: Collection<AnswerRecord>;
  readonly mails: Pick<Collection<ComposedMail>, 'get'>;
  readonly answerTransport: AnswerTransport;
  readonly history: History;
  readonly clock: Clock;
  readonly log: Log;
}

interface Entry extends Pick<AnswerRecord, 'kind' | 'account' | 'at'> {
  readonly id: string;
  /** To whom it is in which thread. */
  readonly thread: string;
  dueAtMs: number;
  waitMs: number;
  busy: boolean;
  /** What was tried may be with somebody, and its Message-ID with it: it takes in nothing more. */
  isTried: boolean;
  /** Why it did not leave yet. */
  why?: string | undefined;
}

const prefix = 'open.';
const patienceMs = 24 * 3_600_000;
const mostTexts = 20;
/** Of a recipient whom the server puts off. */
const firstWaitMs = 5 * 60_000;
const longestWaitMs = 3_600_000;
const stopLimitMs = 3_000;
const nothingDueMs = 3_600_000;

/** Makes the answers. */
export function createAnswers(setup: AnswersSetup): Answers {
  const { answers, mails, answerTransport, history, clock, log } = setup;
  const entries = new Map<string, Entry>();
  const pace = createPace(clock);
  const bell = createBell(clock);
  const ending = new AbortController();
  const nowMs = () => clock.now().getTime();

  function add(id: string, record: AnswerRecord, isTried: boolean): void {
    const { kind, account, at } = record;
    const thread = threadOf(record);
    const dueAtMs = isOfMany(record) ? pace.nextOf(thread) : nowMs();
    entries.set(id, { id, thread, kind, account, at, dueAtMs, waitMs: firstWaitMs, busy: false, isTried });
    bell.ring();
  }

  function waitingIn(thread: string): Entry | undefined {
    for (const entry of entries.values())
      if (!entry.busy && !entry.isTried && entry.thread === thread) return entry;
    return undefined;
  }

  /** Adds a text to an answer that waits; whether it did. */
  async function join(entry: Entry, id: string, { to, text, alertIds = [] }: NewAnswer): Promise<boolean> {
    entry.busy = true;
    try {
      const record = await answers.get(prefix + entry.id);
      if (!record) return false;
      const { texts, more = 0, recipients } = record;
      const isFull = Object.keys(texts).length >= mostTexts && !(id in texts);
      await answers.put(prefix + entry.id, {
        ...record,
        ...(isFull ? { more: more + 1 } : { texts: { ...texts, [id]: text } }),
        ...(alertIds.length > 0 ? { alertIds: [...new Set([...(record.alertIds ?? []), ...alertIds])] } : {}),
        recipients: { ...pending(to), ...recipients },
      });
      return true;
    } finally {
      entry.busy = false;
      bell.ring();
    }
  }

  async function close(entry: Entry, record: AnswerRecord, reason?: string): Promise<void> {
    await answers.rename(prefix + entry.id, entry.id);
    entries.delete(entry.id);
    const accepted = namesOf(record, 'accepted');
    const kind = accepted.length > 0 ? 'answered' : 'not-answered';
    const { account, subject, mailId: mail, alertIds } = record;
    const rejected = namesOf(record, 'rejected');
    const facts = { account, about: record.kind, mail, subject, alertIds, accepted, rejected };
    await history.append({ at: clock.now(), kind, ...facts, ...(reason === undefined ? {} : { reason }) });
    log.info(facts, `An answer ${accepted.length > 0 ? 'left' : `did not leave: ${reason}`}.`);
  }

  async function send(entry: Entry): Promise<void> {
    const before = await answers.get(prefix + entry.id);
    if (!before) return void entries.delete(entry.id);
    const mail = await mails.get(before.mailId);
    if (!mail) return close(entry, before, 'the mail that was answered is no longer on record');
    if (nowMs() - entry.at.getTime() >= patienceMs)
      return close(entry, before, entry.why ?? 'there was no room for it in 24 hours');
    const record = await sendAnswer(entry.id, before, mail, {
      ...{ transport: answerTransport, signal: ending.signal },
      keep: (after) => answers.put(prefix + entry.id, after),
    });
    pace.sent(entry.thread, isOfMany(record));
    pace.worked(entry.account);
    const putOff = namesOf(record, 'pending', 'deferred');
    const [refused = ''] = [...putOff, ...namesOf(record, 'rejected')];
    entry.why = record.recipients[refused]?.reply;
    if (putOff.length > 0) {
      entry.dueAtMs = nowMs() + entry.waitMs;
      entry.waitMs = Math.min(entry.waitMs * 2, longestWaitMs);
      return;
    }
    await close(entry, record, entry.why);
  }

  async function attempt(entry: Entry): Promise<void> {
    entry.busy = true;
    entry.isTried = true;
    try {
      await send(entry);
    } catch (thrown) {
      const isFinal =
        thrown instanceof Fault && ['SMTP_REJECTED', 'CONFIG_ACCOUNT_UNKNOWN'].includes(thrown.code);
      const record = isFinal ? await answers.get(prefix + entry.id) : undefined;
      entry.why = describe(thrown);
      if (record) return close(entry, record, entry.why);
      // Behind all others: it may be its own fault.
      entry.dueAtMs = pace.failed(entry.account) + 1;
      log.info({ about: entry.kind, account: entry.account }, `An answer waits: ${entry.why}`);
    } finally {
      entry.busy = false;
    }
  }

  /** The answer that is due, the one that has waited longest; else when the next may be. */
  function nextDue(): Entry | Date {
    let nextMs = nowMs() + nothingDueMs;
    let first: Entry | undefined;
    for (const entry of entries.values()) {
      if (entry.busy) continue;
      const room = answerTransport.roomAt(entry.account).getTime();
      const dueAtMs = Math.max(entry.dueAtMs, room, pace.heldUntil(entry.account));
      if (dueAtMs > nowMs()) nextMs = Math.min(nextMs, dueAtMs);
      else if (!first || entry.dueAtMs < first.dueAtMs) first = entry;
    }
    return first ?? new Date(nextMs);
  }

  async function work(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const next = nextDue();
      if (next instanceof Date) await bell.wait(next, signal);
      else
        await attempt(next).catch((thrown) => {
          pace.failed(next.account);
          log.warn({ about: next.kind }, `An answer could not be closed: ${describe(thrown)}`);
        });
    }
  }

  return {
    async load() {
      for (const name of await answers.names()) {
        const record = name.startsWith(prefix) ? await answers.get(name) : undefined;
        if (record) add(name.slice(prefix.length), record, true);
      }
    },
    async put(id, answer) {
      const { kind, mail, to, inReplyTo, alertIds, text } = answer;
      if (to.length === 0 || entries.has(id) || (await answers.get(id))) return;
      const record: AnswerRecord = {
        ...{ kind, mailId: mail.id, account: mail.account, subject: mail.subject, at: clock.now() },
        ...(inReplyTo === undefined ? {} : { inReplyTo }),
        ...(alertIds === undefined ? {} : { alertIds }),
        texts: { [id]: text },
        recipients: pending(to),
      };
      const waiting = isOfMany(record) && waitingIn(threadOf(record));
      // Its name is taken, too: it may be put again when the other has left.
      if (waiting && (await join(waiting, id, answer))) return answers.put(id, { ...record, recipients: {} });
      await answers.put(prefix + id, record);
      add(id, record, false);
    },
    async run(signal) {
      const working = work(signal);
      await new Promise((resolve) => {
        if (signal.aborted) resolve(undefined);
        signal.addEventListener('abort', resolve, { once: true });
      });
      const limit = new AbortController();
      await Promise.race([working, clock.until(new Date(nowMs() + stopLimitMs), limit.signal)]);
      limit.abort();
      ending.abort();
    },
  };
}

/** Whether there may be many of them, one after the other. */
function isOfMany({ kind }: AnswerRecord): boolean {
  return kind === 'confirmation' || kind === 'news';
}

/** The others of a mail are told the same, whoever of them wrote. */
function threadOf({ kind, mailId, recipients }: AnswerRecord): string {
  return `${kind} ${mailId} ${kind === 'confirmation' ? Object.keys(recipients).join() : ''}`;
}

function pending(to: readonly string[]): AnswerRecord['recipients'] {
  return Object.fromEntries(to.map((address) => [address, { status: 'pending' as const }]));
}

function namesOf({ recipients }: AnswerRecord, ...wanted: readonly string[]): readonly string[] {
  return Object.entries(recipients).flatMap(([name, { status }]) => (wanted.includes(status) ? [name] : []));
}
