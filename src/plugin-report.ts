import { mailType } from './actions/email/mail-type.js';
import type { Pipeline } from './actions/pipeline.js';
import type { Clock } from './core/clock.js';
import type { Log } from './core/host.js';
import type { Settings } from './core/settings.js';
import type { AccountStatus } from './core/status.js';
import type { ReportFormat, ReportPage, ReportSpan } from './core/status-report.js';
import type { SystemErrors } from './core/system-error.js';
import { createReportTransport } from './plugin-report-transport.js';
import type { Ways } from './plugin-ways.js';
import { reportHtml } from './reports/status-report/report-html.js';
import { createReportMails } from './reports/status-report/report-mails.js';
import { reportSections } from './reports/status-report/report-sections.js';
import { reportStateType } from './reports/status-report/report-state.js';
import { reportText } from './reports/status-report/report-text.js';
import { createStatusReports } from './reports/status-report/status-reports.js';
import type { FileStore } from './store/file-store.js';
import { version } from './version.js';

/** What reports are made from, and what they are mailed by. */
export interface ReportingParts {
  readonly settings: Settings;
  readonly store: Pick<FileStore, 'historyDays' | 'history' | 'collection'>;
  readonly pipeline: Pick<Pipeline, 'isOpen'>;
  readonly ways: Pick<Ways, 'get'>;
  readonly systemErrors: SystemErrors;
  readonly clock: Clock;
  readonly log: Log;
  readonly timeZone: string;
  accountStatuses(): Promise<readonly AccountStatus[]>;
}

/** The status report, for the console, for the command and by mail. */
export interface Reporting {
  page(span: ReportSpan): Promise<ReportPage>;
  render(span: ReportSpan, format: ReportFormat): Promise<string>;
  /** Mails it on its schedule until `signal` is aborted; absent where the settings have none. */
  readonly startMails?: (signal: AbortSignal) => Promise<void>;
}

/** Puts together what makes status reports. */
export function createReporting(parts: ReportingParts): Reporting {
  const { settings, store, pipeline, clock, timeZone, accountStatuses } = parts;
  const reports = createStatusReports({
    ...{ clock, timeZone, accountStatuses, version },
    systemErrors: parts.systemErrors.list,
    days: store.historyDays,
    isOpen: pipeline.isOpen,
  });
  const { report } = settings;
  const mails =
    report &&
    createReportMails({
      ...{ ...parts, settings: report, reports, history: store.history },
      document: store.collection('reports', reportStateType(mailType.parse)),
      transport: createReportTransport({ settings, report, ways: parts.ways }),
    });
  return {
    async page(span) {
      const made = await reports.make(span);
      return { report: made, sections: reportSections(made) };
    },
    async render(span, format) {
      const made = await reports.make(span);
      if (format === 'json') return `${JSON.stringify(made, undefined, 2)}\n`;
      return format === 'html' ? reportHtml(made) : reportText(made);
    },
    ...(mails ? { startMails: mails.start } : {}),
  };
}
