import { rm, stat, writeFile } from 'node:fs/promises';
import { hasCode } from '../store/has-code.js';

/**
 * Writes a text into a file that only its owner reads (0600). A file that is there is replaced, and so is a link to one;
 * what is no file, such as a pipe or the terminal, is written to. Throws what the file system throws.
 */
export async function writePrivateFile(path: string, text: string): Promise<void> {
  const there = await stat(path).catch((thrown: unknown) => {
    if (hasCode(thrown, 'ENOENT')) return undefined;
    throw thrown;
  });
  if (there && !there.isFile()) return writeFile(path, text);
  // A file that is written over keeps its rights, and whoever has it open goes on reading.
  await rm(path, { force: true });
  return writeFile(path, text, { mode: 0o600, flag: 'wx' });
}
