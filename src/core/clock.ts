/** Time, as everything in Ackmail sees it. */
export interface Clock {
  now(): Date;
  /** Milliseconds since some moment, by a clock that only goes on, whatever the wall clock is set to. */
  elapsedMs(): number;
  /**
   * Waits until the wall clock shows `date`, or `signal` is aborted (then it returns early, it never throws).
   * Where the clock is set back meanwhile, it waits no longer than it would have taken without that.
   *
   * It sleeps at most 60 seconds at a time and reads the wall clock again, so that a suspended machine, a
   * clock that was set, and waits beyond 24.8 days end when they should.
   */
  until(date: Date, signal?: AbortSignal): Promise<void>;
}

const longestSleepMs = 60_000;

/** The clock of the machine. */
export const systemClock: Clock = {
  now: () => new Date(),
  elapsedMs: () => performance.now(),
  async until(date, signal) {
    const endMs = performance.now() + date.getTime() - Date.now();
    while (!signal?.aborted) {
      const leftMs = Math.min(date.getTime() - Date.now(), endMs - performance.now());
      if (leftMs <= 0) return;
      await sleep(Math.min(leftMs, longestSleepMs), signal);
    }
  },
};

function sleep(delayMs: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, delayMs);
    signal?.addEventListener('abort', end, { once: true });
  });
}
