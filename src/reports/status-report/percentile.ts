/**
 * The value of whole numbers that `percent` of them are at or below, by nearest rank: always one of them. Undefined
 * where there is none. They come in lists, each of them sorted; none is below zero.
 */
export function percentile(lists: readonly Float64Array[], percent: number): number | undefined {
  const count = lists.reduce((sum, { length }) => sum + length, 0);
  if (count === 0) return undefined;
  const rank = Math.max(1, Math.ceil((count * percent) / 100));
  let [low, high] = [0, Math.max(...lists.map((list) => list.at(-1) ?? 0))];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const below = lists.reduce((sum, list) => sum + countUpTo(list, middle), 0);
    if (below < rank) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How many of sorted numbers are at or below a value. */
function countUpTo(sorted: Float64Array, value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
