import type { Clock } from '../core/clock.js';

/** Waits until everything has ended, but not longer than a time. */
export async function endWithin(
  limitMs: number,
  underWay: ReadonlySet<Promise<void>>,
  clock: Clock,
): Promise<void> {
  if (underWay.size === 0) return;
  const ended = new AbortController();
  const all = Promise.all(underWay).then(() => ended.abort());
  await Promise.race([all, clock.until(new Date(clock.now().getTime() + limitMs), ended.signal)]);
}
