import type { Fault } from './fault.js';

/**
 * What a document on disk looks like.
 *
 * Every document is JSON and carries its version as `v`; dates are ISO 8601.
 */
export interface DocumentType<T> {
  /** The version that this program writes, counted from 1. */
  readonly version: number;
  /** Checks a document of the current version and turns it into its shape in memory; throws when it is damaged. */
  parse(value: unknown): T;
  /** `migrations[n]` turns a document of version `n` into one of version `n + 1`. */
  readonly migrations?: Readonly<Record<number, (old: Readonly<Record<string, unknown>>) => unknown>>;
  /** Encrypted at rest, its name as additional data. */
  readonly encrypted?: boolean;
}

/** Documents of one kind, each under a name of `[a-z0-9._-]`, at most 200 characters. */
export interface Collection<T> {
  get(name: string): Promise<T | undefined>;
  /** Writes a document; it is on disk (file and folder synced) when this returns. */
  put(name: string, value: T): Promise<void>;
  /** Gives a document another name, on disk when this returns. */
  rename(from: string, to: string): Promise<void>;
  /** Removes a document; nothing happens when there is none. */
  delete(name: string): Promise<void>;
  /** All names, read from the folder and not from the documents, sorted. */
  names(): Promise<readonly string[]>;
}

/** One line of what happened. `kind` is a past participle: `sent`, `acknowledged`, `refused`, `signed-in`, … */
export interface HistoryEntry {
  readonly at: Date;
  readonly kind: string;
  readonly [fact: string]: string | number | boolean | Date | readonly string[] | undefined;
}

/** Which of the entries since a moment are asked for. */
export interface HistoryQuery {
  /** Only those before this moment. */
  readonly until?: Date;
  /**
   * Only those with one of these texts somewhere in them, to the letter. The texts are looked for before anything is
   * read, so that a rare one, such as the id of an alert, is found in months of history within some milliseconds.
   */
  readonly texts?: readonly string[];
}

/** The append-only record of what happened. */
export interface History {
  append(entry: HistoryEntry): Promise<void>;
  /** The entries since a moment, oldest first. */
  since(date: Date, query?: HistoryQuery): AsyncIterable<HistoryEntry>;
}

/** What Ackmail keeps. One process owns it. */
export interface Store {
  collection<T>(name: string, type: DocumentType<T>): Collection<T>;
  readonly history: History;
  /**
   * Removes what is older than its time: documents of a collection by their last change, history by its day.
   * Returns how many were removed.
   */
  purge(collection: string, before: Date, keep?: (name: string) => boolean): Promise<number>;
  close(): Promise<void>;
}

/** Told when a document could not be read: it was set aside, and a person must know. */
export type OnDamage = (fault: Fault) => void;
