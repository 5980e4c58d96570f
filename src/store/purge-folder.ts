import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Folder } from './folder.js';
import { hasCode } from './has-code.js';

/** Which documents of a folder go. */
export interface PurgeChoice {
  readonly before: Date;
  readonly keep: (name: string) => boolean;
  /** Asked before each document; true ends the purge early. */
  readonly stopped: () => boolean;
}

/** Removes the documents that were last changed before a moment; returns how many. */
export async function purgeFolder(folder: Folder, { before, keep, stopped }: PurgeChoice): Promise<number> {
  let removed = 0;
  for (const name of await folder.names('.json')) {
    if (stopped()) break;
    if (keep(name)) continue;
    // In turn, so that a document that is being written again now is not taken for the old one.
    removed += await folder.inTurn([name], () => removeOlder(join(folder.path, `${name}.json`), before));
  }
  if (removed > 0) await folder.sync();
  return removed;
}

async function removeOlder(path: string, before: Date): Promise<number> {
  try {
    const { mtimeMs } = await stat(path);
    if (mtimeMs >= before.getTime()) return 0;
    await rm(path);
    return 1;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return 0;
    throw error;
  }
}
