import { closeSync, fstatSync, readSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { History, HistoryEntry } from '../core/store.js';
import type { Folder } from './folder.js';
import { createDayReader } from './history-day.js';
import { openFile } from './open-file.js';

/** History in files, one a day. */
export interface HistoryLog extends History {
  /** Removes the files of the days that ended before a moment; returns how many. */
  purge(before: Date, keep: (day: string) => boolean): Promise<number>;
  /** Closes the file that is open; nothing may be under way. */
  close(): void;
}

/**
 * History as one JSON object a line, in a file for each day (UTC) of the entries' `at`.
 *
 * Concurrent appends become one write. Lines are not synced one by one: after a power failure the last
 * seconds may be missing. A line that a crash left torn is passed over. A fact that was a Date is read back
 * as its ISO 8601 text.
 */
export function createHistoryLog(folder: Folder): HistoryLog {
  let waiting: HistoryEntry[] = [];
  let running: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;
  let open: { readonly path: string; readonly descriptor: number } | undefined;

  const close = () => {
    if (open) closeSync(open.descriptor);
    open = undefined;
  };
  /** The file of the last day that was written is kept open, unless somebody has removed it. */
  const openAt = async (path: string): Promise<number> => {
    if (open?.path === path && fstatSync(open.descriptor).nlink > 0) return open.descriptor;
    close();
    const descriptor = await openFile(path, 'a+', 0o600);
    open = { path, descriptor };
    if (endsTorn(descriptor)) writeFileSync(descriptor, '\n');
    return descriptor;
  };
  const begin = async () => {
    const entries = waiting;
    waiting = [];
    next = undefined;
    await folder.ready();
    for (const day of new Set(entries.map((entry) => dayOf(entry.at)))) {
      const ofDay = entries.filter((entry) => dayOf(entry.at) === day);
      const lines = ofDay.map((entry) => `${JSON.stringify(entry)}\n`).join('');
      try {
        writeFileSync(await openAt(join(folder.path, `${day}.ndjson`)), lines);
      } catch (error) {
        // The line may have been cut off; that is seen when the file is opened again.
        close();
        throw error;
      }
    }
  };
  const days = () => folder.names('.ndjson');

  return {
    append(entry) {
      waiting.push(entry);
      if (next === undefined) {
        next = running.then(begin, begin);
        running = next;
      }
      return next;
    },
    async *since(date, { until, texts } = {}) {
      const read = createDayReader(texts);
      for (const day of await days()) {
        if (day < dayOf(date) || (until && day > dayOf(until))) continue;
        for (const entry of await read(join(folder.path, `${day}.ndjson`)))
          if (entry.at >= date && !(until && entry.at >= until)) yield entry;
      }
    },
    async purge(before, keep) {
      const over = (await days()).filter((day) => day < dayOf(before) && !keep(day));
      for (const day of over) await rm(join(folder.path, `${day}.ndjson`), { force: true });
      if (over.length > 0) await folder.sync();
      return over.length;
    },
    close,
  };
}

function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}

/** Whether the last line has no end: a crash or a full disk cut it off, and nothing may be glued to it. */
function endsTorn(file: number): boolean {
  const { size } = fstatSync(file);
  if (size === 0) return false;
  const last = Buffer.alloc(1);
  readSync(file, last, 0, 1, size - 1);
  return last.toString() !== '\n';
}
