import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createFolderSync } from './folder-sync.js';
import { hasCode } from './has-code.js';
import { keyText } from './key-text.js';

/**
 * A file that holds the keys at rest, one a line, the one that seals first. It is always replaced as a whole: whoever
 * reads it, also after a crash at any moment, finds what it held before or what it holds then.
 */
export const keyFile = {
  /** Whether others than its owner may read it; false on Windows, which does not say so. */
  async read(file: string): Promise<{ readonly keys: readonly Buffer[]; readonly isOpenToOthers: boolean }> {
    const [text, { mode }] = await Promise.all([readFile(file, 'utf8'), stat(file)]);
    return {
      keys: keyText.read(text, file),
      isOpenToOthers: process.platform !== 'win32' && (mode & 0o077) !== 0,
    };
  },

  /** Makes it (0600) with a new key, with its folder; nothing happens where it is there already. */
  async make(file: string): Promise<void> {
    const folder = dirname(file);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await written(folder, [randomBytes(32)], async (temporary) => {
      // A link never replaces what somebody else has made meanwhile.
      await link(temporary, file).catch((error: unknown) => {
        if (!hasCode(error, 'EEXIST')) throw error;
      });
    });
  },

  /** Replaces what it holds; on disk when this returns, 0600, of the same owner where that may be. */
  async replace(file: string, keys: readonly Buffer[]): Promise<void> {
    // A link in its place is to lead to the new keys, too.
    const target = await realpath(file);
    const { uid, gid } = await stat(target);
    await written(dirname(target), keys, (temporary) => rename(temporary, target), { uid, gid });
  },
};

/** Writes keys aside, so that nobody ever reads half of them, and has them put into their place. */
async function written(
  folder: string,
  keys: readonly Buffer[],
  place: (temporary: string) => Promise<void>,
  owner?: { readonly uid: number; readonly gid: number },
): Promise<void> {
  const temporary = join(folder, `.ackmail-key-${randomBytes(8).toString('hex')}`);
  try {
    const handle = await open(temporary, 'wx', 0o600);
    try {
      // Where root does this for another user; others may not, and need not.
      if (owner) await handle.chown(owner.uid, owner.gid).catch(() => {});
      await handle.writeFile(keyText.write(keys));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await place(temporary);
  } finally {
    await rm(temporary, { force: true });
  }
  await createFolderSync(folder)();
}
