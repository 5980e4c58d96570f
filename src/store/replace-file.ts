import { randomBytes } from 'node:crypto';
import { closeSync, futimesSync, writeFileSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Folder } from './folder.js';
import { openFile } from './open-file.js';
import { sync } from './sync.js';

/** Different in each process, so that two never write the same temporary file. */
const ownPart = randomBytes(4).toString('hex');
let temporaryCount = 0;

/** The names of the temporary files, which a crash leaves behind; no document can have such a name. */
export const temporaryFile = /^\.[0-9a-f]{16}\.tmp$/;

/**
 * Writes a whole file of a folder, which is made where it is missing. The text is on disk when this returns, its
 * name once the folder was synced.
 *
 * The text goes into a temporary file of its own (0600), which is synced and renamed over the old one. A reader,
 * and a crash at any moment, finds the old file or the new one, whole.
 */
export async function replaceFile(
  folder: Folder,
  file: string,
  text: string,
  modifiedAt: Date,
): Promise<void> {
  await folder.ready();
  const temporary = join(folder.path, temporaryName());
  try {
    const descriptor = await openFile(temporary, 'wx', 0o600);
    try {
      // What only fills memory is done at once: handing it to another thread would take longer.
      writeFileSync(descriptor, text);
      futimesSync(descriptor, modifiedAt, modifiedAt);
      await sync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    await rename(temporary, join(folder.path, file));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw error;
  }
}

/** A name that `temporaryFile` fits. */
function temporaryName(): string {
  temporaryCount = (temporaryCount + 1) % 2 ** 32;
  return `.${ownPart}${temporaryCount.toString(16).padStart(8, '0')}.tmp`;
}
