import { rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { Low } from 'lowdb';
import { Fault } from '../core/fault.js';
import type { Gate } from '../core/gate.js';
import type { Collection, DocumentType, OnDamage } from '../core/store.js';
import { checkName } from './check-name.js';
import { createDocumentCodec } from './document-codec.js';
import { durableFile } from './durable-file.js';
import type { Encryption } from './encryption.js';
import type { Folder } from './folder.js';
import { hasCode } from './has-code.js';
import { isSystemError } from './is-system-error.js';
import { setAside } from './set-aside.js';

/** What a collection needs. */
export interface CollectionSetup {
  readonly name: string;
  readonly folder: Folder;
  readonly quarantine: Folder;
  readonly gate: Gate;
  readonly encryption: Encryption;
  readonly now: () => Date;
  readonly onDamage: OnDamage;
  /** Awaited before each document is written. */
  readonly beforeWrite: () => Promise<void>;
}

/**
 * The documents of a folder, one file each. What is done to one name is done in the order in which it was
 * asked for.
 *
 * `rename` replaces a document that has the new name, and does nothing when there is none of the old name;
 * an encrypted document is sealed again, since its name is authenticated.
 */
export function createCollection<T>(setup: CollectionSetup, type: DocumentType<T>): Collection<T> {
  const { folder } = setup;
  const codec = createDocumentCodec(type, setup.encryption);

  const fileOf = (name: string) => {
    checkName(name);
    return join(folder.path, `${name}.json`);
  };
  const documentAt = (name: string) => {
    const place = { subject: `${setup.name}/${name}`, file: fileOf(name) };
    const adapter = durableFile<T>({
      folder,
      file: `${name}.json`,
      gate: setup.gate,
      now: setup.now,
      parse: (text) => codec.parse(text, place),
      stringify: (value) => codec.stringify(value, place),
    });
    return new Low<T | null>(
      { read: adapter.read, write: async (data) => (data === null ? undefined : adapter.write(data)) },
      null,
    );
  };
  const read = async (name: string) => {
    const document = documentAt(name);
    try {
      await document.read();
    } catch (error) {
      if (error instanceof Fault || isSystemError(error)) throw error;
      const fault = await setAside(
        { folder, collection: setup.name, name, why: error },
        setup.quarantine,
        setup.now(),
      );
      setup.onDamage(fault);
    }
    return document.data ?? undefined;
  };
  const write = async (name: string, value: T) => {
    // Also because `Low` takes nothing for "nothing to write", without a word.
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new TypeError('A document of the store is an object.');
    const document = documentAt(name);
    document.data = value;
    await setup.beforeWrite();
    await document.write();
  };
  const remove = async (name: string) => {
    try {
      await unlink(fileOf(name));
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return;
      throw error;
    }
    await folder.sync();
  };

  return {
    async get(name) {
      checkName(name);
      return folder.inTurn([name], () => read(name));
    },
    async put(name, value) {
      checkName(name);
      return folder.inTurn([name], () => write(name, value));
    },
    async rename(from, to) {
      const [old, next] = [fileOf(from), fileOf(to)];
      if (from === to) return;
      await folder.inTurn([from, to], async () => {
        if (type.encrypted) {
          const value = await read(from);
          if (value === undefined) return;
          await write(to, value);
          await remove(from);
          return;
        }
        try {
          await rename(old, next);
        } catch (error) {
          if (hasCode(error, 'ENOENT')) return;
          throw error;
        }
        await folder.sync();
      });
    },
    async delete(name) {
      checkName(name);
      await folder.inTurn([name], () => remove(name));
    },
    names: () => folder.names('.json'),
  };
}
