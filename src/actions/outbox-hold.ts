import type { Clock } from '../core/clock.js';
import { createGate } from '../core/gate.js';
import type { Collection, History } from '../core/store.js';
import type { OutboxItem } from './outbox-item.js';
import { outboxName } from './outbox-name.js';
import type { OutboxEntry, OutboxQueue } from './outbox-queue.js';
import { createTurns } from './turns.js';

const prefix = 'held.';

/** How a document of the outbox is named that came from a backup. */
export const heldName = {
  fits: (name: string): boolean => name.startsWith(prefix),
  of: (name: string): string => (heldName.fits(name) ? name : prefix + name),
  without: (name: string): string => (heldName.fits(name) ? name.slice(prefix.length) : name),
};

/** What is held back in the outbox until a person decides. Each call ends what an earlier one began. */
export interface OutboxHold {
  /** How many events are held, of all actions. */
  count(): Promise<number>;
  /** Makes them due now; answers how many. */
  send(): Promise<number>;
  /** Puts them on record in the history and removes them; answers how many. */
  drop(): Promise<number>;
}

/** What the hold needs of the outbox. */
export interface OutboxHoldSetup {
  readonly items: Collection<OutboxItem>;
  readonly history: History;
  readonly clock: Clock;
  readonly queues: ReadonlyMap<string, OutboxQueue>;
  readonly load: () => Promise<void>;
  readonly wake: (action: string) => void;
}

const documentsAtOnce = 32;

/** Makes the hold over the queues of the outbox. */
export function createOutboxHold(setup: OutboxHoldSetup): OutboxHold {
  const { items, history, clock, queues } = setup;
  const inTurn = createTurns();
  const gate = createGate(documentsAtOnce);

  const held = async () => {
    await setup.load();
    return [...queues.values()].flatMap((queue) =>
      [...queue.entries()]
        .filter(({ state }) => state === 'held')
        .map((entry): HeldEntry => ({ queue, entry })),
    );
  };
  const sendOne = async ({ queue, entry }: HeldEntry) => {
    const nowMs = clock.now().getTime();
    const name = outboxName.mint({ ...entry, dueMs: nowMs, firstDueMs: nowMs, attempt: 0 });
    await items.rename(entry.name, name);
    queue.redate(entry, name, nowMs);
  };
  const dropOne = async ({ queue, entry }: HeldEntry) => {
    const item = await items.get(entry.name);
    if (item) {
      const { id: eventId, kind: event, alert } = item.event;
      const { id: alertId, fingerprint, source, severity } = alert;
      const facts = { action: entry.action, eventId, event, alertId, fingerprint, source, severity };
      await history.append({ at: clock.now(), kind: 'dropped', ...facts });
    }
    await items.delete(entry.name);
    queue.remove(entry);
  };
  const all = async (entries: readonly HeldEntry[], task: (each: HeldEntry) => Promise<void>) => {
    const work = entries.map((each) => gate(() => task(each)));
    await Promise.allSettled(work);
    for (const action of queues.keys()) setup.wake(action);
    await Promise.all(work);
    return entries.length;
  };

  return {
    count: async () => (await held()).length,
    // The end of an alert before its beginning: so both can be told by one mail.
    send: () => inTurn('held', async () => all((await held()).reverse(), sendOne)),
    drop: () => inTurn('held', async () => all(await held(), dropOne)),
  };
}

interface HeldEntry {
  readonly queue: OutboxQueue;
  readonly entry: OutboxEntry;
}
