import type { Alert, AlertEvent } from '../core/alert.js';
import type { HeldUntil } from './quiet-hours.js';

/** Which alerts an action tells of, how often, and when. */
export interface Route {
  readonly action: string;
  /** How long until an alert that still fires is told again. */
  readonly repeatMs: number;
  /** How long an alert fires with nobody having it until this action tells of it; absent for at once. */
  readonly afterMs?: number;
  /** Its quiet hours; absent where it has none. */
  readonly heldUntil?: HeldUntil;
  wants(alert: Alert): boolean;
}

/** Whether an action tells of some alerts later than others do. */
export function hasDates({ afterMs = 0, heldUntil }: Route): boolean {
  return afterMs > 0 || heldUntil !== undefined;
}

/**
 * When an action tells of an event: at once, or when its time after the firing has come and its quiet hours are over.
 * The time after the firing counts from `now` where `countsAnew`.
 */
export function dueAt(
  { afterMs = 0, heldUntil }: Route,
  { alert }: Pick<AlertEvent, 'alert'>,
  now: Date,
  countsAnew: boolean,
): Date {
  const at = countsAnew ? new Date(now.getTime() + afterMs) : now;
  return heldUntil?.(alert, at) ?? at;
}
