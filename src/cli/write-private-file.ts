import { lstat, open, rm } from 'node:fs/promises';
import { hasCode } from '../store/has-code.js';

/**
 * Writes a text into a file that only its owner reads (0600), also where a file is there that others may read. What is
 * there and is no file, such as a pipe or a link to a terminal, stays and is written to. Throws what the file system
 * throws.
 */
export async function writePrivateFile(path: string, text: string): Promise<void> {
  const there = await lstat(path).catch((thrown: unknown) => {
    if (hasCode(thrown, 'ENOENT')) return undefined;
    throw thrown;
  });
  // A file that is written over keeps its rights, and whoever has it open goes on reading.
  if (there?.isFile()) await rm(path, { force: true });
  const handle = await open(path, there === undefined || there.isFile() ? 'wx' : 'w', 0o600);
  try {
    // By a link it may be one that was there before.
    if ((await handle.stat()).isFile()) await handle.chmod(0o600);
    await handle.writeFile(text);
  } finally {
    await handle.close();
  }
}
