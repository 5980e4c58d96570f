import type { HistoryDay } from '../core/history-day.js';
import type { Store } from '../core/store.js';

/** A store on disk, with what only such a one can do. */
export interface FileStore extends Store {
  /** The days of the history, oldest first, for who reads much of it. */
  historyDays(): Promise<readonly HistoryDay[]>;
  /**
   * Seals every document of the encrypted collections that were asked for with the key that seals now, which is
   * `key` where it is given; no document that is sealed with another key is left on disk then, in `quarantine/` but.
   * Answers how many are sealed with none of the keys known here, and stay so.
   */
  reseal(key?: Buffer): Promise<number>;
  /** Runs a task while the files of the documents stand still; what is written meanwhile is in the journal. */
  settled<T>(task: () => Promise<T>): Promise<T>;
}
