import type { Clock } from '../core/clock.js';

/** Something to wait for that also ends at a date. A ring that nobody waited for is remembered. */
export interface Bell {
  ring(): void;
  /** Forgets a ring that nobody waited for. */
  reset(): void;
  /** Returns when the bell has rung, at `date`, or when `signal` is aborted. */
  wait(date: Date, signal: AbortSignal): Promise<void>;
}

/** Makes a bell that has not rung. */
export function createBell(clock: Clock): Bell {
  let rung = false;
  let wake: (() => void) | undefined;
  return {
    ring() {
      rung = true;
      wake?.();
    },
    reset() {
      rung = false;
    },
    async wait(date, signal) {
      if (rung || signal.aborted) {
        rung = false;
        return;
      }
      const nap = new AbortController();
      // With a reason of its own: the default one is an error with its stack, which costs more than all the rest of this.
      const end = () => nap.abort('rung');
      wake = end;
      signal.addEventListener('abort', end, { once: true });
      await clock.until(date, nap.signal);
      signal.removeEventListener('abort', end);
      wake = undefined;
      rung = false;
    },
  };
}
