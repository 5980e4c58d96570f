/**
 * The value of sorted ones that `percent` of them are at or below, by nearest rank: always one of them. Undefined
 * where there is none.
 */
export function percentile(sorted: readonly number[] | Float64Array, percent: number): number | undefined {
  return sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)];
}
