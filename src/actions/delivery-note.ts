import type { AlertEvent } from '../core/alert.js';
import type { Clock } from '../core/clock.js';
import { describe } from '../core/fault.js';
import type { Delivery, Log } from '../core/host.js';
import type { History } from '../core/store.js';
import { subjectWords } from './email/subject-words.js';
import type { OutboxEntry } from './outbox-entry.js';

const mostNames = 10;

/** An entry of the outbox that was read: what it asks to tell of. */
export interface Task {
  readonly entry: OutboxEntry;
  readonly event: AlertEvent;
}

/** What came of a try, for observers and the history. */
export interface TriedTasks {
  readonly tasks: readonly Task[];
  readonly status: Delivery['status'];
  readonly detail?: string;
  /** Only news stand in the history. */
  readonly isNews: boolean;
}

/** Makes the function that tells observers and the history of each try; it never throws. */
export function createDeliveryNote(deps: {
  readonly action: string;
  readonly onDelivery: (delivery: Delivery) => void;
  readonly history: History;
  readonly clock: Clock;
  readonly log: Log;
}): (tried: TriedTasks) => Promise<void> {
  const { action, history, clock, log } = deps;
  return async ({ tasks, status, detail, isNews }) => {
    if (tasks.length === 0) return;
    const eventIds = tasks.map(({ event }) => event.id);
    const alertIds = [...new Set(tasks.map(({ event }) => event.alert.id))];
    const dueAt = new Date(Math.min(...tasks.map(({ entry }) => entry.firstDueMs)));
    const delivery = { action, eventIds, alertIds, ...(detail === undefined ? {} : { detail }) };
    try {
      deps.onDelivery({ ...delivery, status, dueAt });
      const kind = status === 'delivered' ? 'told' : status;
      if (isNews) await history.append({ at: clock.now(), kind, ...delivery, names: namesOf(tasks) });
    } catch (thrown) {
      // Observers and history are told; they have no say in what happens to an alert.
      log.warn({ action, detail: describe(thrown) }, 'A delivery could not be noted.');
    }
  };
}

/** What the alerts are called, for who reads the history; of many, the first ones. */
function namesOf(tasks: readonly Task[]): readonly string[] {
  const alerts = new Map(tasks.map(({ event }) => [event.alert.id, event.alert]));
  return [...alerts.values()].slice(0, mostNames).map(subjectWords);
}
