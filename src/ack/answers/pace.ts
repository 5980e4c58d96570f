import type { Clock } from '../../core/clock.js';

/** When answers may leave; dates are epoch milliseconds. */
export interface Pace {
  /** When the next answer to the same people in the same thread may leave. */
  nextOf(thread: string): number;
  /** One left; `counts`: it is one of those that `nextOf` is asked about. */
  sent(thread: string, counts: boolean): void;
  /** Until when an account is left alone. */
  heldUntil(account: string): number;
  /** It failed; answers until when it is left alone. */
  failed(account: string): number;
  worked(account: string): void;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** So many to the same people in the same thread within so long. Were theirs an automaton, it would go on for ever. */
const most = [
  { count: 3, withinMs: hourMs },
  { count: 20, withinMs: dayMs },
] as const;
const firstHoldMs = 60_000;
const longestHoldMs = 15 * 60_000;

/** Makes the pace of answers. A restart forgets it. */
export function createPace(clock: Clock): Pace {
  const threads = new Map<string, number[]>();
  const holds = new Map<string, { readonly atMs: number; readonly forMs: number }>();
  const nowMs = () => clock.now().getTime();

  return {
    nextOf(thread) {
      const now = nowMs();
      // What was sent in the future was sent before the clock was set back.
      const times = (threads.get(thread) ?? []).filter((at) => at <= now);
      const dates = most.map(({ count, withinMs }) => (times.at(-count) ?? -Infinity) + withinMs);
      return Math.max(now, ...dates);
    },
    sent(thread, counts) {
      const now = nowMs();
      for (const [each, times] of threads)
        if (Math.abs(now - (times.at(-1) ?? 0)) >= dayMs) threads.delete(each);
      if (counts) threads.set(thread, [...(threads.get(thread) ?? []), now].slice(-20));
    },
    heldUntil(account) {
      const { atMs = 0, forMs = 0 } = holds.get(account) ?? {};
      return atMs > nowMs() ? 0 : atMs + forMs;
    },
    failed(account) {
      const atMs = nowMs();
      const before = holds.get(account)?.forMs ?? 0;
      const forMs = Math.min(Math.max(before * 2, firstHoldMs), longestHoldMs);
      holds.set(account, { atMs, forMs });
      return atMs + forMs;
    },
    worked(account) {
      holds.delete(account);
    },
  };
}
