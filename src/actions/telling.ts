import type { AlertEvent } from '../core/alert.js';
import type { Clock } from '../core/clock.js';
import type { AlertBook } from './alert-book.js';
import type { AlertRecord } from './alert-record.js';
import type { Outbox } from './outbox.js';
import { priorityOf } from './priority.js';
import { repeatDue } from './repeat-due.js';
import { dueAt, hasDates, type Route, stepMs } from './route.js';
import { shortHash } from './short-hash.js';

/** Puts into the outbox what is to be told of an alert, and takes out what is not to be told any more. */
export interface Telling {
  /**
   * Puts that an alert fires, for the actions that were not told yet or that have to tell again; whether there were
   * any. `opens`: by the event that opened it, `isNew`: which is accepted now.
   */
  firing(
    record: AlertRecord,
    event: Pick<AlertEvent, 'id' | 'at'>,
    how?: { readonly opens: boolean; readonly isNew: boolean },
  ): Promise<boolean>;
  /** Puts that an alert is over, for those who know of it. */
  end(record: AlertRecord, event: Pick<AlertEvent, 'id' | 'at'>): Promise<void>;
  /**
   * Takes out what waits for its date and has been overtaken: the steps when somebody has the alert, everything but
   * its `end` when it is over. The record that says so must be on disk. Who was told in the last moment is told of the
   * end, too.
   */
  withdraw(record: AlertRecord, end?: Pick<AlertEvent, 'id' | 'at'>): Promise<void>;
}

/** Makes it over the routes; everything about one alert is to be asked for one after another. */
export function createTelling(setup: {
  readonly book: AlertBook;
  readonly outbox: Pick<Outbox, 'put' | 'waits' | 'hasten' | 'withdraw'>;
  readonly routes: readonly Route[];
  readonly clock: Clock;
}): Telling {
  const { book, outbox, routes, clock } = setup;

  const put = async (route: Route, event: AlertEvent, countsAnew = false): Promise<boolean> => {
    const { action } = route;
    const told = book.get(event.alert.id)?.told ?? [];
    if (told.some((each) => each.action === action && each.eventId === event.id)) return false;
    const date = hasDates(route, event.alert) ? { dueAt: dueAt(route, event, clock.now(), countsAnew) } : {};
    await outbox.put(action, event, { priority: priorityOf(event), ...date });
    return true;
  };
  const putEnd = (route: Route, { alert }: AlertRecord, { id, at }: Pick<AlertEvent, 'id' | 'at'>) =>
    put(route, { id, kind: 'resolved', at, alert });

  return {
    async firing(record, { id, at }, { opens, isNew } = { opens: false, isNew: false }) {
      const { alert, acknowledgementEndedAt } = record;
      const tellOne = async (route: Route) => {
        const { action } = route;
        if (outbox.waits(action, alert.id)) {
          if (!hasDates(route, alert)) return false;
          // It may have become more urgent, and pass now; the review must know that.
          await book.refresh(record);
          await outbox.hasten(action, alert.id, dueAt(route, record, clock.now(), true));
          return false;
        }
        const last = lastTold(record, action);
        const nextId = shortHash(26, alert.id, action, last?.eventId ?? '');
        if (last !== undefined) {
          const isReleased = acknowledgementEndedAt !== undefined && acknowledgementEndedAt > last.at;
          return (
            repeatDue(record, last.at, route.repeatMs, clock.now()) &&
            put(route, { id: nextId, kind: 'repeated', at, alert }, isReleased)
          );
        }
        if (!isNew && alert.status === 'acknowledged') return false;
        return put(route, { id: opens ? id : nextId, kind: 'fired', at, alert }, true);
      };
      const puts = await all(routes.filter((route) => route.wants(alert)).map(tellOne));
      return puts.includes(true);
    },

    async end(record, event) {
      const now = clock.now();
      const knowing = routes.filter(
        ({ action }) => lastTold(record, action) !== undefined || outbox.waits(action, record.alert.id, now),
      );
      await all(knowing.map((route) => putEnd(route, record, event)));
    },

    async withdraw(record, end) {
      const { alert } = record;
      const isOver = alert.status === 'resolved';
      const overtaken = routes.filter((route) =>
        isOver ? hasDates(route, alert) : stepMs(route, alert) > 0,
      );
      await all(
        overtaken.map(async (route) => {
          await outbox.withdraw(route.action, alert.id, isOver ? 'resolved' : 'acknowledged', end?.id);
          if (end && outbox.waits(route.action, alert.id)) await putEnd(route, record, end);
        }),
      );
    },
  };
}

function lastTold(record: AlertRecord, action: string) {
  return record.told.findLast((told) => told.action === action);
}

/** All results; throws only when everything has ended, so that nothing goes on behind the caller's back. */
async function all<T>(tasks: readonly Promise<T>[]): Promise<readonly T[]> {
  await Promise.allSettled(tasks);
  return Promise.all(tasks);
}
