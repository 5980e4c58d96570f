import type { Alert } from '../core/alert.js';
import { type Route, stepMs } from './route.js';

/**
 * The actions whose turn it is when the one named reached nobody with an alert: of those that wait longer than that
 * one, the first that may tell now. None where somebody has the alert, or it is over.
 */
export function nextStep(
  routes: readonly Route[],
  alert: Alert,
  unreached: string,
  now: Date,
): readonly Route[] {
  const own = routes.find(({ action }) => action === unreached);
  if (!own || alert.status !== 'firing') return [];
  const later = routes.filter(
    (route) =>
      stepMs(route, alert) > stepMs(own, alert) &&
      route.wants(alert) &&
      route.heldUntil?.(alert, now) === undefined,
  );
  const firstMs = Math.min(...later.map((route) => stepMs(route, alert)));
  return later.filter((route) => stepMs(route, alert) === firstMs);
}
