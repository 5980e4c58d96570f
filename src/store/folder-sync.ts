import { closeSync } from 'node:fs';
import { openFile } from './open-file.js';
import { sync } from './sync.js';

/** Resolves when every change made to the folder before the call is on disk. */
export type FolderSync = () => Promise<void>;

/**
 * Syncs a folder for many writers at once (group commit).
 *
 * A sync that has begun may have missed a change made since; the one after it cannot. So whoever comes while
 * one runs shares the next one, and there are never more than one running and one waiting. On Windows, which
 * cannot sync a folder, nothing happens.
 */
export function createFolderSync(path: string): FolderSync {
  let running: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;

  const begin = () => {
    next = undefined;
    return syncFolder(path);
  };
  return () => {
    if (next === undefined) {
      next = running.then(begin, begin);
      running = next;
    }
    return next;
  };
}

async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await openFile(path, 'r');
  try {
    await sync(folder);
  } finally {
    closeSync(folder);
  }
}
