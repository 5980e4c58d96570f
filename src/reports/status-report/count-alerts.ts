import { severityRank } from '../../core/severity.js';
import type { FiredCount, ReportSpan, StatusReport } from '../../core/status-report.js';
import { countDays } from './count-days.js';
import type { DayFacts } from './day-facts.js';
import { joinFirings } from './join-firings.js';
import { createLongest } from './longest.js';

/** What is asked of the firings of a span besides. */
export interface CountAlertsSetup extends ReportSpan {
  readonly timeZone: string;
  /** Before it nothing can be on record. */
  readonly historyFrom: Date | undefined;
  readonly now: Date;
  /** Whether an alert fires now. */
  isOpen(alertId: string): boolean;
}

/** What a report says of alerts and of their acknowledgements. */
export async function countAlerts(
  days: readonly DayFacts[],
  setup: CountAlertsSetup,
): Promise<Pick<StatusReport, 'alerts' | 'acknowledgement' | 'unacknowledged'>> {
  const bySeverity = new Map<string, Fired>();
  const bySource = new Map<string, Fired>();
  const authors = new Map<string, number>();
  const byDay = countDays(setup);
  const left = createLongest(setup);
  const earlier = await joinFirings(days, setup, (firing) => {
    const { severity, source, takenMs, takenBy } = firing;
    const isTaken = !Number.isNaN(takenMs);
    count(bySeverity, severity, isTaken);
    count(bySource, source, isTaken);
    byDay.add(firing);
    if (isTaken) authors.set(takenBy, (authors.get(takenBy) ?? 0) + 1);
    else left.add(firing);
  });
  return {
    alerts: {
      fired: byDay.fired(),
      bySeverity: listed(bySeverity).sort(
        (a, b) => severityRank(a.name) - severityRank(b.name) || mostFirst(a, b),
      ),
      bySource: listed(bySource).sort(mostFirst),
    },
    acknowledgement: {
      ...{ earlier, ...byDay.result() },
      byAuthor: [...authors]
        .map(([author, alerts]) => ({ author, count: alerts }))
        .sort((a, b) => b.count - a.count || compare(a.author, b.author)),
    },
    unacknowledged: left.result(),
  };
}

interface Fired {
  fired: number;
  acknowledged: number;
}

function count(counts: Map<string, Fired>, name: string, isTaken: boolean): void {
  const before = counts.get(name) ?? { fired: 0, acknowledged: 0 };
  before.fired += 1;
  if (isTaken) before.acknowledged += 1;
  counts.set(name, before);
}

function listed(counts: ReadonlyMap<string, Fired>): FiredCount[] {
  return [...counts].map(([name, { fired, acknowledged }]) => ({ name, fired, acknowledged }));
}

function mostFirst(a: FiredCount, b: FiredCount): number {
  return b.fired - a.fired || compare(a.name, b.name);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
