import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createGate, type Gate } from '../core/gate.js';
import { createFolderSync } from './folder-sync.js';

/** How a tree of files is copied. */
export interface TreeCopy {
  /** Copies one file to a name that is free. */
  readonly file: (from: string, to: string) => Promise<void>;
  /** Whether a file, by its path, is left out. */
  readonly leaveOut?: (path: string) => Promise<boolean>;
}

const filesAtOnce = 16;

/**
 * Copies what is below a folder into another one, which must not be there, and answers how many files that were.
 * Folders become 0700, and are on disk when this returns.
 *
 * Links and sockets are left out, and what begins with a dot: that is only there while something is written.
 */
export async function copyTree(from: string, to: string, copy: TreeCopy): Promise<number> {
  return copyFolder(from, to, copy, createGate(filesAtOnce));
}

async function copyFolder(from: string, to: string, copy: TreeCopy, gate: Gate): Promise<number> {
  await mkdir(to, { mode: 0o700 });
  const entries = (await readdir(from, { withFileTypes: true })).filter(({ name }) => !name.startsWith('.'));
  let count = 0;
  const copyFile = async (name: string) => {
    const path = join(from, name);
    if (await copy.leaveOut?.(path)) return;
    await copy.file(path, join(to, name));
    count += 1;
  };
  const copied = entries.filter((entry) => entry.isFile()).map(({ name }) => gate(() => copyFile(name)));
  await Promise.allSettled(copied);
  await Promise.all(copied);
  for (const entry of entries)
    if (entry.isDirectory())
      count += await copyFolder(join(from, entry.name), join(to, entry.name), copy, gate);
  await createFolderSync(to)();
  return count;
}
