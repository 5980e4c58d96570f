import type { AlertEvent } from './alert.js';
import type { Fault } from './fault.js';
import type { ComposedMail, RecipientStatus } from './mail.js';

/** What came of handing events to an action. */
export interface ActionResult {
  /** The ids of the events that need no further try: they were told, or a person was told why not. */
  readonly done: readonly string[];
  /** Set when some events are not done: why, and when to try again (absent: the outbox's own backoff). */
  readonly deferred?: { readonly fault: Fault; readonly retryAt?: Date };
}

/** One way to reach people. The outbox calls it, with retries; it need not remember what is still to do. */
export interface Action {
  readonly name: string;
  /**
   * Of how many alerts the next call of `execute` may tell; a date when it must not be called before. Each answer of
   * a number is followed by that call. Where this is absent, one alert at any time. `together`: what waits was put to
   * be told of later, with all the others of that moment, and one call should tell of as many as it can.
   */
  pace?(wish?: 'together'): number | Date;
  /**
   * Tells people of the events of an alert, oldest first, or of several where `pace` says so, one after the other.
   *
   * Called again with the events that were not done, perhaps with newer ones behind them. What it throws
   * counts as deferred. `signal` ends it at stop.
   */
  execute(events: readonly AlertEvent[], signal: AbortSignal): Promise<ActionResult>;
  /** How far an event has got with each recipient, by address; absent where an action has none of its own. */
  recipients?(event: AlertEvent): Promise<Readonly<Record<string, RecipientStatus>>>;
  /** The first mail about an alert; absent where an action mails nothing. */
  thread?(alertId: string): Promise<ComposedMail | undefined>;
  /**
   * Puts on record that a mail of the action came back from some of those who had it, by their addresses, and answers
   * the mail as it is now; undefined when there is no such mail. Absent where an action sends no mail.
   */
  bounced?(
    mailId: string,
    recipients: Readonly<Record<string, RecipientStatus>>,
  ): Promise<ComposedMail | undefined>;
  /** Lets go of connections. */
  close(): Promise<void>;
}
