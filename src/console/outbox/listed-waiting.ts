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
  const found: { readonly event: WaitingEvent; readonly nextMs: number; readonly dueMs: number }[] = [];
  for (const event of all)
    if ((action === undefined || event.action === action) && (!state || stateOf(event, now) === state))
      found.push({ event, nextMs: event.nextTryAt.getTime(), dueMs: event.dueAt.getTime() });
  found.sort((a, b) => a.nextMs - b.nextMs || a.event.priority - b.event.priority || a.dueMs - b.dueMs);
  return found.map(({ event }) => event);
}
