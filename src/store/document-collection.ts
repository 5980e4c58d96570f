import { readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Low } from 'lowdb';
import { Fault } from '../core/fault.js';
import type { Collection, DocumentType, OnDamage } from '../core/store.js';
import { checkName } from './check-name.js';
import { createDocumentCodec } from './document-codec.js';
import type { Encryption } from './encryption.js';
import type { Folder } from './folder.js';
import { hasCode } from './has-code.js';
import { isSystemError } from './is-system-error.js';
import type { Journal } from './journal.js';
import { setAside } from './set-aside.js';

/** What a collection needs. */
export interface CollectionSetup {
  readonly name: string;
  readonly folder: Folder;
  readonly quarantine: Folder;
  readonly journal: Journal;
  /** Absent where there is no key: then nothing can be encrypted. */
  readonly encryption: Encryption | undefined;
  readonly now: () => Date;
  readonly onDamage: OnDamage;
  /** Awaited before each document is written. */
  readonly beforeWrite: () => Promise<void>;
}

/** A collection on disk, with what only the store itself asks for. */
export interface FileCollection<T> extends Collection<T> {
  /** Seals every document with the key that seals now; answers how many are sealed with a key that is not known. */
  reseal(): Promise<number>;
}

/**
 * The documents of a folder, one file each, in front of which the journal stands (see journal.ts). What is done to
 * one name is done in the order in which it was asked for.
 *
 * `rename` replaces a document that has the new name, and does nothing when there is none of the old name.
 */
export function createCollection<T>(setup: CollectionSetup, type: DocumentType<T>): FileCollection<T> {
  const { name: collection, folder, journal } = setup;
  const codec = createDocumentCodec(type, setup.encryption);

  const placeOf = (name: string) => ({
    subject: `${collection}/${name}`,
    file: join(folder.path, `${name}.json`),
  });
  const textOf = async (name: string): Promise<string | null> => {
    const text = journal.find(collection, name);
    return text === undefined ? readText(placeOf(name).file) : text;
  };
  const documentAt = (name: string) =>
    new Low<T | null>(
      {
        async read() {
          const text = await textOf(name);
          return text === null ? null : codec.parse(text, placeOf(name));
        },
        async write(data) {
          if (data === null) return;
          const text = codec.stringify(data, placeOf(name));
          await setup.beforeWrite();
          await folder.ready();
          await journal.append([{ collection, name, text }]);
        },
      },
      null,
    );
  const read = async (name: string) => {
    const document = documentAt(name);
    try {
      await document.read();
    } catch (error) {
      if (error instanceof Fault || isSystemError(error)) throw error;
      // What is set aside is a file.
      if (journal.find(collection, name) !== undefined) await journal.settled(async () => {});
      const fault = await setAside({ folder, collection, name, why: error }, setup.quarantine, setup.now());
      setup.onDamage(fault);
    }
    return document.data ?? undefined;
  };
  const exists = async (name: string) =>
    journal.find(collection, name) === undefined
      ? isFile(placeOf(name).file)
      : journal.find(collection, name) !== null;

  const names = async () => {
    const known = journal.known(collection);
    const found = new Set(await folder.names('.json'));
    for (const [name, text] of known) text === null ? found.delete(name) : found.add(name);
    return [...found].sort();
  };
  const reseal = async (name: string) => {
    const text = await textOf(name);
    if (text === null) return undefined;
    try {
      const sealed = setup.encryption?.reseal(JSON.parse(text), placeOf(name).subject);
      if (typeof sealed !== 'object') return sealed;
      await journal.append([{ collection, name, text: JSON.stringify(sealed) }]);
    } catch (error) {
      if (error instanceof Fault || isSystemError(error)) throw error;
      // It is damaged: reading sets it aside, and tells.
      await read(name);
    }
    return undefined;
  };

  return {
    async get(name) {
      checkName(name);
      return folder.inTurn([name], () => read(name));
    },
    async put(name, value) {
      checkName(name);
      // Also because `Low` takes nothing for "nothing to write", without a word.
      if (typeof value !== 'object' || value === null || Array.isArray(value))
        throw new TypeError('A document of the store is an object.');
      await folder.inTurn([name], () => {
        const document = documentAt(name);
        document.data = value;
        return document.write();
      });
    },
    async rename(from, to) {
      checkName(from);
      checkName(to);
      if (from === to) return;
      await folder.inTurn([from, to], async () => {
        const value = await read(from);
        if (value === undefined) return;
        const text = codec.stringify(value, placeOf(to));
        await journal.append([
          { collection, name: to, text },
          { collection, name: from, text: null },
        ]);
      });
    },
    async delete(name) {
      checkName(name);
      await folder.inTurn([name], async () => {
        if (await exists(name)) await journal.append([{ collection, name, text: null }]);
      });
    },
    async reseal() {
      let unopened = 0;
      for (const name of await names())
        if ((await folder.inTurn([name], () => reseal(name))) === 'other-key') unopened += 1;
      return unopened;
    },
    names,
  };
}

/**
 * The text of a file; null when there is none. It is read at once: it was mostly written a moment ago, and handing it
 * to another thread takes several times as long, which is most of a start with much that waits.
 */
function readText(path: string): string | null {
  try {
    // Bytes that are no UTF-8 are damage; a lenient reading would replace them silently.
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path));
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false;
    throw error;
  }
}
