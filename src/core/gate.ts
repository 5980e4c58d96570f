/** Runs a task as soon as there is room. */
export type Gate = <T>(task: () => Promise<T>) => Promise<T>;

/**
 * Lets at most `limit` tasks run at once; the others wait in the order in which they came. A limit that changes is asked
 * for each time a task comes or ends.
 */
export function createGate(limit: number | (() => number)): Gate {
  const room = typeof limit === 'number' ? () => limit : limit;
  const waiting: (() => void)[] = [];
  let running = 0;

  const admit = () => {
    for (let next = waiting[0]; next && running < room(); next = waiting[0]) {
      waiting.shift();
      // The place is taken here, so nobody can slip in between.
      running += 1;
      next();
    }
  };
  return async (task) => {
    await new Promise<void>((resolve) => {
      waiting.push(resolve);
      admit();
    });
    try {
      return await task();
    } finally {
      running -= 1;
      admit();
    }
  };
}
