import { formatDuration } from '../../core/duration.js';
import type { ReportSection } from '../../core/report-section.js';
import type { StatusReport } from '../../core/status-report.js';
import { grouped } from './grouped.js';

/** How many alerts fired on each day of a report, and how soon they were acknowledged. */
export function daysSection({ acknowledgement, timeZone }: StatusReport): ReportSection {
  const { days, stepDays } = acknowledgement;
  const most = Math.max(1, ...days.map(({ fired }) => fired));
  const slowest = Math.max(1, ...days.map(({ medianMs = 0 }) => medianMs));
  const format = new Intl.DateTimeFormat('en-GB', {
    ...{ timeZone, weekday: 'short', day: 'numeric', month: 'short' },
  });
  const nameOf = (date: Date) => {
    const part = Object.fromEntries(format.formatToParts(date).map(({ type, value }) => [type, value]));
    return `${part['weekday']} ${part['day']} ${part['month']}`;
  };
  const took = (ms: number | undefined) => (ms === undefined ? '' : formatDuration(ms));
  return {
    title: stepDays === 1 ? 'Time to acknowledge, by day' : `Time to acknowledge, by ${stepDays} days`,
    sentences: [],
    table: {
      caption: 'Alerts that fired, and how soon they were acknowledged, by the day on which they fired',
      columns: [
        { title: stepDays === 1 ? 'Day' : 'From' },
        { title: 'Fired', numbers: true },
        { title: 'Acknowledged', numbers: true },
        { title: 'Half within', numbers: true },
        { title: '90 % within', numbers: true },
      ],
      rows: days.map(({ from, fired, acknowledged, medianMs, percentile90Ms }) => [
        nameOf(from),
        { text: grouped(fired), share: fired / most },
        grouped(acknowledged),
        medianMs === undefined ? '' : { text: took(medianMs), share: medianMs / slowest },
        took(percentile90Ms),
      ]),
    },
  };
}
