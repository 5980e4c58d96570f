import { z } from 'zod';
import { Fault } from '../core/fault.js';

/** What became of one document. */
export interface Change {
  readonly collection: string;
  readonly name: string;
  /** The text of its file, which is JSON on one line; null when it was removed. */
  readonly text: string | null;
}

/** Changes that are made together, and when. */
export interface Changes {
  readonly at: Date;
  readonly changes: readonly Change[];
}

const onDisk = z.object({
  v: z.int(),
  at: z.number().transform((ms) => new Date(ms)),
  changes: z.array(
    z
      .tuple([z.string(), z.string(), z.record(z.string(), z.unknown()).nullable()])
      .transform(([collection, name, value]) => ({
        collection,
        name,
        text: value === null ? null : JSON.stringify(value),
      })),
  ),
});

const version = 1;

/** Changes as one line of the journal, and back. */
export const changeLine = {
  write: ({ at, changes }: Changes): string => {
    // The names are a-z, 0-9 and a few signs, and the texts are JSON, so nothing needs to be escaped once more.
    const all = changes.map(({ collection, name, text }) => `["${collection}","${name}",${text}]`);
    return `{"v":${version},"at":${at.getTime()},"changes":[${all.join(',')}]}`;
  },

  /** Throws the fault STORE_NEWER for a line that a newer Ackmail wrote, and anything else for a damaged one. */
  read(line: Uint8Array): Changes {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(line));
    const { v } = z.looseObject({ v: z.int() }).parse(value);
    if (v > version) throw new Fault('STORE_NEWER', { file: 'the journal', found: v, known: version });
    return onDisk.parse(value);
  },
};
