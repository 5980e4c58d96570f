const firstMs = 5_000;
/** The longest backoff, in milliseconds. */
export const longestBackoffMs = 15 * 60_000;

/**
 * How long to wait before the next try, in milliseconds: about 5 s after the first failure, doubling, at most
 * 15 minutes.
 *
 * The last quarter is left to chance, so that what failed at the same time does not come back at the same time.
 */
export function backoffMs(failures: number, random: () => number = Math.random): number {
  const fullMs = Math.min(longestBackoffMs, firstMs * 2 ** Math.max(0, failures - 1));
  return Math.round(fullMs * (0.75 + 0.25 * random()));
}
