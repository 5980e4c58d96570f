import type { AlertEvent } from './alert.js';
import type { RecipientStatus } from './mail.js';

/** One event that waits in the outbox for one action: what is known of it without reading it. */
export interface WaitingEvent {
  /** Stands for action and event; the same for as long as it waits. Its beginning will do where it is not ambiguous. */
  readonly id: string;
  readonly action: string;
  /** How urgent it is; 0 goes first. */
  readonly priority: number;
  /** When it was due first, and when it is tried next. */
  readonly dueAt: Date;
  readonly nextTryAt: Date;
  /** How often it failed, as far as a start leaves that known. */
  readonly tries: number;
  /** `held`: it came from a backup, and waits until a person says so. `telling`: it is being tried now. */
  readonly state: 'waiting' | 'held' | 'telling';
  /** Why the last try of this run failed. */
  readonly why?: string;
}

/** An event that waits, with what it tells of. */
export interface WaitingDetail {
  readonly id: string;
  readonly event: AlertEvent;
  /** How far it got with each recipient; absent where the action has none of its own. */
  readonly recipients?: Readonly<Record<string, RecipientStatus>>;
}

/** What became of events that were asked for by their ids. */
export interface Touched {
  /** How many it was done to; those that had left the outbox meanwhile are not counted. */
  readonly count: number;
  /** How many were left as they are, since they were being told at that moment. */
  readonly telling: number;
}

/** What waits in the outbox, for an operator to look at and to decide about. */
export interface OutboxDesk {
  /** Everything that waits, of all actions, in no order. */
  list(): Promise<readonly WaitingEvent[]>;
  /** Reads some of it; what has left the outbox is left out. */
  details(ids: readonly string[]): Promise<readonly WaitingDetail[]>;
  /** Makes some of it due now, with what is to be told of the same alert before it. */
  retry(ids: readonly string[]): Promise<Touched>;
  /** Puts some of it into the history as dropped by an operator, and then removes it: nobody is told. */
  drop(ids: readonly string[]): Promise<Touched>;
}
