import type { StatusReport, UnacknowledgedAlert } from '../../core/status-report.js';
import type { CountAlertsSetup } from './count-alerts.js';
import type { Firing } from './firings.js';

const most = 10;

/** Counts alerts that nobody acknowledged, and finds the longest of them, those that fire now before all others. */
export function createLongest({ open, to }: Pick<CountAlertsSetup, 'open' | 'to'>) {
  let count = 0;
  let firing = 0;
  const longest: { readonly alert: Firing; readonly isOpen: boolean; readonly lastedMs: number }[] = [];
  return {
    add(alert: Firing): void {
      const isOpen = open.has(alert.id);
      count += 1;
      if (isOpen) firing += 1;
      const endMs = Number.isNaN(alert.endedMs) ? to.getTime() : alert.endedMs;
      const lastedMs = Math.max(0, endMs - alert.atMs);
      const isBefore = (each: (typeof longest)[number]) =>
        isOpen === each.isOpen ? lastedMs > each.lastedMs : isOpen;
      const place = longest.findIndex(isBefore);
      if (place === -1 && longest.length >= most) return;
      longest.splice(place === -1 ? longest.length : place, 0, { alert: { ...alert }, isOpen, lastedMs });
      if (longest.length > most) longest.pop();
    },
    result: (): StatusReport['unacknowledged'] => ({
      ...{ count, firing },
      longest: longest.map(
        ({
          alert: { id, atMs, endedMs, name, severity, source },
          isOpen,
          lastedMs,
        }): UnacknowledgedAlert => ({
          ...{ alertId: id, name, severity, source, firedAt: new Date(atMs) },
          ...(Number.isNaN(endedMs) ? {} : { endedAt: new Date(endedMs) }),
          ...{ firing: isOpen, lastedMs },
        }),
      ),
    }),
  };
}
