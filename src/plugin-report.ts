import type { Pipeline } from './actions/pipeline.js';
import type { Clock } from './core/clock.js';
import type { Status } from './core/status.js';
import type { ReportFormat, ReportPage, ReportSpan } from './core/status-report.js';
import { reportHtml } from './reports/status-report/report-html.js';
import { reportSections } from './reports/status-report/report-sections.js';
import { reportText } from './reports/status-report/report-text.js';
import { createStatusReports } from './reports/status-report/status-reports.js';
import type { FileStore } from './store/file-store.js';

/** What reports are made from. */
export interface ReportingParts {
  readonly store: Pick<FileStore, 'historyDays'>;
  readonly pipeline: Pick<Pipeline, 'facts'>;
  readonly clock: Clock;
  readonly timeZone: string;
  status(): Promise<Status>;
}

/** The status report, for the console and for the command. */
export interface Reporting {
  page(span: ReportSpan): Promise<ReportPage>;
  render(span: ReportSpan, format: ReportFormat): Promise<string>;
}

/** Puts together what makes status reports. */
export function createReporting({ store, pipeline, clock, timeZone, status }: ReportingParts): Reporting {
  const reports = createStatusReports({
    ...{ clock, timeZone, status },
    days: store.historyDays,
    open: () =>
      new Set([...pipeline.facts()].flatMap((each) => (each.status === 'resolved' ? [] : [each.id]))),
  });
  return {
    async page(span) {
      const report = await reports.make(span);
      return { report, sections: reportSections(report) };
    },
    async render(span, format) {
      const report = await reports.make(span);
      if (format === 'json') return `${JSON.stringify(report, undefined, 2)}\n`;
      return format === 'html' ? reportHtml(report) : reportText(report);
    },
  };
}
