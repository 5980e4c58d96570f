/** Random numbers that are the same for the same seed. */
export interface Random {
  /** At least `from` and less than `to`. */
  between(from: number, to: number): number;
  /** A whole number of at least `from` and at most `to`. */
  whole(from: number, to: number): number;
}

/** Makes random numbers from a seed (mulberry32: small, and even enough for picking moments). */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (from: number, to: number) => from + next() * (to - from);
  return { between, whole: (from, to) => Math.floor(between(from, to + 1)) };
}
