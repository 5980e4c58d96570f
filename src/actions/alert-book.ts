import type { Collection } from '../core/store.js';
import { type AlertFacts, alertFacts } from './alert-facts.js';
import type { AlertRecord } from './alert-record.js';
import { createPackedRecords, type PackedRecord } from './packed-records.js';
import { readAll } from './read-all.js';

/** The records of alerts in memory, over their collection. Each time that one is asked for it may be another object. */
export interface AlertBook {
  /**
   * Reads all records, where a damaged one is passed over, since the store has told a person; then takes those of the
   * firings that only `beyond` knows. Of several of one firing the first counts that is not resolved.
   */
  load(beyond: (ids: readonly string[]) => AsyncIterable<AlertRecord>): Promise<void>;
  get(alertId: string): AlertRecord | undefined;
  /** The latest firings of a condition, the newest first. */
  latest(fingerprint: string): readonly AlertRecord[];
  /** The firing of a condition that is not resolved. */
  open(fingerprint: string): AlertRecord | undefined;
  /** Whether a firing is on record and not resolved. */
  isOpen(alertId: string): boolean;
  /** What is known of all of them without reading them. */
  facts(): Iterable<AlertFacts>;
  /** What a search for an alert looks at: its monitor and labels, in lower case; empty where there is none. */
  words(alertId: string): string;
  all(): Iterable<AlertRecord>;
  /** Writes a record; it counts from when it is on disk. */
  write(record: AlertRecord): Promise<void>;
  /**
   * Brings a record up to date in memory, and on disk when there is one that is older than some minutes: a
   * monitor that says "still firing" again and again does not cost a write each time.
   */
  refresh(record: AlertRecord): Promise<void>;
  remove(alertId: string): Promise<void>;
}

interface Kept extends AlertFacts {
  record: AlertRecord | PackedRecord;
  /** Its `lastSeenAt` on disk, where it is there. */
  readonly seenOnDiskMs: number | undefined;
  /** From when somebody searched first: it takes as much room as the facts. */
  words: string | undefined;
}

const mostLatest = 5;
const refreshMs = 5 * 60_000;
const mostUnpacked = 2_000;
const packedTogether = 16;

/**
 * Makes the book over the collection `alerts`. Of more than some thousand alerts, those that nobody touched for the
 * longest time are kept packed.
 */
export function createAlertBook(collection: Collection<AlertRecord>): AlertBook {
  const kept = new Map<string, Kept>();
  const byFingerprint = new Map<string, readonly string[]>();
  const packed = createPackedRecords();
  /** The ids of those that are not packed, the longest untouched first. */
  const unpacked = new Set<string>();

  const recordOf = ({ record }: Kept) => ('block' in record ? packed.read(record) : record);
  const get = (alertId: string) => {
    const found = kept.get(alertId);
    return found && recordOf(found);
  };
  const packDown = (most: number) => {
    if (unpacked.size < most + packedTogether) return;
    const some = [...firstOf(unpacked, packedTogether)].flatMap((id) => kept.get(id) ?? []);
    const records = packed.pack(some.map(recordOf));
    for (const [index, each] of some.entries()) {
      unpacked.delete(each.id);
      each.record = records[index] ?? each.record;
    }
  };
  const keep = (record: AlertRecord, seenOnDiskMs = kept.get(record.alert.id)?.seenOnDiskMs) => {
    const facts = alertFacts(record);
    const words = kept.get(facts.id)?.words === undefined ? undefined : wordsOf(record);
    kept.set(facts.id, { record, seenOnDiskMs, words, ...facts });
    unpacked.delete(facts.id);
    unpacked.add(facts.id);
  };
  const enlist = ({ id, fingerprint }: Pick<AlertFacts, 'id' | 'fingerprint'>) => {
    const others = (byFingerprint.get(fingerprint) ?? []).filter((each) => each !== id);
    byFingerprint.set(fingerprint, [id, ...others].slice(0, mostLatest));
  };
  const add = (record: AlertRecord, seenOnDiskMs?: number) => {
    if (!kept.has(record.alert.id)) enlist(record.alert);
    keep(record, seenOnDiskMs);
    packDown(mostUnpacked);
  };
  const latest = (fingerprint: string) =>
    (byFingerprint.get(fingerprint) ?? []).flatMap((id) => get(id) ?? []);
  const write = async (record: AlertRecord) => {
    await collection.put(record.alert.id, record);
    add(record, record.lastSeenAt.getTime());
  };

  return {
    async load(beyond) {
      // Packed at once: what lives for a moment more costs the collector of garbage many times as much.
      for await (const record of readAll(collection, await collection.names())) {
        keep(record, record.lastSeenAt.getTime());
        packDown(0);
      }
      const found = [...kept.values()];
      found.sort((a, b) => (a.seenOnDiskMs ?? 0) - (b.seenOnDiskMs ?? 0));
      for (const facts of found) enlist(facts);
      for await (const record of beyond([...kept.keys()])) {
        if (isOpen(kept.get(record.alert.id))) continue;
        if (!kept.has(record.alert.id)) enlist(record.alert);
        keep(record);
        packDown(0);
      }
    },
    get,
    latest,
    open(fingerprint) {
      const id = byFingerprint.get(fingerprint)?.find((each) => isOpen(kept.get(each)));
      return id === undefined ? undefined : get(id);
    },
    isOpen: (alertId) => isOpen(kept.get(alertId)),
    facts: () => kept.values(),
    words(alertId) {
      const found = kept.get(alertId);
      if (found) found.words ??= wordsOf(recordOf(found));
      return found?.words ?? '';
    },
    *all() {
      for (const each of kept.values()) yield recordOf(each);
    },
    write,
    async refresh(record) {
      const onDiskMs = kept.get(record.alert.id)?.seenOnDiskMs ?? record.lastSeenAt.getTime();
      if (record.lastSeenAt.getTime() - onDiskMs >= refreshMs) await write(record);
      else add(record);
    },
    async remove(alertId) {
      await collection.delete(alertId);
      const facts = kept.get(alertId);
      kept.delete(alertId);
      unpacked.delete(alertId);
      if (facts === undefined) return;
      const { fingerprint } = facts;
      const ids = (byFingerprint.get(fingerprint) ?? []).filter((id) => id !== alertId);
      if (ids.length > 0) byFingerprint.set(fingerprint, ids);
      else byFingerprint.delete(fingerprint);
    },
  };
}

function wordsOf({ alert: { fingerprint, source, labels } }: AlertRecord): string {
  const values = Object.values(labels);
  return [source, ...(values.length > 0 ? values : [fingerprint])].join('\n').toLowerCase();
}

function isOpen(facts: AlertFacts | undefined): boolean {
  return facts !== undefined && facts.status !== 'resolved';
}

function* firstOf<T>(all: Iterable<T>, count: number): Iterable<T> {
  let left = count;
  for (const each of all) {
    if (left === 0) return;
    left -= 1;
    yield each;
  }
}
