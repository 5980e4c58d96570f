import { mkdir, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { EventEmitter } from 'eventemitter3';
import { z } from 'zod';
import { register } from '../src/index.js';
import { uniqueAlerts } from './alerts.js';
import { waitingSettings } from './waiting-settings.js';

// Accepts alerts in a process of its own, while the mail server cannot be reached: what is accepted waits. Besides,
// writes as many documents with the least code that makes them durable.

const wish = z.object({ what: z.enum(['accept', 'fill', 'write']), count: z.int() });
const inFlight = 16;
const alertsAFillingCall = 10;

const [folder = ''] = process.argv.slice(2);
const silent = () => {};
const plugin = await register({
  apiVersion: 1,
  name: 'bench',
  settings: waitingSettings,
  settingsDir: folder,
  dataDir: join(folder, 'data'),
  log: { debug: silent, info: silent, warn: silent, error: console.error },
  events: new EventEmitter(),
  acknowledge: async () => 'acknowledged',
});
await plugin.start();
const bareFolder = join(folder, 'bare');
await mkdir(bareFolder);
let written = 0;

/** Runs a task as often as asked for, so many of them at once; answers how many milliseconds that took. */
async function timed(count: number, task: (index: number) => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  let next = 0;
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      while (next < count) {
        next += 1;
        await task(next - 1);
      }
    }),
  );
  return performance.now() - startedAt;
}

/** The four steps that make a document durable. */
async function write(text: string): Promise<void> {
  written += 1;
  const file = join(bareFolder, `${written}.json`);
  const handle = await open(`${file}.tmp`, 'wx');
  await handle.writeFile(text);
  await handle.sync();
  await handle.close();
  await rename(`${file}.tmp`, file);
  const holder = await open(bareFolder);
  await holder.sync();
  await holder.close();
}

const tasks = {
  accept(count: number) {
    const alerts = uniqueAlerts(count);
    return timed(count, (index) => plugin.handleAlerts(alerts.slice(index, index + 1)));
  },
  fill: (count: number) =>
    timed(count / alertsAFillingCall, () => plugin.handleAlerts(uniqueAlerts(alertsAFillingCall))),
  write(count: number) {
    const texts = uniqueAlerts(count).map((event) => JSON.stringify({ v: 1, action: 'ops', event }));
    return timed(count, (index) => write(texts[index] ?? ''));
  },
};

process.on('message', async (message) => {
  const { what, count } = wish.parse(message);
  process.send?.({ tookMs: await tasks[what](count) });
});
process.on('disconnect', async () => {
  await plugin.stop();
  process.exit(0);
});
process.send?.({ tookMs: 0 });
