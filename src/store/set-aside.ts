import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { ZodError } from 'zod';
import { Fault } from '../core/fault.js';
import type { Folder } from './folder.js';
import { reserveAside } from './reserve-aside.js';

/** A document that cannot be read. */
export interface DamagedDocument {
  readonly folder: Folder;
  readonly collection: string;
  readonly name: string;
  /** What was thrown when it was read. */
  readonly why: unknown;
}

/**
 * Moves a damaged document into the quarantine folder, where nothing is overwritten, and gives the fault
 * `STORE_DAMAGED` that tells of it.
 */
export async function setAside(
  { folder, collection, name, why }: DamagedDocument,
  quarantine: Folder,
  at: Date,
): Promise<Fault> {
  const file = join(folder.path, `${name}.json`);
  const aside = await reserveAside(quarantine, `${collection}-${name}`, at);
  await rename(file, aside);
  // It is out of the way, which must be told; where it comes back after a power failure it is set aside again.
  await Promise.allSettled([quarantine.sync(), folder.sync()]);
  return new Fault('STORE_DAMAGED', { file, aside, detail: detailOf(why) });
}

/** Says what is wrong without the words of the parser, which quote the document. */
function detailOf(why: unknown): string {
  if (why instanceof SyntaxError) return 'it is not JSON';
  if (why instanceof ZodError) {
    const fields = why.issues.map((issue) => issue.path.join('.') || 'the whole').slice(0, 5);
    return `not as expected: ${fields.join(', ')}`;
  }
  if (why instanceof RangeError) return 'its version is not known';
  return 'it was altered, or its contents are not as expected';
}
