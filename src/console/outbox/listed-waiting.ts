import type { WaitingEvent } from '../../core/waiting.js';
import type { ListedWaiting, waitingStates } from './outbox-query.js';

/** Why an event waits. */
export function stateOf({ state, dueAt }: WaitingEvent, now: Date): (typeof waitingStates)[number] {
  return state === 'waiting' && dueAt > now ? 'later' : state;
}

/** That of the outbox which a page lists, what is tried next first. */
export function listedWaiting(
  all: readonly WaitingEvent[],
  { action, state }: ListedWaiting,
  now: Date,
): readonly WaitingEvent[] {
  return all
    .filter((event) => action === undefined || event.action === action)
    .filter((event) => state === undefined || stateOf(event, now) === state)
    .sort(
      (a, b) =>
        a.nextTryAt.getTime() - b.nextTryAt.getTime() ||
        a.priority - b.priority ||
        a.dueAt.getTime() - b.dueAt.getTime(),
    );
}
