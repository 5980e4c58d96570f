import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { HistoryEntry } from '../core/store.js';
import { hasCode } from './has-code.js';
import { readEntry } from './read-entry.js';
import { createTextFinder, type FindText } from './text-finder.js';

/** Reads the file of a day of the history; answers its entries, oldest first, and none where there is no file. */
export type ReadDay = (path: string) => Promise<readonly HistoryEntry[]>;

const lineEnd = 10;

/**
 * Makes the reader of one day after another. With `texts` only the lines that hold one of them are read: looking
 * through the bytes of a file costs a hundredth of reading what they say. */
export function createDayReader(texts?: readonly string[]): ReadDay {
  if (texts === undefined) return async (path) => entriesOf((await textOf(path)).split('\n'));
  const finders = texts.map((text) => createTextFinder(JSON.stringify(text).slice(1, -1)));
  // One room for all days: to make a new one for each takes longer than to read it.
  let room = Buffer.alloc(0);
  return async (path) => {
    // Each day is a short stop for everything else, and not all of them together.
    await nextTurn();
    const file = openIfThere(path);
    if (file === undefined) return [];
    try {
      const { size } = fstatSync(file);
      if (size > room.length) room = Buffer.allocUnsafeSlow(size);
      const bytes = room.subarray(0, readSync(file, room, 0, size, 0));
      return entriesOf(linesWith(bytes, finders));
    } finally {
      closeSync(file);
    }
  };
}

/** The lines in which any of some texts stands, in their order. */
function linesWith(bytes: Buffer, finders: readonly FindText[]): readonly string[] {
  const lines = new Map<number, string>();
  for (const find of finders)
    for (let at = find(bytes, 0); at !== -1; ) {
      const end = bytes.indexOf(lineEnd, at);
      const start = bytes.lastIndexOf(lineEnd, at) + 1;
      lines.set(start, bytes.toString('utf8', start, end === -1 ? bytes.length : end));
      at = end === -1 ? -1 : find(bytes, end);
    }
  return [...lines].sort(([a], [b]) => a - b).map(([, line]) => line);
}

/** What the lines say, oldest first; one that is torn is passed over. */
function entriesOf(lines: readonly string[]): readonly HistoryEntry[] {
  const entries: HistoryEntry[] = [];
  for (const line of lines) {
    const entry = readEntry(line);
    if (entry) entries.push(entry);
  }
  return entries.sort((a, b) => a.at.getTime() - b.at.getTime());
}

function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

function textOf(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return '';
    throw error;
  });
}
