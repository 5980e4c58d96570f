import type { Clock } from '../../core/clock.js';

/** How many replies of one sender act at once, and how often one more may. */
export interface SenderRate {
  /** Takes room for a reply of a sender; where there is none, says when there is. */
  take(sender: string): Date | undefined;
}

/** A person on a bad night answers a mail every few seconds for a while; a host is told no faster than it can take. */
const burst = 30;
const everyMs = 20_000;

/**
 * Makes the rate of replies of each sender: 30 at once, and 30 in 10 minutes for ever. What is beyond that waits and is
 * not lost, so that nobody floods a host, and nobody honest is refused.
 */
export function createSenderRate(clock: Clock): SenderRate {
  /** When the room of a sender is whole again; who is not there has all of it. */
  const fullAtMs = new Map<string, number>();

  return {
    take(sender) {
      const nowMs = clock.now().getTime();
      for (const [each, fullMs] of fullAtMs) {
        if (fullMs > nowMs) break;
        fullAtMs.delete(each);
      }
      const aheadMs = (fullAtMs.get(sender) ?? 0) - nowMs;
      // More than all of it is a clock that was set back.
      const usedMs = aheadMs > burst * everyMs ? 0 : Math.max(0, aheadMs);
      const overMs = usedMs - (burst - 1) * everyMs;
      if (overMs > 0) return new Date(nowMs + overMs);
      fullAtMs.delete(sender);
      fullAtMs.set(sender, nowMs + usedMs + everyMs);
      return undefined;
    },
  };
}
