import type { AlertEvent } from '../core/alert.js';
import type { Clock } from '../core/clock.js';
import type { History } from '../core/store.js';
import type { Over } from './review.js';

/** Puts into the history that an action does not tell of an event that waited for its date, and why; it never throws. */
export async function noteWithdrawn(
  deps: { readonly history: History; readonly clock: Clock },
  action: string,
  { id: eventId, kind: event, alert }: AlertEvent,
  why: Over,
): Promise<void> {
  const { id: alertId, fingerprint, source, severity } = alert;
  const facts = { action, eventId, event, alertId, fingerprint, source, severity };
  // History has no say in what happens to an alert.
  await deps.history.append({ at: deps.clock.now(), kind: 'withdrawn', ...facts, why }).catch(() => {});
}
