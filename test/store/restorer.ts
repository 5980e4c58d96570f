import { writeSync } from 'node:fs';
import { killAt } from '../helpers/kill-at.js';

// A process for restore.test.ts to be killed: restores a copy of a data directory, holding its outbox, and is killed
// instead of the STEPth change of a file. Says how many there are. Usage: restorer.ts FROM DIR STEP

const [from = '', dir = '', step = '0'] = process.argv.slice(2);
const killing = await killAt();
const { restore } = await import('../../src/store/restore.js');
const { systemClock } = await import('../../src/core/clock.js');
const { note } = await import('./data-folder.js');

killing.arm(Number(step));
await restore.run({
  from,
  dir,
  clock: systemClock,
  onDamage: () => {},
  async prepare(store) {
    const outbox = store.collection('outbox', note);
    for (const name of await outbox.names()) await outbox.rename(name, `held.${name}`);
  },
});
writeSync(1, `${killing.count()}\n`);
