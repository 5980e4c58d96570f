import { createNumberRows } from './number-rows.js';

/** A firing, and what became of it on the same day of the history. Times in epoch milliseconds; NaN for never. */
export interface Firing {
  readonly id: string;
  readonly atMs: number;
  readonly name: string;
  readonly severity: string;
  readonly source: string;
  /** When it was acknowledged first, and by whom. */
  readonly takenMs: number;
  readonly takenBy: string;
  readonly endedMs: number;
}

/** The firings of one day. */
export interface Firings {
  has(id: string): boolean;
  /** Adds one, unless it is there. */
  add(firing: Firing): void;
  /** It was acknowledged, if it is here; the first time counts. */
  take(id: string, atMs: number, by: string): boolean;
  /** It ended, if it is here. */
  end(id: string, atMs: number): boolean;
  /** Each of them, in the order in which they came. */
  all(): Iterable<Firing>;
}

/** Makes the list of a day. */
export function createFirings(): Firings {
  const ids: string[] = [];
  const index = new Map<string, number>();
  const rows = createNumberRows(7);
  const words: string[] = [];
  const wordIndex = new Map<string, number>();
  const [at, name, severity, source, takenAt, takenBy, endedAt] = [0, 1, 2, 3, 4, 5, 6] as const;
  /** A day says the same words a thousand times. */
  const numberOf = (word: string): number => {
    const known = wordIndex.get(word);
    if (known !== undefined) return known;
    wordIndex.set(word, words.length);
    return words.push(word) - 1;
  };
  const word = (row: number, column: number) => words[rows.get(row, column)] ?? '';

  return {
    has: (id) => index.has(id),
    add(firing) {
      if (index.has(firing.id)) return;
      ids.push(firing.id);
      const texts = [firing.name, firing.severity, firing.source].map(numberOf);
      index.set(
        firing.id,
        rows.add(firing.atMs, ...texts, firing.takenMs, numberOf(firing.takenBy), firing.endedMs),
      );
    },
    take(id, atMs, by) {
      const row = index.get(id);
      if (row === undefined) return false;
      if (rows.get(row, takenAt) <= atMs) return true;
      rows.set(row, takenAt, atMs);
      rows.set(row, takenBy, numberOf(by));
      return true;
    },
    end(id, atMs) {
      const row = index.get(id);
      if (row === undefined) return false;
      rows.set(row, endedAt, atMs);
      return true;
    },
    *all() {
      for (const [row, id] of ids.entries())
        yield {
          id,
          atMs: rows.get(row, at),
          name: word(row, name),
          severity: word(row, severity),
          source: word(row, source),
          takenMs: rows.get(row, takenAt),
          takenBy: word(row, takenBy),
          endedMs: rows.get(row, endedAt),
        };
    },
  };
}
