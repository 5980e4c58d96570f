import { constants } from 'node:fs';
import { chmod, copyFile as copy, open, stat } from 'node:fs/promises';

/** Copies a file (0600) with its modification time, which `purge` goes by; it is on disk when this returns. */
export async function copyFile(from: string, to: string): Promise<void> {
  const { atime, mtime } = await stat(from);
  await copy(from, to, constants.COPYFILE_EXCL);
  await chmod(to, 0o600);
  const handle = await open(to, 'r+');
  try {
    await handle.utimes(atime, mtime);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
