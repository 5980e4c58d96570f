import type { Clock } from '../core/clock.js';
import type { Collection, History } from '../core/store.js';
import { noteWithdrawn } from './note-withdrawn.js';
import type { OutboxItem } from './outbox-item.js';
import { outboxName } from './outbox-name.js';
import type { OutboxQueue } from './outbox-queue.js';
import type { Over } from './review.js';

/** What becomes of that which waits in the outbox for its date. */
export interface OutboxDates {
  /** What waits of an alert for an action and for a later date is due at `dueAt`. */
  hasten(action: string, alertId: string, dueAt: Date): Promise<void>;
  /**
   * Removes what waits of an alert for an action and whose date has not come, but for one event; the history says
   * so. What is being told at this moment stays.
   */
  withdraw(action: string, alertId: string, why: Over, but?: string): Promise<void>;
}

/** Makes it over the queues of the outbox. */
export function createOutboxDates(setup: {
  readonly items: Collection<OutboxItem>;
  readonly history: History;
  readonly clock: Clock;
  readonly queues: ReadonlyMap<string, OutboxQueue>;
  readonly wake: (action: string) => void;
}): OutboxDates {
  const { items, queues, clock } = setup;

  return {
    async hasten(action, alertId, dueAt) {
      const queue = queues.get(action);
      const dueMs = dueAt.getTime();
      for (const entry of queue?.after(outboxName.group(action, alertId), dueMs) ?? []) {
        const name = outboxName.mint({ ...entry, dueMs, firstDueMs: dueMs });
        await items.rename(entry.name, name);
        queue?.redate(entry, name, dueMs);
        setup.wake(action);
      }
    },

    async withdraw(action, alertId, why, but) {
      const queue = queues.get(action);
      const kept = but === undefined ? undefined : outboxName.key(action, but);
      const waiting = queue?.after(outboxName.group(action, alertId), clock.now().getTime()) ?? [];
      const withdrawn = waiting.filter(({ key }) => key !== kept);
      // From here on nobody takes them to tell of them.
      for (const entry of withdrawn) queue?.remove(entry);
      for (const entry of withdrawn) {
        const event = entry.event ?? (await items.get(entry.name))?.event;
        if (event) await noteWithdrawn(setup, action, event, why);
        await items.delete(entry.name);
      }
    },
  };
}
