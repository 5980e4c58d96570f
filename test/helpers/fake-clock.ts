import type { Clock } from '../../src/core/clock.js';

/** A clock that stands still until a test moves it. */
export interface FakeClock extends Clock {
  /**
   * Moves the clock and lets everything that was due run, in the order of its dates. At each of them `rest` is waited
   * for, where what runs takes longer than a few turns of the event loop.
   */
  forward(durationMs: number, rest?: () => Promise<unknown>): Promise<void>;
  /**
   * Sets the clock, which is no time that passes. Ahead, it wakes those whose date has come. Back, it wakes nobody, and who waits still waits
   * as long as it would have taken.
   */
  set(date: Date): Promise<void>;
}

/** Makes a clock that shows `start`. */
export function fakeClock(start = new Date('2026-03-01T03:00:00Z')): FakeClock {
  let nowMs = start.getTime();
  let elapsedMs = 0;
  const waiting = new Set<{ atMs: number; wake: () => void }>();

  const settle = async () => {
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  };
  const show = (ms: number, passes: boolean) => {
    if (passes) elapsedMs += ms - nowMs;
    nowMs = ms;
  };
  const moveTo = async (targetMs: number, passes: boolean, rest?: () => Promise<unknown>) => {
    await settle();
    for (;;) {
      const next = [...waiting].sort((a, b) => a.atMs - b.atMs)[0];
      if (!next || next.atMs > targetMs) break;
      show(Math.max(nowMs, next.atMs), passes);
      waiting.delete(next);
      next.wake();
      await settle();
      await rest?.();
    }
    show(targetMs, passes);
    await settle();
    await rest?.();
  };

  return {
    now: () => new Date(nowMs),
    elapsedMs: () => elapsedMs,
    until(date, signal) {
      if (date.getTime() <= nowMs || signal?.aborted) return Promise.resolve();
      return new Promise((resolve) => {
        const wake = () => {
          waiting.delete(entry);
          signal?.removeEventListener('abort', wake);
          resolve();
        };
        const entry = { atMs: date.getTime(), wake };
        waiting.add(entry);
        signal?.addEventListener('abort', wake, { once: true });
      });
    },
    forward: (durationMs, rest) => moveTo(nowMs + durationMs, true, rest),
    set(date) {
      const backMs = nowMs - date.getTime();
      if (backMs > 0) for (const entry of waiting) entry.atMs -= backMs;
      return moveTo(date.getTime(), false);
    },
  };
}
