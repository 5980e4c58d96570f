import type { Clock } from '../../core/clock.js';

const everyMs = 20_000;

/**
 * Gives what something yields, and undefined wherever nothing has come for 20 seconds: what is written to a page then
 * keeps a proxy from taking the connection for dead.
 */
export async function* withPauses<T>(
  items: AsyncIterable<T>,
  clock: Pick<Clock, 'now' | 'until'>,
): AsyncGenerator<T | undefined, void> {
  const iterator = items[Symbol.asyncIterator]();
  try {
    let next = iterator.next();
    for (;;) {
      const over = new AbortController();
      const pause = clock.until(new Date(clock.now().getTime() + everyMs), over.signal);
      const came = await Promise.race([next, pause]).finally(() => over.abort());
      if (!came) {
        yield undefined;
        continue;
      }
      if (came.done) return;
      yield came.value;
      next = iterator.next();
    }
  } finally {
    await iterator.return?.();
  }
}
