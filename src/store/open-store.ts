import { mkdir, readdir, rm, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../core/clock.js';
import { Fault } from '../core/fault.js';
import type { Collection, DocumentType, OnDamage } from '../core/store.js';
import { checkName } from './check-name.js';
import { createCollection } from './document-collection.js';
import { createEncryption } from './encryption.js';
import type { FileStore } from './file-store.js';
import { createFolder, type Folder } from './folder.js';
import { hasCode } from './has-code.js';
import { historyDays } from './history-days.js';
import { createHistoryLog } from './history-log.js';
import { openJournal } from './journal.js';
import { purgeFolder } from './purge-folder.js';
import { replaceFile, temporaryFile } from './replace-file.js';
import { setLineAside } from './set-line-aside.js';
import { removeSnapshots } from './snapshot.js';
import { storeFault } from './store-fault.js';
import { readVersionRecord, versionRecordType } from './version-record.js';

/** What a store on disk needs. */
export interface StoreSetup {
  /** The data directory; made when it is missing. Its caller owns it (see `own`). */
  readonly dir: string;
  /** 32 bytes for encryption at rest; without it no collection can be encrypted. */
  readonly key?: Buffer;
  /** Keys that only open what was sealed before. */
  readonly olderKeys?: readonly Buffer[];
  /** Gives files their modification time, which `purge` goes by. */
  readonly clock: Clock;
  /** Told of documents that were set aside. */
  readonly onDamage?: OnDamage;
}

const ownFolders = ['history', 'journal', 'quarantine', 'versions'];

/**
 * Opens the store of a data directory: a folder a collection, a file a document, `history/DAY.ndjson`, and
 * `journal/` for what was written a moment ago.
 *
 * Documents are read when they are asked for; what crashed writes left behind is removed now. Opening a
 * collection throws `STORE_NEWER` when a newer Ackmail has written into it, before anything is touched.
 * Documents are JSON objects; see `createDocumentCodec` for their form and journal.ts for how they are written.
 * After `close()`, which waits for what is under way, everything rejects.
 *
 * Errors: `STORE_UNWRITABLE` (transient) from any call; `STORE_NEWER` and `STORE_KEY` from reading, which
 * leave the file as it is. A damaged document is set aside in `quarantine/`, `onDamage` is told, and reading
 * answers undefined. A name that is not well-formed is a `RangeError`.
 */
export async function openStore(setup: StoreSetup): Promise<FileStore> {
  const { dir, key, olderKeys = [], clock, onDamage = () => {} } = setup;
  if ([...(key ? [key] : []), ...olderKeys].some(({ length }) => length !== 32))
    throw new Fault('CONFIG_INVALID', { detail: 'the key at rest is not 32 bytes.' });
  const encryption = key && createEncryption(key, olderKeys);
  const sealed = new Map<string, () => Promise<number>>();
  const folders = new Map<string, Folder>();
  const underWay = new Set<Promise<unknown>>();
  let closed = false;

  const folderOf = (name: string) => {
    const folder = folders.get(name) ?? createFolder(join(dir, name));
    folders.set(name, folder);
    return folder;
  };
  const run = async <R>(task: () => Promise<R>): Promise<R> => {
    if (closed) throw new Error('The store is closed.');
    const work = task();
    underWay.add(work);
    try {
      return await work;
    } catch (error) {
      throw storeFault(error, dir);
    } finally {
      underWay.delete(work);
    }
  };

  const documentsOf = <T>(name: string, type: DocumentType<T>, beforeWrite: () => Promise<void>) =>
    createCollection(
      {
        name,
        folder: folderOf(name),
        quarantine: folderOf('quarantine'),
        journal,
        encryption,
        now: clock.now,
        onDamage,
        beforeWrite,
      },
      type,
    );

  await run(() => prepare(dir));
  const journal = await run(() =>
    openJournal({
      folder: folderOf('journal'),
      clock,
      async apply({ collection, name, text }, at) {
        const folder = folderOf(collection);
        if (text === null) await removeFile(join(folder.path, `${name}.json`));
        else await replaceFile(folder, `${name}.json`, text, at);
      },
      sync: (collection) => folderOf(collection).sync(),
      async onDamage(file, line) {
        onDamage(await setLineAside(file, line, folderOf('quarantine'), clock.now()));
      },
    }),
  );
  const records = documentsOf('versions', versionRecordType, async () => {});
  const versions = await run(() => readVersionRecord(records));
  const history = createHistoryLog(folderOf('history'));

  return {
    collection<T>(name: string, type: DocumentType<T>): Collection<T> {
      checkName(name);
      if (ownFolders.includes(name)) throw new RangeError(`${name} is a folder of the store itself.`);
      versions.check(name, type.version, join(dir, name));
      const documents = documentsOf(name, type, () => versions.note(name, type.version));
      if (type.encrypted) sealed.set(name, documents.reseal);
      return {
        get: (document) => run(() => documents.get(document)),
        put: (document, value) => run(() => documents.put(document, value)),
        rename: (from, to) => run(() => documents.rename(from, to)),
        delete: (document) => run(() => documents.delete(document)),
        names: () => run(() => documents.names()),
      };
    },
    history: {
      append: (entry) => run(() => history.append(entry)),
      async *since(...asked) {
        try {
          yield* history.since(...asked);
        } catch (error) {
          throw storeFault(error, dir);
        }
      },
    },
    historyDays: () => run(() => historyDays(folderOf('history'))),
    purge(collection, before, keep = () => false) {
      return run(async () => {
        checkName(collection);
        if (collection === 'history') return history.purge(before, keep);
        return journal.settled(() =>
          purgeFolder(folderOf(collection), { before, keep, stopped: () => closed }),
        );
      });
    },
    reseal(next) {
      return run(async () => {
        if (next) encryption?.use(next);
        let unopened = 0;
        for (const reseal of sealed.values()) unopened += await reseal();
        await journal.settled(async () => {});
        return unopened;
      });
    },
    settled: (task) => run(() => journal.settled(task)),
    async close() {
      closed = true;
      await Promise.allSettled(underWay);
      history.close();
      await journal.close();
    },
  };
}

/** Makes the directory and removes what crashed writes left in its folders. */
async function prepare(dir: string): Promise<void> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  await removeSnapshots(dir);
  const entries = await readdir(dir, { withFileTypes: true });
  for (const entry of entries.filter((each) => each.isDirectory())) {
    const folder = join(dir, entry.name);
    for (const file of await readdir(folder))
      if (temporaryFile.test(file)) await rm(join(folder, file), { force: true });
  }
}

async function removeFile(path: string): Promise<void> {
  await unlink(path).catch((error: unknown) => {
    if (!hasCode(error, 'ENOENT')) throw error;
  });
}
