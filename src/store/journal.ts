import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../core/clock.js';
import { Fault } from '../core/fault.js';
import { createGate } from '../core/gate.js';
import { type Change, type Changes, changeLine } from './change.js';
import type { Folder } from './folder.js';
import { createJournalFile, type JournalFile, readJournalFile } from './journal-file.js';
import { createTurns } from './turns.js';

/*
 * A document is durable as a line of the journal, and a file of its own soon after.
 *
 * Append. Changes become one line; the lines of all who write at the same time share one write and one sync.
 * From then on the journal knows the documents they changed, and reading asks it first.
 *
 * Checkpoint. Once nothing was written for a second, or the journal has grown large, what it knows is written to
 * the documents' files, and when those are on disk its own files go, the oldest first. A document that was changed
 * again meanwhile stays known; one that was removed before it ever became a file never does.
 *
 * Crash. The files of the journal are read again at the next start, the oldest first. A line says the whole text
 * of a document, so that one whose file was written already does no harm.
 */

/** What a journal needs. */
export interface JournalSetup {
  readonly folder: Folder;
  readonly clock: Clock;
  /** Writes or removes the file of a document; it is on disk after the next `sync` of its collection. */
  readonly apply: (change: Change, at: Date) => Promise<void>;
  readonly sync: (collection: string) => Promise<void>;
  /** Told of a line that cannot be read. */
  readonly onDamage: (file: string, line: Uint8Array) => Promise<void>;
}

/** What was written and does not stand in the files of the documents yet. */
export interface Journal {
  /** The text of a document; null where it was removed; undefined where its file says what it is. */
  find(collection: string, name: string): string | null | undefined;
  /** The documents of a collection that `find` knows. */
  known(collection: string): readonly (readonly [name: string, text: string | null])[];
  /** Makes changes, all of them or none; they are on disk when this returns. */
  append(changes: readonly Change[]): Promise<void>;
  /** Runs a task when the files of the documents say everything, and while nothing else writes them. */
  settled<T>(task: () => Promise<T>): Promise<T>;
  /** Brings the files up to date, for some seconds at most, and ends. Nothing may be under way. */
  close(): Promise<void>;
}

interface Entry extends Change {
  readonly at: Date;
}

const fileName = /^\d{12}\.ndjson$/;
const quietMs = 1_000;
const closeMs = 3_000;
const largeLength = 32_000_000;
const filesAtOnce = 32;

/** Opens the journal of a data directory. Throws STORE_NEWER where a newer Ackmail wrote it. */
export async function openJournal(setup: JournalSetup): Promise<Journal> {
  const { folder, clock } = setup;
  const known = new Map<string, Map<string, Entry>>();
  const appending = new Set<Promise<unknown>>();
  const inTurn = createTurns();
  const gate = createGate(filesAtOnce);
  const closing = new AbortController();
  /** Files that are not written to any more, the oldest first, and those of them that are still open. */
  let full: readonly string[] = [];
  let retired: readonly JournalFile[] = [];
  let current: JournalFile | undefined;
  let opening: Promise<JournalFile> | undefined;
  let number = 0;
  let writtenAt = clock.now();
  let checkpointing: Promise<void> | undefined;
  let awaitingQuiet = false;
  let isStuck = false;
  let isGivenUp = false;

  const learn = ({ at, changes }: Changes) => {
    for (const change of changes) {
      const documents = known.get(change.collection) ?? new Map<string, Entry>();
      known.set(change.collection, documents);
      documents.set(change.name, { ...change, at });
    }
  };
  const readLine = async (file: string, line: Uint8Array) => {
    try {
      return changeLine.read(line);
    } catch (error) {
      if (error instanceof Fault) throw new Fault('STORE_NEWER', { ...error.facts, file });
      await setup.onDamage(file, line);
      return undefined;
    }
  };
  const load = async () => {
    const files = (await folder.files()).filter((file) => fileName.test(file));
    full = files.map((file) => join(folder.path, file));
    for (const path of full)
      for (const line of await readJournalFile(path)) {
        const changes = await readLine(path, line);
        if (changes) learn(changes);
      }
    number = Number.parseInt(files.at(-1) ?? '0', 10);
  };

  const retire = () => {
    if (!current) return;
    full = [...full, current.path];
    retired = [...retired, current];
    current = undefined;
  };
  const openNext = async () => {
    number += 1;
    current = await createJournalFile(folder, `${String(number).padStart(12, '0')}.ndjson`);
    return current;
  };
  /** The file to add to: another one after a write that failed, and from the beginning of a checkpoint. */
  const writable = async (): Promise<JournalFile> => {
    if (current?.isSound) return current;
    retire();
    opening ??= openNext().finally(() => {
      opening = undefined;
    });
    return opening;
  };

  const applyAll = async (entries: readonly Entry[]) => {
    const applied = entries.map((entry) =>
      gate(async () => {
        if (isGivenUp) throw new Error('The journal was closed before its files were up to date.');
        if (known.get(entry.collection)?.get(entry.name) === entry) await setup.apply(entry, entry.at);
      }),
    );
    await Promise.allSettled(applied);
    await Promise.all(applied);
    await Promise.all([...new Set(entries.map(({ collection }) => collection))].map(setup.sync));
  };
  const bringUpToDate = async () => {
    retire();
    const [files, closable] = [full, retired];
    retired = [];
    // What is being added to these files is known only when that has ended.
    await Promise.allSettled(appending);
    for (const file of closable) file.close();
    const entries = [...known.values()].flatMap((documents) => [...documents.values()]);
    await applyAll(entries);
    for (const entry of entries) {
      const documents = known.get(entry.collection);
      if (documents?.get(entry.name) === entry) documents.delete(entry.name);
    }
    for (const path of files) {
      // It is gone already where the sync after it failed the last time.
      await rm(path, { force: true });
      await folder.sync();
      full = full.filter((each) => each !== path);
    }
  };
  const checkpoint = async () => {
    try {
      await bringUpToDate();
      isStuck = false;
    } catch (error) {
      isStuck = true;
      throw error;
    }
  };
  const startCheckpoint = () => {
    checkpointing ??= inTurn(['files'], checkpoint).finally(() => {
      checkpointing = undefined;
    });
    return checkpointing;
  };
  const awaitQuiet = async () => {
    if (awaitingQuiet) return;
    awaitingQuiet = true;
    for (let leftMs = quietMs; leftMs > 0; ) {
      await clock.until(new Date(clock.now().getTime() + leftMs), closing.signal);
      leftMs = closing.signal.aborted ? 0 : quietMs - Math.abs(clock.now().getTime() - writtenAt.getTime());
    }
    // One that has begun already may have missed what was added since.
    await checkpointing?.catch(() => {});
    awaitingQuiet = false;
    // What cannot be written now is on disk here, and the next append says so.
    if (!closing.signal.aborted) await startCheckpoint().catch(() => {});
  };
  const add = async (changes: readonly Change[]) => {
    const at = clock.now();
    const file = await writable();
    await file.append(changeLine.write({ at, changes }));
    learn({ at, changes });
    writtenAt = at;
    if (file.length >= largeLength) startCheckpoint().catch(() => {});
    else void awaitQuiet();
  };

  await load();
  if (known.size > 0) void awaitQuiet();

  return {
    find: (collection, name) => known.get(collection)?.get(name)?.text,
    known: (collection) => [...(known.get(collection)?.values() ?? [])].map(({ name, text }) => [name, text]),
    async append(changes) {
      // Where the files cannot be written, or not as fast as this grows, nothing more is taken.
      if (isStuck && !checkpointing) await startCheckpoint();
      while (checkpointing && (current?.length ?? 0) >= largeLength) await checkpointing;
      const work = add(changes);
      appending.add(work);
      try {
        await work;
      } finally {
        appending.delete(work);
      }
    },
    settled: (task) =>
      inTurn(['files'], async () => {
        await checkpoint();
        return task();
      }),
    async close() {
      closing.abort();
      const ended = new AbortController();
      void clock.until(new Date(clock.now().getTime() + closeMs), ended.signal).then(() => {
        isGivenUp = true;
      });
      // What is not in the files by then is on disk here, and read at the next start.
      await inTurn(['files'], checkpoint).catch(() => {});
      ended.abort();
      for (const file of retired) file.close();
    },
  };
}
