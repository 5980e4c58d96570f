import type { AlertEvent } from '../core/alert.js';
import type { OutboxNameParts } from './outbox-name.js';

/** One document of the outbox, in memory: what its name says, and the name it has on disk now. */
export interface OutboxEntry extends OutboxNameParts {
  readonly key: string;
  /** The name on disk; `dueMs` and `attempt` may have moved on since it was written. */
  name: string;
  dueMs: number;
  firstDueMs: number;
  attempt: number;
  /** How often a try failed and why the last one did, in this run. */
  tries?: number;
  why?: string;
  /** Since when its tries fail in this run, by `Clock.elapsedMs`. */
  failedSinceMs?: number;
  /** A person wants it told now, whatever the hour; known in this run only. */
  isUrged?: boolean;
  /** The event, from when it was put until the first try has failed: its alert is in memory all the same. */
  event?: AlertEvent;
  /**
   * `waiting` to be told; `held` until a person says so; `told`: only the record of that is still to be written;
   * `gone`: nothing is left to do.
   */
  state: 'waiting' | 'held' | 'told' | 'gone';
}

/** The entries of a group that are due, taken out for a try. */
export interface OutboxBatch {
  readonly group: string;
  /** In order; never empty. */
  readonly entries: readonly OutboxEntry[];
}
