/** How often something may be tried, each by its own key. */
export interface TryLimit {
  /** Takes one try of a key; where there is none left, in how many milliseconds there is. */
  take(key: string): number | undefined;
  /** Gives a try back, which was a good one. */
  giveBack(key: string): void;
}

/** What a limit is made of: so many tries at once, and one more each `refillMs`. */
export interface TryLimitParts {
  readonly burst: number;
  readonly refillMs: number;
  now(): Date;
}

const tidyAbove = 1_000;

/** Makes a limit, in memory. What was not touched for long enough to be full again is forgotten. */
export function createTryLimit({ burst, refillMs, now }: TryLimitParts): TryLimit {
  const used = new Map<string, { readonly count: number; readonly at: number }>();
  const left = (key: string, at: number) => {
    const found = used.get(key);
    // A clock that was set back takes no tries away.
    return found ? Math.max(0, found.count - Math.max(0, at - found.at) / refillMs) : 0;
  };
  return {
    take(key) {
      const at = now().getTime();
      if (used.size > tidyAbove) for (const each of used.keys()) if (left(each, at) === 0) used.delete(each);
      const count = left(key, at) + 1;
      if (count > burst) return Math.ceil((count - burst) * refillMs);
      used.set(key, { count, at });
      return undefined;
    },
    giveBack(key) {
      const at = now().getTime();
      const count = left(key, at) - 1;
      if (count > 0) used.set(key, { count, at });
      else used.delete(key);
    },
  };
}
