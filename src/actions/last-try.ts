import type { Clock } from '../core/clock.js';
import { longestBackoffMs } from './backoff.js';
import type { OutboxEntry } from './outbox-entry.js';

/** From when a try that fails was the last. */
export interface LastTry {
  /** The tries begin. */
  startRun(): void;
  /** For an entry whose try has failed: that moment, in epoch milliseconds. */
  ms(entry: OutboxEntry): number;
}

/**
 * Makes the rule of when an entry is given up: `afterMs` after it was due first (absent: never).
 *
 * The date alone does not say so, since a clock may be set ahead by days, as after a boot without network. So an entry
 * must also have failed for as long in this run, by a clock that nobody sets; one that is older than the run, for 15
 * minutes, in which the network may come.
 */
export function createLastTry(setup: {
  readonly afterMs: number | undefined;
  readonly clock: Clock;
}): LastTry {
  const { afterMs = Infinity, clock } = setup;
  let runSinceMs = 0;
  return {
    startRun() {
      runSinceMs = clock.now().getTime();
    },

    ms(entry) {
      entry.failedSinceMs ??= clock.elapsedMs();
      const mustFailMs = entry.firstDueMs >= runSinceMs ? afterMs : longestBackoffMs;
      const leftMs = mustFailMs - (clock.elapsedMs() - entry.failedSinceMs);
      // Less than a second is not worth another try.
      const leftSeconds = Math.floor(leftMs / 1_000);
      return Math.max(entry.firstDueMs + afterMs, clock.now().getTime() + leftSeconds * 1_000);
    },
  };
}
