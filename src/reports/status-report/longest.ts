import type { StatusReport, UnacknowledgedAlert } from '../../core/status-report.js';
import type { CountAlertsSetup } from './count-alerts.js';
import type { Firing } from './firings.js';

const most = 10;

/**
 * Counts alerts that nobody acknowledged, and finds the longest of them: those that fire now before those that have
 * ended, and what has an unknown end last.
 */
export function createLongest({ open, now }: Pick<CountAlertsSetup, 'open' | 'now'>) {
  let count = 0;
  let firing = 0;
  const longest: { readonly alert: Firing; readonly rank: number; readonly lastedMs: number }[] = [];
  return {
    add(alert: Firing): void {
      const { id, atMs, endedMs } = alert;
      const isOpen = open.has(id);
      count += 1;
      if (isOpen) firing += 1;
      const rank = isOpen ? 0 : Number.isNaN(endedMs) ? 2 : 1;
      const lastedMs = rank === 2 ? 0 : Math.max(0, (isOpen ? now.getTime() : endedMs) - atMs);
      const place = longest.findIndex((each) =>
        rank === each.rank ? lastedMs > each.lastedMs : rank < each.rank,
      );
      if (place === -1 && longest.length >= most) return;
      longest.splice(place === -1 ? longest.length : place, 0, { alert: { ...alert }, rank, lastedMs });
      if (longest.length > most) longest.pop();
    },
    result: (): StatusReport['unacknowledged'] => ({
      ...{ count, firing },
      longest: longest.map(
        ({ alert: { id, atMs, endedMs, name, severity, source }, rank, lastedMs }): UnacknowledgedAlert => ({
          ...{ alertId: id, name, severity, source, firedAt: new Date(atMs), firing: rank === 0 },
          ...(rank === 1 ? { endedAt: new Date(endedMs) } : {}),
          ...(rank === 2 ? {} : { lastedMs }),
        }),
      ),
    }),
  };
}
