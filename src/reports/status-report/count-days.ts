import type { StatusReport } from '../../core/status-report.js';
import type { CountAlertsSetup } from './count-alerts.js';
import type { Firing } from './firings.js';
import { percentile } from './percentile.js';
import { reportDays } from './report-days.js';
import { createTookTimes } from './took-times.js';

/** Counts alerts by the day on which they fired, and how long their acknowledgements took. */
export function countDays(setup: Pick<CountAlertsSetup, 'from' | 'to' | 'timeZone' | 'historyFrom'>) {
  const { historyFrom, from, to, timeZone } = setup;
  const isLate = historyFrom !== undefined && historyFrom > from && historyFrom < to;
  const { stepDays, begins } = reportDays({ from: isLate ? historyFrom : from, to }, timeZone);
  const beginsMs = begins.map((begin) => begin.getTime());
  const days = begins.map((begin) => ({ from: begin, fired: 0, took: createTookTimes() }));
  let index = 0;
  return {
    add({ atMs, takenMs }: Firing): void {
      // They are nearly in order, and there may be a hundred thousand.
      while (index + 1 < days.length && (beginsMs[index + 1] ?? 0) <= atMs) index += 1;
      while (index > 0 && (beginsMs[index] ?? 0) > atMs) index -= 1;
      const day = days[index];
      if (!day) return;
      day.fired += 1;
      if (!Number.isNaN(takenMs)) day.took.add(Math.max(0, takenMs - atMs));
    },
    fired: () => days.reduce((sum, { fired }) => sum + fired, 0),
    result: (): Omit<StatusReport['acknowledgement'], 'earlier' | 'byAuthor'> => {
      const took = days.map((day) => day.took.sorted());
      return {
        ...{ count: took.reduce((sum, { length }) => sum + length, 0), ...percentiles(took), stepDays },
        days: days.map(({ from: begin, fired }, place) => {
          const times = took[place] ?? new Float64Array();
          return { from: begin, fired, acknowledged: times.length, ...percentiles([times]) };
        }),
      };
    },
  };
}

function percentiles(took: readonly Float64Array[]): {
  readonly medianMs?: number;
  readonly percentile90Ms?: number;
} {
  const [medianMs, percentile90Ms] = [percentile(took, 50), percentile(took, 90)];
  return medianMs === undefined || percentile90Ms === undefined ? {} : { medianMs, percentile90Ms };
}
