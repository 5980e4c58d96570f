import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHost, type SmallHost } from '../../src/cli/create-host.js';
import { settingsContext } from '../../src/cli/settings-context.js';
import { type Clock, systemClock } from '../../src/core/clock.js';
import type { Log } from '../../src/core/host.js';
import { type HostEventEmitter, type PluginInstance, register } from '../../src/index.js';
import { fakeTerminal } from './fake-terminal.js';
import { freePort } from './free-port.js';
import { person } from './lab.js';
import { quietLog } from './quiet-log.js';

const secret = 'the-secret-of-the-hook';

/** What `ackmail serve` runs, in this process, and the door that Alertmanager knocks at. */
export interface StartedAckmail {
  readonly plugin: PluginInstance;
  readonly events: HostEventEmitter;
  /** Posts to its webhook. */
  post(body: string | ReadableStream): Promise<{ readonly status: number; readonly text: string }>;
}

/** Starts it with one account, and a bridge to an Alertmanager that is away; `ends` gets how to end it. */
export async function startAckmail(
  ends: (() => unknown)[],
  account: object,
  clock: Clock = systemClock,
  more: { readonly dataDir?: string; readonly log?: Log } = {},
): Promise<StartedAckmail> {
  const dir = await mkdtemp(join(tmpdir(), 'ackmail-started-'));
  ends.push(() => rm(dir, { recursive: true }));
  const port = await freePort();
  const settings = {
    ...(more.dataDir === undefined ? {} : { dataDir: more.dataDir }),
    accounts: { alerts: account },
    actions: [{ name: 'ops', type: 'email', account: 'alerts', to: [person] }],
    monitors: { prod: { type: 'alertmanager', url: `http://127.0.0.1:${await freePort()}`, secret } },
    http: { listen: `127.0.0.1:${port}` },
  };
  await writeFile(join(dir, 'ackmail.yaml'), JSON.stringify(settings));
  const context = await settingsContext({}, fakeTerminal({ cwd: dir }));
  const small: SmallHost = createHost({ context, env: {}, clock, log: more.log ?? quietLog });
  const plugin = await register(small.host, { clock });
  await small.start(plugin);
  await plugin.start();
  ends.push(() => Promise.all([small.stop(), plugin.stop()]));
  return {
    plugin,
    events: small.host.events,
    async post(body) {
      const response = await fetch(`http://127.0.0.1:${port}/monitors/prod`, {
        method: 'POST',
        headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
        body,
        duplex: 'half',
      });
      return { status: response.status, text: await response.text() };
    },
  };
}

/** An alert as Alertmanager posts it. */
export function firing(name: string) {
  return {
    status: 'firing',
    labels: { alertname: 'DiskFull', instance: name, severity: 'critical' },
    annotations: { summary: 'The disk is full' },
    startsAt: new Date().toISOString(),
    endsAt: '0001-01-01T00:00:00Z',
    fingerprint: name.replace(/\W/g, '-'),
  };
}
