import { writeSync } from 'node:fs';
import { killAt } from '../helpers/kill-at.js';

// A process for rotate-key.test.ts to be killed: rotates the key at rest of a data directory, and is killed instead
// of the STEPth change of a file. Says how many there are. Usage: rotator.ts DIR KEYFILE STEP

const [dir = '', keyFile = '', step = '0'] = process.argv.slice(2);
const killing = await killAt();
const { loadKey } = await import('../../src/store/load-key.js');
const { openStore } = await import('../../src/store/open-store.js');
const { createKeyRotation } = await import('../../src/store/rotate-key.js');
const { systemClock } = await import('../../src/core/clock.js');
const { secretNote } = await import('./data-folder.js');

const loaded = await loadKey({ env: {}, keyFile, defaultFile: keyFile });
const { key, olderKeys } = loaded;
const store = await openStore({ dir, key, olderKeys, clock: systemClock });
for (const name of ['grants', 'references']) store.collection(name, secretNote);
const rotation = createKeyRotation(loaded, store);
killing.arm(Number(step));
await rotation.finish();
await rotation.rotate();
await store.close();
writeSync(1, `${killing.count()}\n`);
