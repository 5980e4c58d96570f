import { writeSync } from 'node:fs';
import { systemClock } from '../../src/core/clock.js';
import { openStore } from '../../src/store/open-store.js';
import { key, note } from './data-folder.js';

// A process for journal.test.ts to kill: writes documents and says on standard output, synchronously,
// which of them the store has reported as written. Usage: writer.ts DIR ROUND

const [dir = '', round = ''] = process.argv.slice(2);
const store = await openStore({ dir, key, clock: systemClock });
const notes = store.collection('notes', note);
let count = 0;
await Promise.all(
  Array.from({ length: 8 }, async (_, lane) => {
    for (;;) {
      const name = `${round}-${count++}`;
      await notes.put(name, { text: textOf(name) });
      // One document that is written over and over: it must always be whole.
      await notes.put(`again-${lane}`, { text: textOf(name) });
      writeSync(1, `${name}\n`);
    }
  }),
);

function textOf(name: string): string {
  return `${name} ${'x'.repeat(3_000)}`;
}
