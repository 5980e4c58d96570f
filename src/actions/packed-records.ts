import { deserialize, serialize } from 'node:v8';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { AlertRecord } from './alert-record.js';

/** Where a record stands that was packed. */
export interface PackedRecord {
  readonly block: Uint8Array;
  readonly place: number;
}

/** Packs records that are rarely asked for, and reads them again. */
export interface PackedRecords {
  /** Packs some together; what alerts have in common takes no room twice. A block goes with the last of its records. */
  pack(records: readonly AlertRecord[]): readonly PackedRecord[];
  read(packed: PackedRecord): AlertRecord;
}

/** Makes it; what it read last it has at hand, for whoever reads one after another. */
export function createPackedRecords(): PackedRecords {
  let opened: { readonly block: Uint8Array; readonly records: readonly AlertRecord[] } | undefined;

  return {
    pack(records) {
      // A copy, since zlib answers a small part of a large room.
      const block = Uint8Array.from(deflateRawSync(serialize(records), { level: 1 }));
      return records.map((_, place) => ({ block, place }));
    },

    read({ block, place }) {
      if (opened?.block !== block) {
        const records: readonly AlertRecord[] = deserialize(inflateRawSync(block));
        opened = { block, records };
      }
      const record = opened.records[place];
      if (record === undefined) throw new RangeError('There is no such record in its block.');
      return record;
    },
  };
}
