/** A line of the history that was read no further than it must be. */
export interface HistoryLine {
  readonly atMs: number;
  readonly kind: string;
  /** What else it says, as it stands on disk: nothing of it is checked. */
  readonly facts: Readonly<Record<string, unknown>>;
}

/** Some lines of a day, in the order in which they were written. */
export interface HistoryPiece {
  readonly lines: readonly HistoryLine[];
  /** How many bytes of the day are read with it: the next look may begin there. */
  readonly end: number;
}

/** One day (UTC) of the history, for who reads much of it and wants little. */
export interface HistoryDay {
  /** `2026-03-01`. */
  readonly day: string;
  /** How long it was when it was found, in bytes. It only grows, also after its day: a clock may be set back. */
  readonly size: number;
  /**
   * Reads the whole lines of some kinds behind `from` bytes, in pieces small enough that whatever else runs in this
   * process goes on between them. A line that is no entry is passed over; a day that was removed meanwhile has none.
   */
  read(kinds: ReadonlySet<string>, from: number): AsyncIterable<HistoryPiece>;
}
