import { severityRank } from '../../core/severity.js';
import type { FiredCount, ReportSpan, StatusReport } from '../../core/status-report.js';
import type { Firing } from './day-facts.js';
import type { JoinedFirings } from './join-firings.js';
import { percentile } from './percentile.js';
import { reportDays } from './report-days.js';

/** What is asked of the firings of a span besides. */
export interface CountAlertsSetup extends ReportSpan {
  readonly timeZone: string;
  /** Before it nothing can be on record. */
  readonly historyFrom: Date | undefined;
  /** The ids of the alerts that fire now. */
  readonly open: ReadonlySet<string>;
}

const mostLongest = 10;

/** What a report says of alerts and of their acknowledgements. */
export function countAlerts(
  { firings, earlier }: JoinedFirings,
  setup: CountAlertsSetup,
): Pick<StatusReport, 'alerts' | 'acknowledgement' | 'unacknowledged'> {
  const taken = firings.flatMap((firing) => (firing.taken ? [firing.taken.by] : []));
  const left = firings.filter((firing) => !firing.taken);
  const bySource = countBy(firings, ({ source }) => source);
  const bySeverity = countBy(firings, ({ severity }) => severity);
  return {
    alerts: {
      fired: firings.length,
      bySeverity: bySeverity.sort((a, b) => severityRank(a.name) - severityRank(b.name) || mostFirst(a, b)),
      bySource: bySource.sort(mostFirst),
    },
    acknowledgement: {
      ...{ count: taken.length, earlier, ...times(firings) },
      byAuthor: [...tally(taken)]
        .map(([author, count]) => ({ author, count }))
        .sort((a, b) => b.count - a.count || compare(a.author, b.author)),
      ...byDay(firings, setup),
    },
    unacknowledged: {
      count: left.length,
      firing: left.filter(({ id }) => setup.open.has(id)).length,
      longest: longest(left, setup),
    },
  };
}

function byDay(
  firings: readonly Firing[],
  setup: CountAlertsSetup,
): Pick<StatusReport['acknowledgement'], 'stepDays' | 'days'> {
  const { historyFrom, from, to, timeZone } = setup;
  const begin =
    historyFrom && historyFrom > from ? new Date(Math.min(historyFrom.getTime(), to.getTime())) : from;
  const { stepDays, begins } = reportDays({ from: begin, to }, timeZone);
  const days = begins.map((day) => ({ from: day, firings: [] as Firing[] }));
  const beginsMs = days.map((day) => day.from.getTime());
  let index = 0;
  for (const firing of firings) {
    // They are nearly in order, and there may be a hundred thousand.
    while (index + 1 < days.length && (beginsMs[index + 1] ?? 0) <= firing.atMs) index += 1;
    while (index > 0 && (beginsMs[index] ?? 0) > firing.atMs) index -= 1;
    days[index]?.firings.push(firing);
  }
  return {
    stepDays,
    days: days.map((day) => ({
      from: day.from,
      fired: day.firings.length,
      acknowledged: day.firings.filter((firing) => firing.taken).length,
      ...times(day.firings),
    })),
  };
}

function times(firings: readonly Firing[]): { readonly medianMs?: number; readonly percentile90Ms?: number } {
  const tookMs = Float64Array.from(
    firings.flatMap(({ atMs, taken }) => (taken ? [Math.max(0, taken.atMs - atMs)] : [])),
  ).sort();
  const [medianMs, percentile90Ms] = [percentile(tookMs, 50), percentile(tookMs, 90)];
  return medianMs === undefined || percentile90Ms === undefined ? {} : { medianMs, percentile90Ms };
}

function longest(
  left: readonly Firing[],
  { open, to }: CountAlertsSetup,
): StatusReport['unacknowledged']['longest'] {
  return left
    .map((firing) => ({
      ...{ firing, isOpen: open.has(firing.id) },
      lastedMs: Math.max(0, (firing.endedMs ?? to.getTime()) - firing.atMs),
    }))
    .sort((a, b) => Number(b.isOpen) - Number(a.isOpen) || b.lastedMs - a.lastedMs)
    .slice(0, mostLongest)
    .map(({ firing: { id, atMs, endedMs, name, severity, source }, isOpen, lastedMs }) => ({
      ...{ alertId: id, name, severity, source, firedAt: new Date(atMs) },
      ...(endedMs === undefined ? {} : { endedAt: new Date(endedMs) }),
      ...{ firing: isOpen, lastedMs },
    }));
}

function countBy(firings: readonly Firing[], nameOf: (firing: Firing) => string): FiredCount[] {
  const counts = new Map<string, { fired: number; acknowledged: number }>();
  for (const firing of firings) {
    const name = nameOf(firing);
    const count = counts.get(name) ?? { fired: 0, acknowledged: 0 };
    count.fired += 1;
    if (firing.taken) count.acknowledged += 1;
    counts.set(name, count);
  }
  return [...counts].map(([name, count]) => ({ name, ...count }));
}

function tally(names: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

function mostFirst(a: FiredCount, b: FiredCount): number {
  return b.fired - a.fired || compare(a.name, b.name);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
