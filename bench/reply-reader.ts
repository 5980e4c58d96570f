import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { EventEmitter } from 'eventemitter3';
import { z } from 'zod';
import { type MonitorHost, type PluginInstance, register } from '../src/index.js';
import { uniqueAlerts } from './alerts.js';
import { inCalls } from './in-calls.js';
import { person } from './open-plugin.js';

// The plugin in a process of its own, which reads replies and is told by its parent when: so that what the benchmark
// itself has in memory does not count.

const setup = z
  .object({ folder: z.string(), account: z.record(z.string(), z.unknown()) })
  .parse(JSON.parse(process.argv[2] ?? ''));
const wish = z.union([
  z.object({ alerts: z.int() }),
  z.object({ acknowledged: z.int() }),
  z.enum(['start', 'settle', 'stop']),
]);

/** By then what was written has become files, which it is kept in memory for until then. */
const settleMs = 10_000;

let plugin: PluginInstance | undefined;
let acknowledged = 0;
let look = () => {};
const silent = () => {};

const host: MonitorHost = {
  apiVersion: 1,
  name: 'bench',
  settings: {
    accounts: { alerts: setup.account },
    actions: [{ name: 'ops', type: 'email', account: 'alerts', to: [person] }],
    // Of answers a provider takes 20 a minute: this is about reading.
    acknowledgement: {
      account: 'alerts',
      authentication: 'none',
      allow: ['*@example.com'],
      answers: { confirm: false, tellOthers: false },
    },
    http: { publicUrl: 'https://monitor.example.com/ackmail' },
  },
  settingsDir: setup.folder,
  dataDir: join(setup.folder, 'data'),
  log: { debug: silent, info: silent, warn: console.error, error: console.error },
  events: new EventEmitter(),
  async acknowledge() {
    acknowledged += 1;
    look();
    return 'acknowledged';
  },
};

async function grant(wished: z.infer<typeof wish>): Promise<void> {
  const at = process.hrtime.bigint();
  if (wished === 'start') {
    plugin = await register(host);
    await plugin.start();
  } else if (wished === 'stop') await plugin?.stop();
  else if (wished === 'settle') await wait(settleMs);
  else if ('alerts' in wished)
    await inCalls(uniqueAlerts(wished.alerts), async (call) => plugin?.handleAlerts(call));
  else
    await new Promise<void>((resolve) => {
      look = () => acknowledged >= wished.acknowledged && resolve();
      look();
    });
  const doneAt = process.hrtime.bigint();
  globalThis.gc?.();
  process.send?.({ at: at.toString(), doneAt: doneAt.toString(), rss: process.memoryUsage().rss });
}

process.on('message', (message) => void grant(wish.parse(message)));
process.on('disconnect', () => process.exit(0));
