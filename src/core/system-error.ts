import type { FaultCode } from './fault.js';

/** Something that stands in the way of telling people, or soon will, and that a person must mend. */
export interface SystemError {
  readonly code: FaultCode;
  /** What it is about: the account, action or monitor by its name in the settings. */
  readonly subject: string;
  readonly severity: 'critical' | 'warning';
  /** What happened, in one or two plain sentences. */
  readonly message: string;
  /** The one thing to do. */
  readonly remedy: string;
  /** Where a person signs in, when that is the remedy. */
  readonly authorizationUrl?: string;
  /**
   * How far a warning that comes in steps has come, such as `14 days`: it is told once at each step. What has
   * no steps is told when it begins to stand, and then once a day.
   */
  readonly step?: string;
  readonly since: Date;
  /** How often it was raised since it stands. */
  readonly count: number;
}

/** A system error before it stands. */
export type RaisedSystemError = Omit<SystemError, 'since' | 'count'>;

/** What people are told of a system error: its beginning, that it still stands, its end. */
export type SystemErrorChange = 'raised' | 'reminded' | 'cleared';

/** The standing system errors. */
export interface SystemErrors {
  /** Raises an error; one that stands already (same code and subject) is counted and brought up to date. */
  raise(error: RaisedSystemError): Promise<void>;
  /** Clears an error; nothing happens when it does not stand. */
  clear(code: FaultCode, subject: string): Promise<void>;
  /** The standing errors, the worst and oldest first. */
  list(): readonly SystemError[];
}
