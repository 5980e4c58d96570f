import type { AlertEvent } from '../core/alert.js';
import type { Clock } from '../core/clock.js';
import type { History } from '../core/store.js';
import { eventFacts } from './event-facts.js';
import type { Over } from './review.js';

/** Puts into the history that an action does not tell of an event that waited for its date, and why; it never throws. */
export async function noteWithdrawn(
  deps: { readonly history: History; readonly clock: Clock },
  action: string,
  event: AlertEvent,
  why: Over,
): Promise<void> {
  const facts = { action, ...eventFacts(event) };
  // History has no say in what happens to an alert.
  await deps.history.append({ at: deps.clock.now(), kind: 'withdrawn', ...facts, why }).catch(() => {});
}
