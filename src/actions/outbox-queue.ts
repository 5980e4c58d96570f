import TinyQueue from 'tinyqueue';
import type { OutboxBatch, OutboxEntry } from './outbox-entry.js';
import { outboxName } from './outbox-name.js';

/** What waits for one action, in memory. */
export interface OutboxQueue {
  add(entry: OutboxEntry): void;
  /** Forgets an entry, which becomes `gone`. */
  remove(entry: OutboxEntry): void;
  /** Takes out the most urgent group that is due; it is not handed out again before `release`. */
  take(now: Date): OutboxBatch | undefined;
  /** Whether `take` would hand out something. */
  isDue(now: Date): boolean;
  /** Gives a group back after a try, with its entries as they are now. */
  release(group: string): void;
  /** When the next group that is not taken out becomes due. */
  nextDueAt(): Date | undefined;
  /** Makes due now whatever waits for another try. */
  flush(now: Date): void;
  /** Whether a group has entries that are, or were, due by a moment. */
  waits(group: string, byMs?: number): boolean;
  /** The entries of a group that wait for a date after a moment; none while the group is taken out. */
  after(group: string, ms: number): readonly OutboxEntry[];
  /**
   * An entry is due at another moment, under the name that it has on disk since; it is not held any more. Its age
   * counts from there, where it is not said.
   */
  redate(entry: OutboxEntry, name: string, dueMs: number, firstDueMs?: number): void;
  /** Whether what `take` would hand out was put to be told later, and so may be told with others. */
  wasDated(): boolean;
  /**
   * Takes out a group as `take` does, whether it is due or not; false where that is not to be had, since it is taken
   * out already.
   */
  claim(group: string): boolean;
  isTaken(group: string): boolean;
  /** The entries of a group, in order. */
  entriesOf(group: string): readonly OutboxEntry[];
  entries(): Iterable<OutboxEntry>;
}

interface Group {
  readonly id: string;
  readonly entries: OutboxEntry[];
  taken: boolean;
  priority: number;
  /** The ticket that counts; older ones are passed over where they come up. */
  ticket?: Ticket;
}

interface Ticket {
  readonly group: Group;
  readonly dueMs: number;
  readonly priority: number;
}

const byDue = (a: Ticket, b: Ticket) => a.dueMs - b.dueMs;
const byUrgency = (a: Ticket, b: Ticket) => a.priority - b.priority || a.dueMs - b.dueMs;

/**
 * Makes an empty queue; `onGone` is told of each entry that is removed.
 *
 * A group stands in one of two heaps by a ticket: `later` by due date, and from then on `ready` by priority
 * and due date. A change does not look for the old ticket in a heap but writes a new one, so that everything
 * costs the logarithm of what waits.
 *
 * Where the clock is set back, what waits keeps its wait and not its date, unless it was put for a date before the
 * clock was ahead.
 */
export function createOutboxQueue(onGone: (entry: OutboxEntry) => void = () => {}): OutboxQueue {
  const groups = new Map<string, Group>();
  let later = new TinyQueue<Ticket>([], byDue);
  let ready = new TinyQueue<Ticket>([], byUrgency);
  let seenMs = 0;

  const line = (group: Group) => {
    const [head] = group.entries;
    if (head === undefined || head.state === 'held' || group.taken) return;
    group.ticket = { group, dueMs: head.dueMs, priority: group.priority };
    later.push(group.ticket);
  };
  const top = (heap: TinyQueue<Ticket>) => {
    for (let ticket = heap.peek(); ticket !== undefined; ticket = heap.peek()) {
      if (ticket.group.ticket === ticket) return ticket;
      heap.pop();
    }
    return undefined;
  };
  const promote = (nowMs: number) => {
    for (let ticket = top(later); ticket !== undefined && ticket.dueMs <= nowMs; ticket = top(later)) {
      later.pop();
      ready.push(ticket);
    }
  };

  const lineAll = () => {
    later = new TinyQueue<Ticket>([], byDue);
    ready = new TinyQueue<Ticket>([], byUrgency);
    for (const group of groups.values()) line(group);
  };
  const look = (nowMs: number) => {
    const setBackMs = seenMs - nowMs;
    seenMs = nowMs;
    if (setBackMs <= 0) return;
    for (const { entries } of groups.values())
      for (const entry of entries) {
        const isDated = outboxName.isDated(entry);
        if (isDated && entry.order <= nowMs) continue;
        entry.dueMs -= setBackMs;
        entry.firstDueMs = isDated ? entry.dueMs : Math.min(entry.firstDueMs, nowMs);
      }
    lineAll();
  };

  return {
    add(entry) {
      const group = groups.get(entry.group);
      if (group === undefined) {
        const { group: id, priority } = entry;
        // An array that something is added to has room for 16 more.
        const alone: Group = { id, entries: [entry], taken: false, priority };
        groups.set(id, alone);
        line(alone);
        return;
      }
      let place = group.entries.length;
      while (place > 0 && (group.entries[place - 1]?.order ?? 0) > entry.order) place -= 1;
      group.entries.splice(place, 0, entry);
      const urgent = entry.priority < group.priority;
      if (urgent) group.priority = entry.priority;
      if (urgent || place === 0) line(group);
    },

    remove(entry) {
      entry.state = 'gone';
      onGone(entry);
      const group = groups.get(entry.group);
      const place = group?.entries.indexOf(entry) ?? -1;
      if (group === undefined || place === -1) return;
      group.entries.splice(place, 1);
      if (group.taken) return;
      if (group.entries.length === 0) groups.delete(group.id);
      if (place === 0) {
        delete group.ticket;
        line(group);
      }
    },

    isDue(now) {
      look(now.getTime());
      promote(now.getTime());
      return top(ready) !== undefined;
    },

    take(now) {
      look(now.getTime());
      promote(now.getTime());
      const ticket = top(ready);
      if (ticket === undefined) return undefined;
      ready.pop();
      const { group } = ticket;
      group.taken = true;
      delete group.ticket;
      const due = group.entries.filter(
        (entry, place) => place === 0 || (entry.dueMs <= now.getTime() && entry.state !== 'held'),
      );
      return { group: group.id, entries: due };
    },

    release(id) {
      const group = groups.get(id);
      if (group === undefined) return;
      group.taken = false;
      group.priority = group.entries.reduce((least, entry) => Math.min(least, entry.priority), 9);
      if (group.entries.length === 0) groups.delete(id);
      else line(group);
    },

    nextDueAt() {
      const next = top(ready) ?? top(later);
      return next === undefined ? undefined : new Date(next.dueMs);
    },

    flush(now) {
      const nowMs = now.getTime();
      look(nowMs);
      for (const group of groups.values())
        for (const entry of group.entries) {
          if (entry.firstDueMs <= nowMs) entry.dueMs = Math.min(entry.dueMs, nowMs);
          entry.attempt = 0;
        }
      lineAll();
    },

    claim(id) {
      const group = groups.get(id);
      if (group === undefined || group.taken) return false;
      group.taken = true;
      delete group.ticket;
      return true;
    },

    isTaken: (id) => groups.get(id)?.taken ?? false,

    entriesOf: (id) => [...(groups.get(id)?.entries ?? [])],

    redate(entry, name, dueMs, firstDueMs = dueMs) {
      Object.assign(entry, { name, dueMs, firstDueMs, attempt: 0, state: 'waiting' });
      const group = groups.get(entry.group);
      if (group?.entries[0] === entry) line(group);
    },

    waits: (id, byMs = Infinity) =>
      groups.get(id)?.entries.some(({ firstDueMs }) => firstDueMs <= byMs) ?? false,

    after(id, ms) {
      const group = groups.get(id);
      if (group === undefined || group.taken) return [];
      return group.entries.filter(({ firstDueMs, state }) => firstDueMs > ms && state === 'waiting');
    },

    wasDated() {
      const head = top(ready)?.group.entries[0];
      return head !== undefined && head.firstDueMs > head.order;
    },

    *entries() {
      for (const group of groups.values()) yield* group.entries;
    },
  };
}
