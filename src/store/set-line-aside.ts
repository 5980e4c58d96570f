import { writeFile } from 'node:fs/promises';
import { Fault } from '../core/fault.js';
import type { Folder } from './folder.js';
import { reserveAside } from './reserve-aside.js';

/** Copies a line of the journal that cannot be read into the quarantine folder; gives the fault that tells of it. */
export async function setLineAside(
  file: string,
  line: Uint8Array,
  quarantine: Folder,
  at: Date,
): Promise<Fault> {
  const aside = await reserveAside(quarantine, 'journal', at);
  await writeFile(aside, line, { flush: true });
  await quarantine.sync();
  return new Fault('STORE_DAMAGED', { file, aside, detail: 'a line of it is damaged' });
}
