import { randomBytes } from 'node:crypto';
import { closeSync, futimesSync, writeFileSync } from 'node:fs';
import { readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Adapter } from 'lowdb';
import type { Gate } from '../core/gate.js';
import type { Folder } from './folder.js';
import { hasCode } from './has-code.js';
import { openFile } from './open-file.js';
import { sync } from './sync.js';

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

/** Different in each process, so that two never write the same temporary file. */
const ownPart = randomBytes(4).toString('hex');
let temporaryCount = 0;

/** The names of the temporary files, which a crash leaves behind; no document can have such a name. */
export const temporaryFile = /^\.[0-9a-f]{16}\.tmp$/;

/**
 * An adapter for lowdb's `Low` whose write survives a power failure once it has returned.
 *
 * The text goes into a temporary file of its own (0600), which is synced and renamed over the old one, and
 * the folder is synced. A reader, and a crash at any moment, finds the old document or the new one, whole.
 *
 * What may wait for the disk is left to other threads. What only fills memory is done at once, since handing it
 * over would take longer.
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
      await gate(() => writeSynced(join(folder.path, temporaryName()), path, text, now()));
      await folder.sync();
    },
  };
}

/** A name that `temporaryFile` fits. */
function temporaryName(): string {
  temporaryCount = (temporaryCount + 1) % 2 ** 32;
  return `.${ownPart}${temporaryCount.toString(16).padStart(8, '0')}.tmp`;
}

async function writeSynced(temporary: string, path: string, text: string, modifiedAt: Date): Promise<void> {
  try {
    const file = await openFile(temporary, 'wx', 0o600);
    try {
      writeFileSync(file, text);
      futimesSync(file, modifiedAt, modifiedAt);
      await sync(file);
    } finally {
      closeSync(file);
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw error;
  }
}
