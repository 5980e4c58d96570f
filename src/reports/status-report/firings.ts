import { createNumberRows } from './number-rows.js';

/** A firing, and what became of it on the same day of the history. Times in epoch milliseconds; NaN for never. */
export interface Firing {
  id: string;
  atMs: number;
  name: string;
  severity: string;
  source: string;
  /** When it was acknowledged first, and by whom. */
  takenMs: number;
  takenBy: string;
  endedMs: number;
}

/** The firings of one day. */
export interface Firings {
  readonly count: number;
  has(id: string): boolean;
  get(id: string): Firing | undefined;
  /** The ids that another day has, too: what is accepted again after a crash at midnight. */
  alsoIn(other: Pick<Firings, 'count' | 'has'>): ReadonlySet<string>;
  /** Adds one, unless it is there. */
  add(firing: Readonly<Firing>): void;
  /** It was acknowledged, if it is here; the first time counts. */
  take(id: string, atMs: number, by: string): boolean;
  /** It ended, if it is here. */
  end(id: string, atMs: number): boolean;
  /**
   * Shows each of them, in the order in which they came: the same object again and again, which is not to be kept but
   * may be changed.
   */
  each(visit: (firing: Firing) => void): void;
}

/** No integers, so that its numbers are kept in place when they change. */
const blank: Firing = {
  ...{ id: '', atMs: 0.5, name: '', severity: '', source: '', takenMs: 0.5, takenBy: '', endedMs: 0.5 },
};

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
  const show = (row: number, shown: Firing) => {
    shown.id = ids[row] ?? '';
    shown.atMs = rows.get(row, at);
    shown.name = word(row, name);
    shown.severity = word(row, severity);
    shown.source = word(row, source);
    shown.takenMs = rows.get(row, takenAt);
    shown.takenBy = word(row, takenBy);
    shown.endedMs = rows.get(row, endedAt);
  };
  let known: {
    readonly other?: unknown;
    readonly count: number;
    readonly otherCount: number;
    readonly both: ReadonlySet<string>;
  } = { count: 0, otherCount: 0, both: new Set() };
  const word = (row: number, column: number) => words[rows.get(row, column)] ?? '';

  return {
    get count() {
      return ids.length;
    },
    has: (id) => index.has(id),
    alsoIn(other) {
      // Asked for at each report, and nearly always the same.
      if (known.other !== other || known.count !== ids.length || known.otherCount !== other.count)
        known = {
          ...{ other, count: ids.length, otherCount: other.count },
          both: new Set(ids.filter((id) => other.has(id))),
        };
      return known.both;
    },
    add(firing) {
      if (index.has(firing.id)) return;
      ids.push(firing.id);
      const [nameNumber, severityNumber] = [numberOf(firing.name), numberOf(firing.severity)];
      const [sourceNumber, takenByNumber] = [numberOf(firing.source), numberOf(firing.takenBy)];
      const { atMs, takenMs, endedMs } = firing;
      const row = rows.add(atMs, nameNumber, severityNumber, sourceNumber, takenMs, takenByNumber, endedMs);
      index.set(firing.id, row);
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
    get(id) {
      const row = index.get(id);
      if (row === undefined) return undefined;
      const found = { ...blank };
      show(row, found);
      return found;
    },
    each(visit) {
      const shown = { ...blank };
      for (let row = 0; row < rows.count; row += 1) {
        show(row, shown);
        visit(shown);
      }
    },
  };
}
