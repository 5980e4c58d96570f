import type { StatusReport } from '../../core/status-report.js';
import type { CountAlertsSetup } from './count-alerts.js';
import type { Firing } from './firings.js';
import { percentile } from './percentile.js';
import { reportDays } from './report-days.js';

/** Counts alerts by the day on which they fired, and how long their acknowledgements took. */
export function countDays(setup: Pick<CountAlertsSetup, 'from' | 'to' | 'timeZone' | 'historyFrom'>) {
  const { historyFrom, from, to, timeZone } = setup;
  const isLate = historyFrom !== undefined && historyFrom > from && historyFrom < to;
  const { stepDays, begins } = reportDays({ from: isLate ? historyFrom : from, to }, timeZone);
  const beginsMs = begins.map((begin) => begin.getTime());
  const days = begins.map((begin) => ({ from: begin, fired: 0, tookMs: [] as number[] }));
  let index = 0;
  return {
    add({ atMs, takenMs }: Firing): void {
      // They are nearly in order, and there may be a hundred thousand.
      while (index + 1 < days.length && (beginsMs[index + 1] ?? 0) <= atMs) index += 1;
      while (index > 0 && (beginsMs[index] ?? 0) > atMs) index -= 1;
      const day = days[index];
      if (!day) return;
      day.fired += 1;
      if (!Number.isNaN(takenMs)) day.tookMs.push(Math.max(0, takenMs - atMs));
    },
    fired: () => days.reduce((sum, { fired }) => sum + fired, 0),
    result: (): Omit<StatusReport['acknowledgement'], 'earlier' | 'byAuthor'> => {
      const all = days.flatMap(({ tookMs }) => tookMs);
      return {
        ...{ count: all.length, ...times(all), stepDays },
        days: days.map(({ from: begin, fired, tookMs }) => ({
          ...{ from: begin, fired, acknowledged: tookMs.length, ...times(tookMs) },
        })),
      };
    },
  };
}

function times(tookMs: readonly number[]): {
  readonly medianMs?: number;
  readonly percentile90Ms?: number;
} {
  const sorted = new Float64Array(tookMs).sort();
  const [medianMs, percentile90Ms] = [percentile(sorted, 50), percentile(sorted, 90)];
  return medianMs === undefined || percentile90Ms === undefined ? {} : { medianMs, percentile90Ms };
}
