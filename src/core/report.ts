import type { SystemError } from './system-error.js';

/** What stands at the top of a report: the active system errors; all three are empty when there are none. */
export interface ReportHeader {
  readonly text: string;
  readonly html: string;
  readonly json: readonly SystemError[];
}
