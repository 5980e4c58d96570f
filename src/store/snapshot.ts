import { randomBytes } from 'node:crypto';
import { link, mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { copyFile } from './copy-file.js';
import { copyTree } from './copy-tree.js';
import { hasCode } from './has-code.js';

const prefix = '.snapshot-';

/** What a snapshot is taken of. */
export interface SnapshotSetup {
  /** The data directory. */
  readonly dir: string;
  /** Runs a task while the files of all documents stand still. */
  readonly settled: <T>(task: () => Promise<T>) => Promise<T>;
  /** The key file, which is left out wherever it stands. */
  readonly keyFile?: string;
}

/**
 * A copy of a data directory as it stands at one moment, in a folder within it, to be copied from at leisure.
 *
 * Files are linked, which takes no room and hardly any time: a document is never changed, only replaced. What is in
 * the journals but not in the files of documents is in the copies of the journals. So the copy is what a crash would
 * leave, and reads the same way; a journal that is still added to only makes it newer.
 */
export async function takeSnapshot({ dir, settled, keyFile }: SnapshotSetup): Promise<string> {
  const folder = join(dir, `${prefix}${randomBytes(8).toString('hex')}`);
  const key = keyFile === undefined ? undefined : await stat(keyFile).catch(() => undefined);
  const leaveOut = async (path: string) => {
    if (!key) return false;
    const { dev, ino } = await stat(path);
    return dev === key.dev && ino === key.ino;
  };
  try {
    await mkdir(folder, { mode: 0o700 });
    await settled(async () => {
      // Files that stand beside the folders are none of ours.
      for (const entry of await readdir(dir, { withFileTypes: true }))
        if (entry.isDirectory() && !entry.name.startsWith('.'))
          await copyTree(join(dir, entry.name), join(folder, entry.name), { file: linkFile, leaveOut });
    });
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  return folder;
}

async function linkFile(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    // What is past its time may go at any moment.
    if (hasCode(error, 'ENOENT')) return;
    // Not every file system knows links.
    await copyFile(from, to);
  }
}

/** Removes the snapshots that a killed process left. */
export async function removeSnapshots(dir: string): Promise<void> {
  for (const name of await readdir(dir))
    if (name.startsWith(prefix)) await rm(join(dir, name), { recursive: true, force: true });
}
