/** Runs tasks one after another, in the order in which they were handed in; one that fails stops no other. */
export interface Lane {
  run<T>(task: () => Promise<T>): Promise<T>;
  /** How many tasks were handed in so far. */
  count(): number;
}

/**
 * Makes the lane of one connection.
 *
 * imapflow sends some things, such as a move on a server without MOVE, as several commands, and an IDLE that gets in
 * between them would never be ended.
 */
export function createLane(): Lane {
  let last: Promise<unknown> = Promise.resolve();
  let count = 0;
  return {
    run(task) {
      count += 1;
      const turn = last.then(task);
      last = turn.catch(() => undefined);
      return turn;
    },
    count: () => count,
  };
}
