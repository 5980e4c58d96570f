import type { StatusReport, UnacknowledgedAlert } from '../../core/status-report.js';
import type { CountAlertsSetup } from './count-alerts.js';
import type { Firing } from './firings.js';

const most = 10;

/**
 * Counts alerts that nobody acknowledged, and finds the longest of them: those that fire now before those that have
 * ended, and what has an unknown end last.
 */
export function createLongest(setup: Pick<CountAlertsSetup, 'isOpen' | 'now'>) {
  const nowMs = setup.now.getTime();
  let count = 0;
  let firing = 0;
  /** What comes behind it is none of the longest: nearly all of them, and there may be a hundred thousand. */
  let [leastRank, leastMs] = [Infinity, 0];
  const longest: { readonly alert: Firing; readonly rank: number; readonly lastedMs: number }[] = [];
  return {
    add(alert: Firing): void {
      const { id, atMs, endedMs } = alert;
      const isOpen = setup.isOpen(id);
      count += 1;
      if (isOpen) firing += 1;
      const rank = isOpen ? 0 : Number.isNaN(endedMs) ? 2 : 1;
      const lastedMs = rank === 2 ? 0 : Math.max(0, (isOpen ? nowMs : endedMs) - atMs);
      if (rank > leastRank || (rank === leastRank && lastedMs <= leastMs)) return;
      const place = longest.findIndex((each) =>
        rank === each.rank ? lastedMs > each.lastedMs : rank < each.rank,
      );
      longest.splice(place === -1 ? longest.length : place, 0, { alert: { ...alert }, rank, lastedMs });
      if (longest.length > most) longest.pop();
      const last = longest.length < most ? undefined : longest.at(-1);
      if (last) [leastRank, leastMs] = [last.rank, last.lastedMs];
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
