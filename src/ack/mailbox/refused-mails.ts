import type { Clock } from '../../core/clock.js';

/** Remembers the mails whose header a server refuses to hand out, such as Exchange with a corrupt item. */
export interface RefusedMails {
  /**
   * Counts one more refusal of a mail that was asked for alone; answers whether it is given up. `othersWereRead`:
   * whether the server handed out other mails at that time.
   */
  refused(position: string, othersWereRead: boolean): boolean;
}

const mostRefusals = 3;
/** A server that refuses everything may be out of order, which is told by itself; it gets as long to come back. */
const patienceMs = 3_600_000;

/** Makes the memory of refused mails: three refusals are enough, while others were read or for an hour. */
export function createRefusedMails(clock: Clock): RefusedMails {
  const known = new Map<string, { count: number; sinceMs: number; othersWereRead: boolean }>();
  return {
    refused(position, othersWereRead) {
      const nowMs = clock.now().getTime();
      const before = known.get(position);
      const entry = {
        count: (before?.count ?? 0) + 1,
        // Later than now: the clock was set back.
        sinceMs: Math.min(before?.sinceMs ?? nowMs, nowMs),
        othersWereRead: othersWereRead || before?.othersWereRead === true,
      };
      known.set(position, entry);
      const isEnough = entry.othersWereRead || nowMs - entry.sinceMs >= patienceMs;
      return entry.count >= mostRefusals && isEnough;
    },
  };
}
