import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventEmitter } from 'eventemitter3';
import { type Acknowledgement, type MonitorHost, type PluginInstance, register } from '../src/index.js';
import { authservId } from '../test/helpers/received.js';
import { login, type MailServers } from './start-mail-servers.js';

/** The person who gets the mails. */
export const person = 'ops@example.com';

/** The plugin in a host of the benchmark, started and watching. */
export interface OpenPlugin {
  readonly plugin: PluginInstance;
  readonly events: EventEmitter;
  /** Where it keeps everything. */
  readonly dataDir: string;
  /** Called when an acknowledgement reaches the host. */
  onAcknowledge: (acknowledgement: Acknowledgement) => void;
  close(): Promise<void>;
}

/** The connections that mail leaves by, for the plugin and for what it is compared to. */
export const connections = 3;

/** Opens the plugin with a data directory of its own on the disk that temporary files are on. */
export async function openPlugin({ smtpPort, imapPort }: MailServers): Promise<OpenPlugin> {
  const folder = await mkdtemp(join(tmpdir(), 'ackmail-bench-'));
  const server = { host: '127.0.0.1', security: 'none' };
  const account = {
    grant: 'password',
    mailbox: login.user,
    password: login.password,
    smtp: { ...server, port: smtpPort, connections },
    imap: { ...server, port: imapPort },
  };
  const silent = () => {};
  const host: MonitorHost = {
    apiVersion: 1,
    name: 'bench',
    settings: {
      accounts: { alerts: account },
      actions: [{ name: 'ops', type: 'email', account: 'alerts', to: [person] }],
      acknowledgement: { account: 'alerts', authservId, allow: ['*@example.com'] },
      http: { publicUrl: 'https://monitor.example.com/ackmail' },
    },
    settingsDir: folder,
    dataDir: join(folder, 'data'),
    log: { debug: silent, info: silent, warn: silent, error: console.error },
    events: new EventEmitter(),
    async acknowledge(acknowledgement) {
      opened.onAcknowledge(acknowledgement);
      return 'acknowledged';
    },
  };
  const plugin = await register(host);
  const events = new EventEmitter();
  host.events.on('delivery', (delivery) => events.emit('delivery', delivery));
  const opened: OpenPlugin = {
    plugin,
    events,
    dataDir: host.dataDir,
    onAcknowledge: silent,
    async close() {
      await plugin.stop();
      await rm(folder, { recursive: true });
    },
  };
  await plugin.start();
  for (let state = ''; state !== 'watching'; state = (await plugin.status()).acknowledgement?.state ?? '')
    await new Promise((resolve) => setTimeout(resolve, 20));
  return opened;
}
