import type { Clock } from '../../core/clock.js';
import type { HistoryDay } from '../../core/history-day.js';
import type { AccountStatus } from '../../core/status.js';
import type { ReportedExpiry, ReportSpan, StatusReport, StatusReports } from '../../core/status-report.js';
import type { SystemError } from '../../core/system-error.js';
import { countAlerts } from './count-alerts.js';
import { countRest } from './count-rest.js';
import { createFactsReader } from './read-facts.js';

/** What reports are made from. */
export interface StatusReportsSetup {
  days(): Promise<readonly HistoryDay[]>;
  accountStatuses(): Promise<readonly AccountStatus[]>;
  /** What stands now, the worst and oldest first. */
  systemErrors(): readonly SystemError[];
  readonly version: string;
  /** Whether an alert is not resolved. */
  isOpen(alertId: string): boolean;
  readonly timeZone: string;
  readonly clock: Clock;
}

const aheadMs = 60 * 86_400_000;

/**
 * Makes what makes reports, over the files of the history:
 *
 * 1. Each day is read once, in pieces, between which everything else goes on; what a report of any span needs of it is
 *    kept. Of a day that has grown since only the end is read.
 * 2. What fired on one day and was acknowledged or ended on another is joined.
 * 3. What lies in the span is counted.
 */
export function createStatusReports(setup: StatusReportsSetup): StatusReports {
  const { clock, timeZone } = setup;
  const readFacts = createFactsReader(setup.days);
  const make = async (span: ReportSpan): Promise<StatusReport> => {
    const { firstDay, days } = await readFacts(span);
    const accounts = await setup.accountStatuses();
    const madeAt = clock.now();
    const historyFrom = firstDay === undefined ? undefined : new Date(`${firstDay}T00:00:00Z`);
    return {
      ...{ from: span.from, to: span.to, madeAt, timeZone, version: setup.version },
      ...(historyFrom ? { historyFrom } : {}),
      systemErrors: setup.systemErrors(),
      ...(await countAlerts(days, {
        ...{ ...span, timeZone, historyFrom, now: madeAt, isOpen: setup.isOpen },
      })),
      ...countRest(days, span),
      ending: accounts
        .flatMap((account) => endingOf(account, new Date(madeAt.getTime() + aheadMs)))
        .sort((a, b) => a.at.getTime() - b.at.getTime()),
    };
  };
  let last: Promise<unknown> = Promise.resolve();
  return {
    /** One after the other: what is kept of the days changes while they are read. */
    make(span) {
      const next = last.then(() => make(span));
      last = next.catch(() => {});
      return next;
    },
  };
}

/** What puts itself off as long as all is well is left out, unless people were warned of it. */
function endingOf({ account, expiries = [] }: AccountStatus, before: Date): ReportedExpiry[] {
  return expiries
    .filter(({ at, renewed, warnedDays }) => at <= before && (!renewed || warnedDays !== undefined))
    .map(({ what, at, remedy }) => ({ account, what, at, ...(remedy === undefined ? {} : { remedy }) }));
}
