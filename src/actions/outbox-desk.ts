import type { Action } from '../core/action.js';
import type { Clock } from '../core/clock.js';
import { createGate } from '../core/gate.js';
import type { Collection, History } from '../core/store.js';
import type { OutboxDesk, Touched, WaitingDetail, WaitingEvent } from '../core/waiting.js';
import { eventFacts } from './event-facts.js';
import { heldName } from './held-name.js';
import type { OutboxEntry } from './outbox-entry.js';
import type { OutboxItem } from './outbox-item.js';
import { outboxName } from './outbox-name.js';
import type { OutboxQueue } from './outbox-queue.js';

/** What the desk needs of the outbox. */
export interface OutboxDeskSetup {
  readonly items: Collection<OutboxItem>;
  readonly actions: readonly Action[];
  readonly history: History;
  readonly clock: Clock;
  readonly queues: ReadonlyMap<string, OutboxQueue>;
  readonly load: () => Promise<void>;
  readonly wake: (action: string) => void;
}

/** What an operator does with what waits, and what the plugin itself asks. */
export interface OwnOutboxDesk extends OutboxDesk {
  /** How much of what waits came from a backup, and waits until a person says so. */
  held(): Promise<number>;
}

const groupsAtOnce = 32;

/**
 * Makes the desk over the queues of the outbox.
 *
 * What it changes it takes out of the queue meanwhile, by whole groups as a worker does: so nothing is told that is
 * being dropped, and what a worker has taken out is left alone.
 */
export function createOutboxDesk(setup: OutboxDeskSetup): OwnOutboxDesk {
  const { items, history, clock, queues } = setup;
  const gate = createGate(groupsAtOnce);

  const find = async (ids: readonly string[]) => {
    await setup.load();
    const wanted = new Set(ids);
    const found: Found[] = [];
    for (const queue of queues.values())
      for (const entry of queue.entries()) if (wanted.has(entry.key)) found.push({ queue, entry });
    return found;
  };
  const readEvent = async (entry: OutboxEntry) => {
    const item = await items.get(entry.name);
    if (item) return item.event;
    // A worker may be renaming it at this moment.
    const isIts = (name: string) => outboxName.read(heldName.without(name))?.key === entry.key;
    const name = (await items.names()).find(isIts);
    return name === undefined ? undefined : (await items.get(name))?.event;
  };
  const detail = async ({ entry }: Found): Promise<readonly WaitingDetail[]> => {
    const event = entry.event ?? (await readEvent(entry));
    if (!event) return [];
    const recipients = await setup.actions.find(({ name }) => name === entry.action)?.recipients?.(event);
    return [{ id: entry.key, event, ...(recipients ? { recipients } : {}) }];
  };

  const retryGroup = async (queue: OutboxQueue, chosen: readonly OutboxEntry[]) => {
    const group = [...queue.entriesOf(chosen[0]?.group ?? '')];
    const last = Math.max(...chosen.map((entry) => group.indexOf(entry)));
    const nowMs = clock.now().getTime();
    // The end of an alert before its beginning: a crash in between leaves what may be told together.
    for (const entry of group.slice(0, last + 1).reverse()) {
      const dueFirstAgain = entry.state === 'held' || entry.firstDueMs > nowMs;
      const firstDueMs = dueFirstAgain ? nowMs : entry.firstDueMs;
      const name = outboxName.mint({ ...entry, dueMs: nowMs, firstDueMs, attempt: 0 });
      await items.rename(entry.name, name);
      queue.redate(entry, name, nowMs, firstDueMs);
      entry.isUrged = true;
    }
  };
  const dropGroup = async (queue: OutboxQueue, chosen: readonly OutboxEntry[]) => {
    for (const entry of chosen) {
      const event = entry.event ?? (await items.get(entry.name))?.event;
      const facts = { action: entry.action, by: 'operator', ...(event ? eventFacts(event) : {}) };
      await history.append({ at: clock.now(), kind: 'dropped', ...facts });
      await items.delete(entry.name);
      queue.remove(entry);
    }
  };
  const each = async (ids: readonly string[], task: typeof retryGroup): Promise<Touched> => {
    const groups = new Map<string, readonly [Found, ...Found[]]>();
    for (const found of await find(ids)) {
      const before = groups.get(found.entry.group);
      groups.set(found.entry.group, before ? [...before, found] : [found]);
    }
    let count = 0;
    let telling = 0;
    const touch = async (founds: readonly [Found, ...Found[]]) => {
      const [{ queue, entry }] = founds;
      if (!queue.claim(entry.group)) {
        telling += founds.length;
        return;
      }
      const entries = founds.map((found) => found.entry).filter(({ state }) => state !== 'gone');
      try {
        if (entries.length > 0) await task(queue, entries);
        count += entries.length;
      } finally {
        queue.release(entry.group);
      }
    };
    const work = [...groups.values()].map((founds) => gate(() => touch(founds)));
    await Promise.allSettled(work);
    for (const action of queues.keys()) setup.wake(action);
    await Promise.all(work);
    return { count, telling };
  };

  return {
    async list() {
      await setup.load();
      const found: WaitingEvent[] = [];
      for (const queue of queues.values())
        for (const entry of queue.entries()) found.push(waitingEvent(entry, queue.isTaken(entry.group)));
      return found;
    },
    async held() {
      await setup.load();
      let count = 0;
      for (const queue of queues.values())
        for (const { state } of queue.entries()) if (state === 'held') count += 1;
      return count;
    },
    details: async (ids) =>
      (await Promise.all((await find(ids)).map((found) => gate(() => detail(found))))).flat(),
    retry: (ids) => each(ids, retryGroup),
    drop: (ids) => each(ids, dropGroup),
  };
}

interface Found {
  readonly queue: OutboxQueue;
  readonly entry: OutboxEntry;
}

/** Field by field, since there may be very many: a spread takes ten times as long. */
function waitingEvent(entry: OutboxEntry, isTaken: boolean): WaitingEvent {
  const event = {
    id: entry.key,
    action: entry.action,
    priority: entry.priority,
    tries: entry.tries ?? entry.attempt,
    dueAt: new Date(entry.firstDueMs),
    nextTryAt: new Date(entry.dueMs),
    state: entry.state === 'held' ? ('held' as const) : isTaken ? ('telling' as const) : ('waiting' as const),
  };
  return entry.why === undefined ? event : Object.assign(event, { why: entry.why });
}
