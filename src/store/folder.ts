import { chmod, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createFolderSync, type FolderSync } from './folder-sync.js';
import { hasCode } from './has-code.js';
import { createTurns, type InTurn } from './turns.js';

/** A folder of the data directory. */
export interface Folder {
  readonly path: string;
  /** Makes the folder, 0700, unless it is there; it is on disk when this returns. */
  ready(): Promise<void>;
  readonly sync: FolderSync;
  readonly inTurn: InTurn;
  /** Its files, sorted; none when there is no folder yet. */
  files(): Promise<readonly string[]>;
  /** The names of its files that end in `extension`, without it, sorted. */
  names(extension: string): Promise<readonly string[]>;
}

/** A folder at `path`; nothing is made before it is needed. */
export function createFolder(path: string): Folder {
  let made: Promise<void> | undefined;
  const files = async () => {
    const found = await readdir(path).catch((error: unknown) => {
      if (hasCode(error, 'ENOENT')) return [];
      throw error;
    });
    return found.sort();
  };

  return {
    path,
    ready() {
      made ??= make(path).catch((error: unknown) => {
        made = undefined;
        throw error;
      });
      return made;
    },
    sync: createFolderSync(path),
    inTurn: createTurns(),
    files,
    async names(extension) {
      return (await files())
        .filter((file) => file.endsWith(extension) && !file.startsWith('.'))
        .map((file) => file.slice(0, -extension.length))
        .sort();
    },
  };
}

async function make(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  // A folder that came from a backup may have another mode.
  await chmod(path, 0o700);
  await createFolderSync(join(path, '..'))();
}
