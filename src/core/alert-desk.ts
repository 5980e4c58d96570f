import type { AcknowledgeOutcome } from './acknowledgement.js';
import type { Alert, AlertStatus } from './alert.js';
import type { RecipientStatus } from './mail.js';
import type { HistoryEntry } from './store.js';

/** Which alerts are asked for, and which of them. */
export interface AlertQuery {
  /** Default: those that are not resolved. */
  readonly status?: AlertStatus;
  /** Only those with each of its words in their labels or monitor, in upper or lower case. */
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
  /** How many alerts there are of each status, whatever was asked for. */
  readonly counts: Readonly<Record<AlertStatus, number>>;
}

/** How far one action got with telling of an alert. */
export interface AlertTold {
  readonly action: string;
  /** When it told of it last; absent where it has not yet. */
  readonly at?: Date;
  /** Whether something of the alert waits for the action. */
  readonly waits: boolean;
  /** How the first mail about it got on with each recipient; absent where the action mails nothing, or not yet. */
  readonly recipients?: Readonly<Record<string, RecipientStatus>>;
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
  /** Of which owners they knew who say it: what somebody else has since is not taken from them (`taken-since`). */
  readonly knownOwners: readonly KnownOwner[];
}

/** Who had an alert when a page was drawn, by when they took it. */
export interface KnownOwner {
  readonly alertId: string;
  readonly at: Date;
}

/** What an operator looks up and says of alerts. */
export interface AlertDesk {
  /** How long an acknowledgement holds at most, in milliseconds; absent where it holds until the alert is resolved. */
  readonly longestMs?: number;
  /** Some of the alerts; our own system errors are not among them. */
  find(query: AlertQuery): Promise<AlertPage>;
  get(alertId: string): Alert | undefined;
  /** What the mails call an alert: `DiskFull on db1`. */
  nameOf(alert: Alert): string;
  /** How far each action got with telling of some alerts, by their ids. */
  told(alertIds: readonly string[]): Promise<ReadonlyMap<string, readonly AlertTold[]>>;
  /**
   * What the history tells of one alert, oldest first: sent, told, acknowledged, commented, … Also of one that is
   * no longer on record. What two entries say of the same thing is one.
   */
  trail(alertId: string): Promise<readonly HistoryEntry[]>;
  /** What servers said of a mail to its recipients; undefined when it is no longer on record. */
  recipients(mailId: string): Promise<Readonly<Record<string, RecipientStatus>> | undefined>;
  /**
   * Takes what a person said to the monitor, and only then on record; the same source once more says nothing, and
   * is a duplicate of what was done. Where it is `taken-since`, the monitor was not asked. Throws a `Fault` when the
   * monitor does not take it now, or has not answered in 20 seconds: what it does after that is on record all the same.
   */
  say(said: SaidOfAlerts): Promise<AcknowledgeOutcome | 'taken-since'>;
}
