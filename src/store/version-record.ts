import { z } from 'zod';
import { Fault } from '../core/fault.js';
import type { Collection, DocumentType } from '../core/store.js';

/** Knows the newest version of each collection's documents that was ever written into a data directory. */
export interface VersionRecord {
  /** Throws `STORE_NEWER` when documents newer than `known` were written into a collection, told as `folder`. */
  check(collection: string, known: number, folder: string): void;
  /** Puts a version on record before its first document is written. */
  note(collection: string, version: number): Promise<void>;
}

const recordOnDisk = z.object({ written: z.int().min(1) });

/** The documents of the record: one a collection, under the collection's name. */
export const versionRecordType: DocumentType<z.infer<typeof recordOnDisk>> = {
  version: 1,
  parse: (value) => recordOnDisk.parse(value),
};

/**
 * Reads the record, so that a directory of a newer Ackmail is refused when a collection is opened and not
 * only when the first newer document is met.
 */
export async function readVersionRecord(
  records: Collection<z.infer<typeof recordOnDisk>>,
): Promise<VersionRecord> {
  const written = new Map<string, number>();
  const noting = new Map<string, Promise<void>>();
  for (const name of await records.names()) {
    const record = await records.get(name);
    if (record) written.set(name, record.written);
  }

  return {
    check(collection, known, folder) {
      const found = written.get(collection) ?? 0;
      if (found > known) throw new Fault('STORE_NEWER', { file: folder, found, known });
    },
    async note(collection, version) {
      if ((written.get(collection) ?? 0) >= version) return;
      const noted = noting.get(collection) ?? records.put(collection, { written: version });
      noting.set(collection, noted);
      try {
        await noted;
        written.set(collection, version);
      } finally {
        noting.delete(collection);
      }
    },
  };
}
