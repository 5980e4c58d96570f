import type { Action } from '../core/action.js';
import type { Alert, AlertEvent } from '../core/alert.js';
import type { Clock } from '../core/clock.js';
import { Fault } from '../core/fault.js';
import type { Delivery, Log } from '../core/host.js';
import type { ActionStatus } from '../core/status.js';
import type { Collection, History } from '../core/store.js';
import { alertsBeyond } from './alerts-beyond.js';
import { believedName } from './believed-name.js';
import type { GivenUp } from './given-up.js';
import { heldName } from './held-name.js';
import { createOutboxDates, type OutboxDates } from './outbox-dates.js';
import { createOutboxDesk, type OwnOutboxDesk } from './outbox-desk.js';
import type { OutboxItem } from './outbox-item.js';
import { outboxName } from './outbox-name.js';
import { createOutboxQueue, type OutboxQueue } from './outbox-queue.js';
import { outboxStatus } from './outbox-status.js';
import { createOutboxWorker, type OutboxWorker } from './outbox-worker.js';
import type { Review } from './review.js';

/*
 * The outbox: what is to be told, by whom, on disk until it was told.
 *
 * Terms. An item is one event for one action, one document in the collection `outbox`. A group is the items
 * of one alert for one action, in the order in which they were put. A try is one call of `action.execute`.
 *
 * Put. The document is written first and indexed then. Its name carries everything but the event itself
 * (outbox-name.ts); what names the action and the event is in it as a hash, so putting the same event again
 * finds the first one and does nothing.
 *
 * Tell. Each action has a worker and a queue of its own, so that a slow or failing one holds up nobody. A group is due
 * when its first item is due; then all its items that are due are handed over in one try, in order, and those of other
 * groups along with them where the action says that it tells of several alerts at once. A group is never tried twice
 * at once, and an item is never told before those ahead of it in its group are settled. Several groups of one action
 * are tried at once; where more are due than that, the most urgent goes first.
 *
 * Settle. What the action calls done is put on record (`onDone`), and then the documents go. After a crash in
 * between, `wasTold` says so before the next try, and only the document goes. What happened before the record
 * was written may be told again: that is for the action to know (the email action keeps its mails for this).
 *
 * Defer. What is not done is tried again when the action says, else after a backoff that stands in the name
 * as the number of failures. Only the first item of the group is renamed, since the group waits for it.
 *
 * Give up. A try that fails `givenUp.afterMs` after an item was due first was its last (last-try.ts): people are told
 * which alerts did not arrive (given-up.ts), and then the document goes. Nothing else leaves untold but what an
 * operator drops, and a damaged document, of which the store has told a person.
 *
 * Dates. What is put for a later date waits for it. Until then it may be withdrawn or hastened (outbox-dates.ts), and
 * when it is due it is reviewed: it may have been overtaken, or have to wait for another date, unless somebody has
 * it already. What was put for a later date is told of together with all that is due where the action can do that.
 *
 * The clock may be set back, as after a start without network. What waits for another try then waits as long
 * as it would have, and not until its date; after a start, what would wait longer than any backoff is due.
 *
 * Hold. What came from a backup is named so (held-name.ts): it waits, and nobody is told of it, nor of what
 * happens to its alerts, until a person says so (outbox-desk.ts).
 *
 * Start reads the names and no document. Stop lets the tries under way end by themselves for 5 seconds, then
 * aborts them, waits 3 seconds more and leaves: what came too late is not on record and told again.
 */

/** What an outbox needs. */
export interface OutboxSetup {
  readonly items: Collection<OutboxItem>;
  readonly actions: readonly Action[];
  readonly clock: Clock;
  readonly log: Log;
  readonly history: History;
  /** How many groups of an action are tried at once, by its name; 8 where it is not given. */
  readonly concurrency?: Readonly<Record<string, number>>;
  /** Puts on record that an action told of events of one alert. Their documents go when it has returned. */
  readonly onDone: (action: string, events: readonly AlertEvent[]) => Promise<void>;
  /** Whether that record exists. */
  readonly wasTold: (action: string, event: AlertEvent) => boolean;
  /** What there is to tell of an event when it is due; absent: what was put. */
  readonly review?: Review;
  /** Told at load how many events wait for actions that are not there, by their names; of none, too. */
  readonly onUnknown?: (counts: ReadonlyMap<string, number>) => void;
  /** When something is not tried any more, and who is told; absent: nothing is ever given up. */
  readonly givenUp?: GivenUp;
  /** Told of each try, for observers. */
  readonly onDelivery: (delivery: Delivery) => void;
}

/** What is to be told, until it was told. */
export interface Outbox extends OutboxDates {
  /** Reads the names of what waits; `put` and `start` do it too. */
  load(): Promise<void>;
  /**
   * Takes an event for an action: it is on disk when this returns. False when it was there already.
   *
   * `dueAt` is when to tell of it, by default at once.
   */
  put(
    action: string,
    event: AlertEvent,
    options: { readonly priority: number; readonly dueAt?: Date },
  ): Promise<boolean>;
  /** Whether an event waits for an action. */
  has(action: string, eventId: string): boolean;
  /** Whether anything of an alert waits for an action; with `by`, what is or was due by then. */
  waits(action: string, alertId: string, by?: Date): boolean;
  /**
   * The alerts that something waits of and that are not among `ids`, as they were when it was put, and again for
   * each event that waits of them.
   */
  alertsBeyond(ids: Iterable<string>): Promise<AsyncIterable<Alert>>;
  /** Makes due now whatever waits for another try, of one action or of all. */
  flush(action?: string): void;
  /** Tells what is due until `signal` is aborted; returns then, within about 8 seconds. */
  start(signal: AbortSignal): Promise<void>;
  status(action: string): Omit<ActionStatus, 'type'>;
  /** What an operator does with what waits. */
  readonly desk: OwnOutboxDesk;
}

const defaultConcurrency = 8;

/** Makes the outbox over its collection. Throws CONFIG_INVALID for an action whose name cannot be a file name. */
export function createOutbox(setup: OutboxSetup): Outbox {
  const { items, clock, log } = setup;
  const queues = new Map<string, OutboxQueue>();
  const workers = new Map<string, OutboxWorker>();
  const keys = new Map<string, Promise<unknown>>();
  let lastOrder = 0;
  let loaded: Promise<void> | undefined;

  const queueOf = (action: string) => {
    const queue = queues.get(action) ?? createOutboxQueue((entry) => keys.delete(entry.key));
    queues.set(action, queue);
    return queue;
  };
  const load = async () => {
    const nowMs = clock.now().getTime();
    for (const name of await items.names()) {
      const parts = outboxName.read(heldName.without(name));
      if (parts === undefined || keys.has(parts.key)) {
        log.warn({ document: name }, 'A document of the outbox has a name that is not expected; it is left.');
        continue;
      }
      lastOrder = Math.max(lastOrder, parts.order);
      keys.set(parts.key, done);
      const state = heldName.fits(name) ? 'held' : 'waiting';
      queueOf(parts.action).add({ name, state, ...believedName(parts, nowMs) });
    }
    const unknown = [...queues].filter(([action]) => !workers.has(action));
    setup.onUnknown?.(new Map(unknown.map(([action, queue]) => [action, [...queue.entries()].length])));
  };
  const loadOnce = () => {
    loaded ??= load().catch((error: unknown) => {
      loaded = undefined;
      throw error;
    });
    return loaded;
  };

  const wake = (action: string) => workers.get(action)?.wake();

  for (const action of setup.actions) {
    if (!outboxName.fits(action.name))
      throw new Fault('CONFIG_INVALID', {
        detail: `the action name ${action.name} is not made of a-z, 0-9, - and _.`,
      });
    const worker = createOutboxWorker({
      ...setup,
      action,
      queue: queueOf(action.name),
      concurrency: setup.concurrency?.[action.name] ?? defaultConcurrency,
    });
    workers.set(action.name, worker);
  }

  return {
    load: loadOnce,

    async put(action, event, { priority, dueAt }) {
      await loadOnce();
      const key = outboxName.key(action, event.id);
      const first = keys.get(key);
      if (first !== undefined) {
        await first;
        return false;
      }
      const now = clock.now();
      const firstDueAt = dueAt ?? now;
      lastOrder = Math.max(lastOrder + 1, now.getTime());
      const parts = {
        action,
        group: outboxName.group(action, event.alert.id),
        key,
        dueMs: firstDueAt.getTime(),
        firstDueMs: firstDueAt.getTime(),
        order: lastOrder,
        priority,
        attempt: 0,
      };
      const name = outboxName.mint(parts);
      const written = items.put(name, { action, event, firstDueAt, priority });
      keys.set(key, written);
      try {
        await written;
      } catch (error) {
        // It may be there all the same, and would stand beside the one of the next try.
        await items.delete(name).catch(() => {});
        keys.delete(key);
        throw error;
      }
      queueOf(action).add({ name, event, state: 'waiting', ...parts });
      keys.set(key, done);
      wake(action);
      return true;
    },

    has: (action, eventId) => keys.has(outboxName.key(action, eventId)),

    waits: (action, alertId, by) =>
      queues.get(action)?.waits(outboxName.group(action, alertId), by?.getTime()) ?? false,

    ...createOutboxDates({ ...setup, queues, wake }),

    async alertsBeyond(ids) {
      await loadOnce();
      const told = [...queues].filter(([action]) => workers.has(action));
      return alertsBeyond(ids, told, items);
    },

    flush(action) {
      for (const [name, worker] of workers) if (action === undefined || action === name) worker.flush();
    },

    async start(signal) {
      await loadOnce();
      await Promise.all([...workers.values()].map((worker) => worker.run(signal)));
    },

    status: (action) =>
      outboxStatus(action, queues.get(action), workers.get(action)?.lastFault(), clock.now()),

    desk: createOutboxDesk({ ...setup, queues, load: loadOnce, wake }),
  };
}

const done = Promise.resolve();
