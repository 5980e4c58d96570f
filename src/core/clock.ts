/** Time, as everything in Ackmail sees it. */
export interface Clock {
  now(): Date;
  /**
   * Waits until the wall clock shows `date`, or `signal` is aborted (then it returns early, it never throws).
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
  async until(date, signal) {
    while (!signal?.aborted) {
      const leftMs = date.getTime() - Date.now();
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
