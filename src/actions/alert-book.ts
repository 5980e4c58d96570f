import type { Collection } from '../core/store.js';
import type { AlertRecord } from './alert-record.js';
import { readAll } from './read-all.js';

/** The records of alerts in memory, over their collection. */
export interface AlertBook {
  /** Reads all records; a damaged one is passed over, the store has told a person. */
  load(): Promise<void>;
  get(alertId: string): AlertRecord | undefined;
  /** The latest firings of a condition, the newest first. */
  latest(fingerprint: string): readonly AlertRecord[];
  /** The firing of a condition that is not resolved. */
  open(fingerprint: string): AlertRecord | undefined;
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

const mostLatest = 5;
const refreshMs = 5 * 60_000;

/** Makes the book over the collection `alerts`. */
export function createAlertBook(collection: Collection<AlertRecord>): AlertBook {
  const records = new Map<string, AlertRecord>();
  const byFingerprint = new Map<string, readonly string[]>();
  const seenOnDiskMs = new Map<string, number>();

  const keep = (record: AlertRecord) => {
    const { id, fingerprint } = record.alert;
    if (!records.has(id)) {
      const ids = [id, ...(byFingerprint.get(fingerprint) ?? [])];
      byFingerprint.set(fingerprint, ids.slice(0, mostLatest));
    }
    records.set(id, record);
  };
  const latest = (fingerprint: string) =>
    (byFingerprint.get(fingerprint) ?? []).flatMap((id) => records.get(id) ?? []);
  const write = async (record: AlertRecord) => {
    await collection.put(record.alert.id, record);
    seenOnDiskMs.set(record.alert.id, record.lastSeenAt.getTime());
    keep(record);
  };

  return {
    async load() {
      const found: AlertRecord[] = [];
      for await (const record of readAll(collection, await collection.names())) found.push(record);
      found.sort((a, b) => a.lastSeenAt.getTime() - b.lastSeenAt.getTime());
      for (const record of found) {
        seenOnDiskMs.set(record.alert.id, record.lastSeenAt.getTime());
        keep(record);
      }
    },
    get: (alertId) => records.get(alertId),
    latest,
    open: (fingerprint) => latest(fingerprint).find((record) => record.alert.status !== 'resolved'),
    all: () => records.values(),
    write,
    async refresh(record) {
      const onDiskMs = seenOnDiskMs.get(record.alert.id) ?? record.lastSeenAt.getTime();
      if (record.lastSeenAt.getTime() - onDiskMs >= refreshMs) await write(record);
      else keep(record);
    },
    async remove(alertId) {
      const record = records.get(alertId);
      await collection.delete(alertId);
      records.delete(alertId);
      seenOnDiskMs.delete(alertId);
      if (record === undefined) return;
      const { fingerprint } = record.alert;
      const ids = (byFingerprint.get(fingerprint) ?? []).filter((id) => id !== alertId);
      if (ids.length > 0) byFingerprint.set(fingerprint, ids);
      else byFingerprint.delete(fingerprint);
    },
  };
}
