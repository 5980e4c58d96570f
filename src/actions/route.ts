import type { Alert, AlertEvent } from '../core/alert.js';
import { ownSource } from '../core/own-source.js';
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

/**
 * How long an alert fires until an action tells of it, in milliseconds: 0 for system errors, which nobody can
 * acknowledge, and which may be over before a step comes.
 */
export function stepMs({ afterMs = 0 }: Route, { source }: Pick<Alert, 'source'>): number {
  return source === ownSource ? 0 : afterMs;
}

/** Whether an action may tell of an alert later than others do. */
export function hasDates(route: Route, alert: Pick<Alert, 'source'>): boolean {
  return stepMs(route, alert) > 0 || route.heldUntil !== undefined;
}

/**
 * When an action tells of an event: at once, or when its time after the firing has come and its quiet hours are over.
 * The time after the firing counts from `now` where `countsAnew`.
 */
export function dueAt(
  route: Route,
  { alert }: Pick<AlertEvent, 'alert'>,
  now: Date,
  countsAnew: boolean,
): Date {
  const at = countsAnew ? new Date(now.getTime() + stepMs(route, alert)) : now;
  return route.heldUntil?.(alert, at) ?? at;
}
