import type { AcknowledgeOutcome } from './acknowledgement.js';
import type { Alert, AlertStatus } from './alert.js';
import type { HistoryEntry } from './store.js';

/** Which alerts are asked for, and which of them. */
export interface AlertQuery {
  /** Default: those that are not resolved. */
  readonly status?: AlertStatus;
  /** Only those with this text in their name, labels or monitor, in upper or lower case. */
  readonly text?: string;
  /** How many are passed over. */
  readonly from: number;
  /** How many are given at most. */
  readonly count: number;
}

/** Some of the alerts that were asked for, the newest first. */
export interface AlertPage {
  readonly alerts: readonly Alert[];
  /** How many there are in all. */
  readonly total: number;
}

/** What a person says of alerts from the console. */
export interface SaidOfAlerts {
  readonly kind: 'acknowledge' | 'unacknowledge' | 'comment';
  readonly alertIds: readonly string[];
  /** Who is signed in at the console. */
  readonly author: string;
  /** May be empty; at most 2,000 characters. */
  readonly comment: string;
  /** For how long it is acknowledged, in milliseconds; absent for as long as a bare reply does. */
  readonly durationMs?: number;
  /** Names this very saying, so that a form that is sent twice says it once. */
  readonly source: string;
}

/** What an operator looks up and says of alerts. */
export interface AlertDesk {
  /** Some of the alerts; our own system errors are not among them. */
  find(query: AlertQuery): AlertPage;
  get(alertId: string): Alert | undefined;
  /** What the history tells of one alert, oldest first: sent, told, acknowledged, commented, … */
  trail(alertId: string): Promise<readonly HistoryEntry[]>;
  /** Takes what a person said to the monitor, and only then on record. Throws when the monitor does not take it now. */
  say(said: SaidOfAlerts): Promise<AcknowledgeOutcome>;
}
