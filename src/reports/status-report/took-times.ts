/** Times that something took, in whole milliseconds. */
export interface TookTimes {
  readonly count: number;
  add(ms: number): void;
  /** All of them, the shortest first. */
  sorted(): Float64Array;
}

/** Makes an empty list of times, in as little room as it needs: there may be a hundred thousand. */
export function createTookTimes(): TookTimes {
  let times = new Float64Array(64);
  let count = 0;
  return {
    get count() {
      return count;
    },
    add(ms) {
      if (count === times.length) {
        const longer = new Float64Array(2 * count);
        longer.set(times);
        times = longer;
      }
      times[count] = ms;
      count += 1;
    },
    sorted: () => times.subarray(0, count).sort(),
  };
}
