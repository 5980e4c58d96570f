import { randomBytes } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Adapter } from 'lowdb';
import type { Gate } from '../core/gate.js';
import type { Folder } from './folder.js';
import { hasCode } from './has-code.js';

/** What a durable file needs besides its contents. */
export interface DurableFileSetup<T> {
  readonly folder: Folder;
  /** The name of the file in the folder. */
  readonly file: string;
  /** Limits how many files are open at once. */
  readonly gate: Gate;
  /** The modification time that the next write gives to the file. */
  readonly now: () => Date;
  readonly parse: (text: string) => T;
  readonly stringify: (data: T) => string;
}

/** The names of the temporary files, which a crash leaves behind; no document can have such a name. */
export const temporaryFile = /^\.[0-9a-f]{16}\.tmp$/;

/**
 * An adapter for lowdb's `Low` whose write survives a power failure once it has returned.
 *
 * The text goes into a temporary file of its own (0600), which is synced and renamed over the old one, and
 * the folder is synced. A reader, and a crash at any moment, finds the old document or the new one, whole.
 */
export function durableFile<T>({
  folder,
  file,
  gate,
  now,
  parse,
  stringify,
}: DurableFileSetup<T>): Adapter<T> {
  const path = join(folder.path, file);

  return {
    async read() {
      const bytes = await gate(() => readFile(path)).catch((error: unknown) => {
        if (hasCode(error, 'ENOENT')) return undefined;
        throw error;
      });
      // Bytes that are no UTF-8 are damage; a lenient reading would replace them silently.
      return bytes === undefined ? null : parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    },

    async write(data) {
      const text = stringify(data);
      await folder.ready();
      const temporary = join(folder.path, `.${randomBytes(8).toString('hex')}.tmp`);
      try {
        await gate(async () => {
          await writeSynced(temporary, text, now());
          await rename(temporary, path);
        });
      } catch (error) {
        await rm(temporary, { force: true }).catch(() => {});
        throw error;
      }
      await folder.sync();
    },
  };
}

async function writeSynced(path: string, text: string, modifiedAt: Date): Promise<void> {
  const handle = await open(path, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    await handle.utimes(modifiedAt, modifiedAt);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
