import type { AlertEvent } from '../core/alert.js';
import type { Clock } from '../core/clock.js';
import type { AlertBook } from './alert-book.js';
import { alertChanges } from './alert-changes.js';
import { isOfFiring } from './is-of-firing.js';
import { hasDates, type Route, stepMs } from './route.js';

/** Why nobody is told of an event any more. */
export type Over = 'acknowledged' | 'resolved';

/**
 * What an action has to tell when an event is due: the event, with its alert as it is now; later, since quiet hours
 * have begun; or nothing any more.
 */
export type Verdict = { readonly tell: AlertEvent } | { readonly later: Date } | { readonly over: Over };

/** Looks at an event that is due. */
export type Review = (
  action: string,
  event: AlertEvent,
  /**
   * `firstDueAt`: when it was due first. `follows`: whether another event of its alert is told together with it.
   * `isUrged`: whether a person wants it told now, whatever the hour.
   */
  place: { readonly firstDueAt: Date; readonly follows: boolean; readonly isUrged: boolean },
) => Verdict;

/** The clock of the monitor may be ahead of ours by so much. */
const soonMs = 60_000;

/**
 * Makes the review of what is due. What an action tells at once is told as it was put; only what had a date may have
 * been overtaken by what happened until then.
 */
export function createReview(setup: {
  readonly book: Pick<AlertBook, 'get'>;
  readonly routes: readonly Route[];
  readonly clock: Clock;
}): Review {
  const { book, clock } = setup;
  const routes = new Map(setup.routes.map((route) => [route.action, route]));

  return (action, event, { firstDueAt, follows, isUrged }) => {
    const route = routes.get(action);
    if (!route || !hasDates(route, event.alert)) return { tell: event };
    const { heldUntil } = route;
    const afterMs = stepMs(route, event.alert);
    const now = clock.now();
    const stored = book.get(event.alert.id);
    const record = stored && alertChanges.expired(stored, now);
    const { status } = record?.alert ?? event.alert;
    const isTold = record?.told.some((told) => told.action === action) ?? false;

    if (isOfFiring(event)) {
      const endedBefore = record?.closedAt !== undefined && record.closedAt <= firstDueAt;
      if (status === 'resolved' && (afterMs > 0 || endedBefore)) return { over: 'resolved' };
      if (status === 'acknowledged' && afterMs > 0) return { over: 'acknowledged' };
    } else if (event.kind === 'resolved' && !isTold && !follows) return { over: 'resolved' };

    const later = isUrged ? undefined : heldUntil?.(record?.alert ?? event.alert, now);
    if (later) return { later };
    if (!isOfFiring(event)) return { tell: event };
    const others = new Set(record?.told.map((told) => told.action));
    others.delete(action);
    return {
      tell: {
        ...event,
        ...(record ? { alert: record.alert } : {}),
        ...(afterMs > 0
          ? { escalation: { afterMs: sinceMs(event, now, afterMs), toldBy: [...others] } }
          : {}),
      },
    };
  };
}

/** How long an alert has fired, at most the time of its step; that may come sooner (see `Pipeline.unreached`). */
function sinceMs({ at }: AlertEvent, now: Date, afterMs: number): number {
  const passedMs = now.getTime() - at.getTime();
  return passedMs >= 0 && passedMs < afterMs - soonMs ? passedMs : afterMs;
}
