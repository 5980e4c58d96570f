import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { Fault } from '../core/fault.js';
import { createFolderSync } from './folder-sync.js';
import { hasCode } from './has-code.js';

const version = 1;
const file = 'backup.json';
const onDisk = z.object({
  v: z.literal(version),
  /** The version of Ackmail that made it. */
  ackmail: z.string(),
  at: z.iso.datetime().transform((text) => new Date(text)),
  files: z.int(),
  /** Names the key at rest that it is sealed with, and tells nothing else of it. */
  kid: z.string(),
});

/** What a backup says of itself. */
export type BackupManifest = Readonly<Omit<z.infer<typeof onDisk>, 'v'>>;

/** The file `backup.json` of a backup. It is written last: a backup without it was broken off. */
export const backupManifest = {
  async write(folder: string, manifest: BackupManifest): Promise<void> {
    const text = `${JSON.stringify({ v: version, ...manifest }, undefined, 2)}\n`;
    await writeFile(join(folder, file), text, { mode: 0o600, flag: 'wx', flush: true });
    await createFolderSync(folder)();
  },

  /** Undefined where there is none, or none that can be read. Throws `STORE_NEWER`. */
  async read(folder: string): Promise<BackupManifest | undefined> {
    const path = join(folder, file);
    const text = await readFile(path, 'utf8').catch((error: unknown) => {
      if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) return '';
      throw error;
    });
    const value = parseJson(text);
    const found = z.looseObject({ v: z.int() }).safeParse(value).data?.v ?? version;
    if (found > version) throw new Fault('STORE_NEWER', { file: path, found, known: version });
    return onDisk.safeParse(value).data;
  },
};

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
