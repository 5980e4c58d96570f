import type { Collection } from '../core/store.js';
import { errorKey } from './error-key.js';
import type { StandingError, StandingErrors } from './standing-errors.js';

/** The system errors in memory, each under its key, over their document. */
export interface ErrorBook {
  readonly standing: Map<string, StandingError>;
  /** Cleared, and those who are to know could not be told yet. */
  readonly cleared: Map<string, StandingError>;
  /** Reads what stood at the last stop, once; what was raised meanwhile stays. */
  read(): Promise<void>;
  /** Writes what stands; on disk when it returns. */
  write(): Promise<void>;
  /** A moment for the next error: now, or later than that of any error before. */
  nextSince(now: Date): Date;
}

const documentName = 'standing';

/** Makes the book over the collection `system-errors`, of which one document is used. */
export function createErrorBook(document: Collection<StandingErrors>): ErrorBook {
  const standing = new Map<string, StandingError>();
  const cleared = new Map<string, StandingError>();
  let latestMs = 0;
  let lastWrite: Promise<void> = Promise.resolve();
  let reading: Promise<void> | undefined;

  const load = async () => {
    for (const entry of (await document.get(documentName))?.errors ?? []) {
      const key = errorKey(entry.error);
      if (!standing.has(key)) standing.set(key, entry);
      latestMs = Math.max(latestMs, entry.error.since.getTime());
    }
  };
  const read = () => {
    reading ??= load().catch((error: unknown) => {
      reading = undefined;
      throw error;
    });
    return reading;
  };

  return {
    standing,
    cleared,
    read,
    async write() {
      await read();
      // Each write takes what stands when its turn comes, so that the last one is right whatever went on meanwhile.
      lastWrite = lastWrite
        .catch(() => {})
        .then(() => document.put(documentName, { errors: [...standing.values(), ...cleared.values()] }));
      await lastWrite;
    },
    nextSince(now) {
      latestMs = Math.max(latestMs + 1, now.getTime());
      return new Date(latestMs);
    },
  };
}
