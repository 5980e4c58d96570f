import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Folder } from './folder.js';
import { hasCode } from './has-code.js';

/** Makes an empty file in the quarantine folder, of a name that was free; returns its path. */
export async function reserveAside(quarantine: Folder, stem: string, at: Date): Promise<string> {
  await quarantine.ready();
  const stamp = at.toISOString().replace(/[-:.]/g, '').toLowerCase();
  for (let count = 0; ; count += 1) {
    const file = `${stem.slice(0, 200)}-${stamp}${count === 0 ? '' : `-${count}`}.json`;
    const path = join(quarantine.path, file);
    try {
      await (await open(path, 'wx', 0o600)).close();
      return path;
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error;
    }
  }
}
