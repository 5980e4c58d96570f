import { link, lstat, mkdtemp, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { describe } from '../../core/fault.js';
import { hasCode } from '../../store/has-code.js';
import { CommandError } from '../command-error.js';
import { refuseFile } from './refuse-file.js';

/**
 * Puts files where they belong, all in one folder, in the order of `paths`: each is in `draft` by its name. All of them
 * or none: where one cannot be put there, those that were there before are back. Only what `mayReplace` names is
 * replaced.
 *
 * Throws a `CommandError` where nothing can be written or another file has got in the way.
 */
export async function placeFiles(
  draft: string,
  paths: readonly string[],
  mayReplace: readonly string[],
): Promise<void> {
  const [first = draft] = paths;
  const before = await mkdtemp(join(dirname(first), '.ackmail-init-before-')).catch(refuseFile(first));
  const aside = (path: string) => join(before, basename(path));
  const kept: string[] = [];
  const placed: string[] = [];
  try {
    for (const path of paths)
      if (mayReplace.includes(path) && (await keep(path, aside(path)))) kept.push(path);
    for (const path of paths) {
      await place(join(draft, basename(path)), path, mayReplace);
      placed.push(path);
    }
  } catch (thrown) {
    for (const path of placed.filter((each) => !kept.includes(each))) await rm(path, { force: true });
    for (const path of kept) await rename(aside(path), path).catch(lost(path, aside(path)));
    await rm(before, { recursive: true, force: true });
    throw thrown;
  }
  await rm(before, { recursive: true, force: true });
}

/** Keeps what is there by a second name; answers whether there was anything. */
async function keep(path: string, aside: string): Promise<boolean> {
  try {
    await link(path, aside);
    return true;
  } catch (thrown) {
    if (hasCode(thrown, 'ENOENT')) return false;
    // Linux links no file of somebody else, and some file systems link none.
    const there = await lstat(path).catch(refuseFile(path));
    if (there.isDirectory()) return refuseFile(path)(thrown);
    await rename(path, aside).catch(refuseFile(path));
    return true;
  }
}

async function place(from: string, to: string, mayReplace: readonly string[]): Promise<void> {
  if (mayReplace.includes(to)) return rename(from, to).catch(refuseFile(to));
  await link(from, to).catch((thrown: unknown) => {
    if (!hasCode(thrown, 'EEXIST')) return refuseFile(to)(thrown);
    throw new CommandError(
      `${to} is there, and is not replaced without being asked.`,
      'Move it away, name another settings file, or say --replace with --answers.',
      2,
    );
  });
}

function lost(path: string, aside: string): (thrown: unknown) => never {
  return (thrown) => {
    throw new CommandError(
      `${path} could not be replaced, nor be put back: ${describe(thrown)}`,
      `Move what was there before back by hand, from ${dirname(aside)}.`,
    );
  };
}
