import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../src/core/clock.js';
import type { DocumentType } from '../../src/core/store.js';
import { openStore } from '../../src/store/open-store.js';

/** Any version is read as it stands. */
const asItStands = {
  version: 99,
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever it finds
  parse: (value: any) => value,
  migrations: Object.fromEntries(
    Array.from({ length: 99 }, (_, version) => [version, (old: Readonly<Record<string, unknown>>) => old]),
  ),
};

/** Reads a document of a data directory as it would be read if the process that has it were killed now. */
// biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever it finds
export async function afterCrash<T = any>(
  dir: string,
  collection: string,
  name: string,
  type: DocumentType<T> = asItStands,
): Promise<T | undefined> {
  const copy = await mkdtemp(join(tmpdir(), 'ackmail-crash-'));
  try {
    await copyStanding(dir, copy);
    const store = await openStore({ dir: copy, key: Buffer.alloc(32, 7), clock: systemClock });
    const found = await store.collection(collection, type).get(name);
    await store.close();
    return found;
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

/** Copies a data directory as it is at one moment: once more where files came or went meanwhile, as those of a journal do. */
async function copyStanding(dir: string, copy: string): Promise<void> {
  const names = async () => (await readdir(dir, { recursive: true })).sort().join('\n');
  const before = await names();
  try {
    await cp(dir, copy, { recursive: true, filter: (path) => !path.endsWith('.sock') });
    if ((await names()) === before) return;
  } catch (thrown) {
    if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT')) throw thrown;
  }
  await rm(copy, { recursive: true });
  await copyStanding(dir, copy);
}
