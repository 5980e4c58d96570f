/** A line of the history that was read no further than it must be. */
export interface HistoryLine {
  readonly atMs: number;
  readonly kind: string;
  /** What else it says, as it stands on disk: nothing of it is checked. */
  readonly facts: Readonly<Record<string, unknown>>;
}

/** One day (UTC) of the history, for who reads much of it and wants little. */
export interface HistoryDay {
  /** `2026-03-01`. */
  readonly day: string;
  /** How long it was when it was found, in bytes. It only grows, also after its day: a clock may be set back. */
  readonly size: number;
  /**
   * Shows the whole lines of some kinds behind `from` bytes, in the order in which they were written, and answers up to
   * which byte they go: the next look may begin there. After every few milliseconds whatever else runs in this process
   * goes on. A line that is no entry is passed over; a day that was removed meanwhile has none.
   */
  read(kinds: ReadonlySet<string>, from: number, visit: (line: HistoryLine) => void): Promise<number>;
}
