import { readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../core/clock.js';
import type { OnDamage, Store } from '../core/store.js';
import { copyFile } from './copy-file.js';
import { copyTree } from './copy-tree.js';
import { createFolderSync } from './folder-sync.js';
import { hasCode } from './has-code.js';
import { openStore } from './open-store.js';

/** What is restored where. */
export interface RestoreSetup {
  /** The copy of a data directory. */
  readonly from: string;
  /** The data directory; its caller owns it (see `own`), and `isVacant` said yes. */
  readonly dir: string;
  readonly clock: Clock;
  readonly onDamage: OnDamage;
  /** Changes what was restored before anybody else may open it. */
  readonly prepare: (store: Store) => Promise<void>;
}

/** Stands in a data directory while it is restored, so that nobody takes a part for the whole. */
const marker = 'restoring';
const ofOwners = /^(control\.sock|\.?own(er)?-.*)$/;

/** Brings back what a backup holds. */
export const restore = {
  /** Whether a data directory is missing or empty, but for what owners that have gone left. */
  async isVacant(dir: string): Promise<boolean> {
    const names = await readdir(dir).catch((error: unknown) => {
      if (hasCode(error, 'ENOENT')) return [];
      throw error;
    });
    return names.every((name) => ofOwners.test(name));
  },

  /** Whether a restore was begun here and not finished. */
  async isUnfinished(dir: string): Promise<boolean> {
    return stat(join(dir, marker)).then(
      () => true,
      () => false,
    );
  },

  /** Copies everything and prepares it; on disk when this returns. What fails leaves nothing behind. */
  async run({ from, dir, clock, onDamage, prepare }: RestoreSetup): Promise<void> {
    await writeFile(join(dir, marker), 'This data directory is being restored from a backup.\n', {
      mode: 0o600,
      flush: true,
    });
    await createFolderSync(dir)();
    const folders = (await readdir(from, { withFileTypes: true })).filter((entry) => entry.isDirectory());
    try {
      for (const { name } of folders) await copyTree(join(from, name), join(dir, name), { file: copyFile });
      const store = await openStore({ dir, clock, onDamage });
      try {
        await prepare(store);
      } finally {
        await store.close();
      }
    } catch (error) {
      for (const { name } of folders) await rm(join(dir, name), { recursive: true, force: true });
      await rm(join(dir, marker), { force: true });
      throw error;
    }
    await createFolderSync(dir)();
    await rm(join(dir, marker));
    await createFolderSync(dir)();
  },
};
