import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PluginInstance, register } from '../../src/index.js';
import { type Lab, person, startLab } from '../../test/helpers/lab.js';
import { authservId } from '../../test/helpers/received.js';
import { createMonitor, type Monitor } from './monitor.js';
import { startWebhookReceiver, type WebhookReceiver } from './webhook-receiver.js';

/** What the story happens among, before Ackmail is there. */
export interface Servers {
  /** The authorization server, the submission server and the IMAP server. */
  readonly lab: Lab;
  readonly chat: WebhookReceiver;
}

/** What the story happens among. */
export interface Stage extends Servers {
  readonly monitor: Monitor;
  readonly ackmail: PluginInstance;
}

/** Puts something on the list of what is to be done at the end, last one first. */
export type AtEnd = (close: () => Promise<unknown>) => void;

/** Starts the servers, on free ports of 127.0.0.1. */
export async function startServers(atEnd: AtEnd): Promise<Servers> {
  const lab = await startLab();
  atEnd(() => lab.close());
  const chat = await startWebhookReceiver();
  atEnd(() => chat.close());
  return { lab, chat };
}

/** Starts Ackmail inside a monitor, with a temporary folder for everything that it keeps. */
export async function startAckmail(
  { lab, chat }: Servers,
  atEnd: AtEnd,
  onWarning: (message: string) => void,
): Promise<Stage> {
  const dir = await mkdtemp(join(tmpdir(), 'ackmail-demo-'));
  atEnd(() => rm(dir, { recursive: true, force: true, maxRetries: 3 }));
  const actions = [
    { name: 'ops', type: 'email', account: 'alerts', to: [person] },
    { name: 'chat', type: 'webhook', url: chat.url },
  ];
  const monitor = createMonitor(
    lab.settings({ actions, acknowledgement: { account: 'alerts', authservId } }),
    dir,
    onWarning,
  );
  const ackmail = await register(monitor);
  atEnd(() => ackmail.stop());
  await ackmail.start();
  return { lab, chat, monitor, ackmail };
}
