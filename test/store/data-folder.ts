import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { systemClock } from '../../src/core/clock.js';
import type { Fault } from '../../src/core/fault.js';
import type { DocumentType, Store } from '../../src/core/store.js';
import { openStore, type StoreSetup } from '../../src/store/open-store.js';

const noteOnDisk = z.strictObject({
  text: z.string(),
  at: z.iso
    .datetime()
    .transform((text) => new Date(text))
    .optional(),
});

/** A small document for tests of the store. */
export type Note = z.infer<typeof noteOnDisk>;

export const note: DocumentType<Note> = { version: 1, parse: (value) => noteOnDisk.parse(value) };
export const secretNote: DocumentType<Note> = { ...note, encrypted: true };

export const key = Buffer.alloc(32, 7);

/** Runs a test in a data directory of its own that does not exist yet, and removes it afterwards. */
export async function inDataFolder(task: (dir: string) => Promise<void>): Promise<void> {
  const parent = await mkdtemp(join(tmpdir(), 'ackmail-store-'));
  try {
    await task(join(parent, 'data'));
  } finally {
    await rm(parent, { recursive: true, force: true });
  }
}

/** A store over a directory, and the faults it told of. */
export async function openTestStore(dir: string, setup: Partial<StoreSetup> = {}) {
  const damaged: Fault[] = [];
  const store = await openStore({
    dir,
    key,
    clock: systemClock,
    onDamage: (fault) => damaged.push(fault),
    ...setup,
  });
  return { store, damaged };
}

/** Resolves when everything that was written stands in the files of the documents. */
export async function filesWritten(store: Store): Promise<void> {
  // A purge looks at the files, so it has them brought up to date.
  await store.purge('nothing', new Date(0));
}

/** Every file below a folder with its text. */
export async function filesBelow(dir: string): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  for (const entry of await readdir(dir, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    files.set(path.slice(dir.length + 1), await readFile(path, 'latin1'));
  }
  return files;
}

/** What a promise rejects with. */
export async function rejection(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    return error;
  }
  throw new Error('It should have failed.');
}

/** The code and the text of the fault that a promise rejects with. */
export async function faultOf(work: Promise<unknown>): Promise<{ code: string; text: string }> {
  const error = await rejection(work);
  if (!(error instanceof Error) || !('code' in error) || error.name !== 'Fault') throw error;
  return { code: String(error.code), text: error.message };
}
