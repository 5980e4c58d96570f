import { closeSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Folder } from './folder.js';
import { openFile } from './open-file.js';
import { sync } from './sync.js';

/** A file that lines are added to. */
export interface JournalFile {
  readonly path: string;
  /** How many characters were added. */
  readonly length: number;
  /** False once a write has failed: what stands at its end is not known. */
  readonly isSound: boolean;
  /** Adds a line; it is on disk when this returns. Whoever comes while the disk is busy shares the next sync. */
  append(line: string): Promise<void>;
  close(): void;
}

interface Waiting {
  readonly line: string;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Makes a file of the journal (0600), which must not be there; its name is on disk when this returns. */
export async function createJournalFile(folder: Folder, file: string): Promise<JournalFile> {
  await folder.ready();
  const path = join(folder.path, file);
  const descriptor = await openFile(path, 'ax', 0o600);
  await folder.sync();
  let waiting: Waiting[] = [];
  let committing = false;
  let length = 0;
  let failure: { readonly error: unknown } | undefined;

  const write = async (batch: readonly Waiting[]) => {
    if (failure) throw failure.error;
    try {
      writeFileSync(descriptor, batch.map(({ line }) => `${line}\n`).join(''));
      await sync(descriptor);
    } catch (error) {
      failure = { error };
      throw error;
    }
  };
  const commit = async () => {
    committing = true;
    while (waiting.length > 0) {
      // Those who were woken by the last sync have come back by then.
      await nextTurn();
      const batch = waiting;
      waiting = [];
      const failed = await write(batch).then(
        () => undefined,
        (error: unknown) => ({ error }),
      );
      for (const { resolve, reject } of batch) failed ? reject(failed.error) : resolve();
    }
    committing = false;
  };

  return {
    path,
    get length() {
      return length;
    },
    get isSound() {
      return failure === undefined;
    },
    append(line) {
      length += line.length;
      return new Promise((resolve, reject) => {
        waiting.push({ line, resolve, reject });
        if (!committing) void commit();
      });
    },
    close: () => closeSync(descriptor),
  };
}

/** The lines of a file of the journal. What a crash left without its end was never reported as written. */
export async function readJournalFile(path: string): Promise<readonly Buffer[]> {
  const bytes = await readFile(path);
  const lines: Buffer[] = [];
  let start = 0;
  for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, start)) {
    lines.push(bytes.subarray(start, end));
    start = end + 1;
  }
  return lines;
}
