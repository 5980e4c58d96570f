import type { AccountSheet } from './account-sheet.js';
import type { AlertDesk } from './alert-desk.js';
import type { OwnReplyDesk } from './judged-reply.js';
import type { PastError } from './past-error.js';
import type { TestStep } from './server-test.js';
import type { Status } from './status.js';
import type { ReportPage, ReportSpan } from './status-report.js';
import type { SystemError } from './system-error.js';
import type { OutboxDesk } from './waiting.js';

/** Everything that the pages of the console show and do. */
export interface ConsoleDesk {
  readonly version: string;
  /** The IANA name of the time zone that dates are shown in. */
  readonly timeZone: string;
  now(): Date;
  /** Waits as `Clock.until` does. */
  until(date: Date, signal: AbortSignal): Promise<void>;
  /** Aborted when Ackmail stops: a page that is still being sent ends then. */
  readonly stopping: AbortSignal;
  status(): Promise<Status>;
  /** The standing system errors, the worst and oldest first. */
  systemErrors(): readonly SystemError[];
  /** Which of them were raised and cleared from a moment on and before another, the newest first. */
  pastErrors(from: Date, until: Date): Promise<readonly PastError[]>;
  readonly sheets: readonly AccountSheet[];
  readonly alerts: AlertDesk;
  readonly outbox: OutboxDesk;
  /** Absent where no replies are read. */
  readonly replies?: OwnReplyDesk;
  /** How alerting went in a span, and how it stands now. */
  report(span: ReportSpan): Promise<ReportPage>;
  /** Tests the servers of an account, a step at a time, ending with a real mail. */
  testServer(account: string, signal: AbortSignal): AsyncIterable<TestStep>;
  /** Makes a round trip by an account through the watched mailbox; absent where no replies are read. */
  roundTrip?(account: string, signal: AbortSignal): AsyncIterable<TestStep>;
}
