/** What happened that only counts. */
export interface OtherFact {
  readonly what: 'bounced' | 'given-up' | 'dropped' | 'raised' | 'replied';
  /** The action; of a reply, what it came to; of a system error, its code. */
  readonly name: string;
  /** Why a reply was refused; else empty. */
  readonly refusal: string;
}

/** How often something happened. */
export interface OtherSum extends OtherFact {
  count: number;
}

/** The other facts of one day. */
export interface Others {
  add(fact: OtherFact, atMs: number, count: number): void;
  /** Adds up what happened in a span, each only once. */
  count(fromMs: number, toMs: number): Iterable<Readonly<OtherSum>>;
}

/** Makes the list of a day. */
export function createOthers(): Others {
  const facts: { readonly atMs: number; readonly fact: OtherFact; readonly count: number }[] = [];
  const all = new Map<string, OtherSum>();
  let [firstMs, lastMs] = [Infinity, -Infinity];
  return {
    add(fact, atMs, count) {
      firstMs = Math.min(firstMs, atMs);
      lastMs = Math.max(lastMs, atMs);
      // The one that is kept stands for all that say the same.
      facts.push({ atMs, fact: addUp(all, fact, count), count });
    },
    count(fromMs, toMs) {
      if (fromMs <= firstMs && lastMs < toMs) return all.values();
      const sums = new Map<string, OtherSum>();
      for (const { atMs, fact, count } of facts) if (atMs >= fromMs && atMs < toMs) addUp(sums, fact, count);
      return sums.values();
    },
  };
}

function addUp(sums: Map<string, OtherSum>, { what, name, refusal }: OtherFact, count: number): OtherSum {
  const key = `${what}\n${refusal}\n${name}`;
  const before = sums.get(key) ?? { what, name, refusal, count: 0 };
  before.count += count;
  sums.set(key, before);
  return before;
}
