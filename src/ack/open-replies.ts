import type { Clock } from '../core/clock.js';
import { describe } from '../core/fault.js';
import type { Log } from '../core/host.js';
import type { Mailbox, ReplyPlace } from '../core/mail.js';
import type { Collection } from '../core/store.js';
import type { AnswerReply } from './answers/answer-reply.js';
import { createBell } from './bell.js';
import type { NoteReply } from './note-reply.js';
import type { ReplyRecord } from './reply-record.js';
import type { TakeReply } from './take-reply.js';

/** The replies with something left to be done: to be taken into the monitor and answered, then to be marked done. */
export interface OpenReplies {
  /** Reads what a run before this one left open. */
  load(): Promise<void>;
  /** Opens a reply: it is on disk when this returns, and `run` does the rest. */
  put(key: string, record: ReplyRecord): Promise<void>;
  /** Whether a reply is open; if so, this copy of its mail is marked done along with it. */
  join(key: string, copy: ReplyPlace): boolean;
  /** The replies of which nothing has become yet, in the order in which they came. */
  list(): readonly ReplyRecord[];
  /** How many acknowledgements the monitor has not taken yet. */
  pending(): number;
  /** Works until `signal` is aborted, and then at most three seconds more. */
  run(signal: AbortSignal): Promise<void>;
}

/** What open replies need. */
export interface OpenRepliesSetup {
  readonly replies: Collection<ReplyRecord>;
  readonly take: TakeReply;
  readonly note: NoteReply;
  readonly answerReply: AnswerReply;
  readonly mailbox: Pick<Mailbox, 'done'>;
  readonly clock: Clock;
  readonly log: Log;
}

interface Entry {
  readonly key: string;
  record: ReplyRecord;
  /** When it was tried last, or came in. */
  triedAtMs: number;
  dueAtMs: number;
  waitMs: number;
  busy: boolean;
  /** Busy with the host: marking is left to the mailbox, which marks many in one go. */
  taking: boolean;
  /** Where the mail and its copies lie, and how many of them are marked done. */
  readonly places: ReplyPlace[];
  marked: number;
}

const prefix = 'open.';
const mostAtOnce = 8;
const firstWaitMs = 2_000;
const longestWaitMs = 5 * 60_000;
const stopLimitMs = 3_000;
const nothingDueMs = 3_600_000;
/** Marking is a courtesy to the eye; the ledger knows without it. */
const markingLimitMs = 24 * 3_600_000;

/**
 * Makes the open replies.
 *
 * Each is taken on its own: one that the host does not take waits with backoff and holds up no other. Two on the same
 * alert are never under way at once, and when the later one was taken, one that still waits from before is
 * superseded: otherwise an old word would be said after a newer one.
 */
export function createOpenReplies(setup: OpenRepliesSetup): OpenReplies {
  const { replies, take, note, answerReply, mailbox, clock, log } = setup;
  const entries = new Map<string, Entry>();
  const underWay = new Set<Promise<void>>();
  const bell = createBell(clock);
  const ending = new AbortController();
  const add = (key: string, record: ReplyRecord) => {
    const nowMs = clock.now().getTime();
    entries.set(key, {
      ...{ key, record, places: [record.place], marked: 0 },
      ...{ triedAtMs: nowMs, dueAtMs: nowMs, waitMs: firstWaitMs, busy: false, taking: false },
    });
  };
  const alertIds = (entry: Entry) => entry.record.acknowledgement?.alertIds ?? [];
  const sharesAlert = (one: Entry, other: Entry) => alertIds(one).some((id) => alertIds(other).includes(id));
  const keep = async (entry: Entry, record: ReplyRecord) => {
    await replies.put(prefix + entry.key, record);
    entry.record = record;
  };

  async function attempt(entry: Entry): Promise<void> {
    if (entry.record.outcome === undefined) {
      const put = (outcome: ReplyRecord) => keep(entry, outcome);
      const record = await take(entry.key, entry.record, put, ending.signal);
      if (
        record.acknowledgement &&
        record.acknowledgement.kind !== 'comment' &&
        record.outcome !== 'not-taken'
      )
        await supersedeOlder(entry);
    }
    await answerReply(entry.key, entry.record);
    entry.taking = false;
    bell.ring();
    await markDone(entry);
    await replies.rename(prefix + entry.key, entry.key);
    // A copy may have come in meanwhile.
    await markDone(entry);
    entries.delete(entry.key);
  }

  async function supersedeOlder(taken: Entry): Promise<void> {
    // In the order in which they arrived: what stands behind the one taken is newer.
    for (const entry of entries.values()) {
      if (entry === taken) return;
      const { acknowledgement, outcome, place } = entry.record;
      if (entry.busy || outcome !== undefined || !acknowledgement || acknowledgement.kind === 'comment')
        continue;
      if (!acknowledgement.alertIds.every((id) => alertIds(taken).includes(id))) continue;
      await keep(entry, { ...entry.record, outcome: 'superseded' });
      await note(entry.key, entry.record, 'superseded').catch(() => {});
      log.info({ position: place.position }, 'A reply was superseded: a later one was taken first.');
    }
  }

  async function markDone(entry: Entry): Promise<void> {
    const { record, places } = entry;
    // Not taken is not done: the mail stays where a person sees it.
    if (record.outcome === 'not-taken' || record.question) return;
    for (; entry.marked < places.length; entry.marked += 1) {
      const place = places[entry.marked] ?? record.place;
      try {
        await mailbox.done(place);
      } catch (thrown) {
        if (clock.now().getTime() - record.readAt.getTime() < markingLimitMs) throw thrown;
        log.warn({ position: place.position }, `A reply was not marked done: ${describe(thrown)}`);
      }
    }
  }

  function begin(entry: Entry): void {
    entry.busy = true;
    entry.taking = true;
    const work = attempt(entry)
      .catch((thrown) => {
        const level = entry.record.outcome === undefined ? 'info' : 'debug';
        log[level]({ position: entry.record.place.position, waitMs: entry.waitMs }, describe(thrown));
        entry.triedAtMs = clock.now().getTime();
        entry.dueAtMs = entry.triedAtMs + entry.waitMs;
        entry.waitMs = Math.min(entry.waitMs * 2, longestWaitMs);
      })
      .finally(() => {
        entry.busy = false;
        entry.taking = false;
        underWay.delete(work);
        bell.ring();
      });
    underWay.add(work);
  }

  /** Begins what is due, the oldest first; answers when the next is due. */
  function beginDue(): Date {
    const nowMs = clock.now().getTime();
    const taking = [...entries.values()].filter((entry) => entry.taking);
    let nextMs = nowMs + nothingDueMs;
    for (const entry of entries.values()) {
      if (entry.busy || taking.length >= mostAtOnce) continue;
      // Tried in the future: the clock was set back, and its date is worth nothing.
      if (entry.dueAtMs > nowMs && entry.triedAtMs <= nowMs) nextMs = Math.min(nextMs, entry.dueAtMs);
      else if (!taking.some((other) => sharesAlert(entry, other))) {
        taking.push(entry);
        begin(entry);
      }
    }
    return new Date(nextMs);
  }

  return {
    async load() {
      const found: [string, ReplyRecord][] = [];
      for (const name of await replies.names()) {
        if (!name.startsWith(prefix)) continue;
        const record = await replies.get(name);
        if (record) found.push([name.slice(prefix.length), record]);
      }
      found.sort(([, one], [, other]) => one.readAt.getTime() - other.readAt.getTime());
      for (const [key, record] of found) add(key, record);
    },
    async put(key, record) {
      await replies.put(prefix + key, record);
      add(key, record);
      bell.ring();
    },
    join(key, copy) {
      const entry = entries.get(key);
      entry?.places.push(copy);
      return entry !== undefined;
    },
    list: () => [...entries.values()].flatMap(({ record }) => (record.outcome === undefined ? [record] : [])),
    pending: () =>
      [...entries.values()].filter(({ record }) => record.acknowledgement && record.outcome === undefined)
        .length,
    async run(signal) {
      while (!signal.aborted) await bell.wait(beginDue(), signal);
      const limit = new AbortController();
      const stopBy = new Date(clock.now().getTime() + stopLimitMs);
      await Promise.race([Promise.all(underWay), clock.until(stopBy, limit.signal)]);
      limit.abort();
      ending.abort();
    },
  };
}
