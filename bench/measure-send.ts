import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import { z } from 'zod';
import type { Delivery } from '../src/index.js';
import { until } from '../test/helpers/until.js';
import { uniqueAlerts } from './alerts.js';
import { inCalls } from './in-calls.js';
import { median } from './median.js';
import { connections, type OpenPlugin, person } from './open-plugin.js';
import { login, type MailServers } from './start-mail-servers.js';

const rounds = 7;
const mailsARound = 600;

const composed = z.object({ raw: z.string() });

/**
 * Messages a second through the whole plugin, and through a bare nodemailer pool with as many connections that
 * sends the same bytes to the same server; in turns, after a round to warm up.
 *
 * The plugin's time ends when the last mail is settled on disk, the bare pool's when the last is accepted.
 */
export async function measureSend(servers: MailServers, open: OpenPlugin): Promise<Record<string, number>> {
  const pool = createTransport({
    pool: true,
    host: '127.0.0.1',
    port: servers.smtpPort,
    ignoreTLS: true,
    auth: { user: login.user, pass: login.password },
    maxConnections: connections,
    maxMessages: Number.POSITIVE_INFINITY,
    logger: false,
  });
  const plugin: number[] = [];
  const bare: number[] = [];
  try {
    await throughPlugin(open);
    const mails = await composedMails(open.dataDir);
    const throughPool = () =>
      rate(() =>
        Promise.all(mails.map((raw) => pool.sendMail({ envelope: { from: login.user, to: [person] }, raw }))),
      );
    await throughPool();
    for (let round = 0; round < rounds; round += 1) {
      plugin.push(await throughPlugin(open));
      bare.push(await throughPool());
    }
  } finally {
    pool.close();
  }
  return {
    // Of neighbours, so that a machine that is busier for a while is so for both.
    'send.ratio': median(plugin.map((own, round) => own / (bare[round] ?? Number.NaN))),
    'send.perSecond': median(plugin),
    'send.barePerSecond': median(bare),
  };
}

function throughPlugin({ plugin, events }: OpenPlugin): Promise<number> {
  const alerts = uniqueAlerts(mailsARound);
  return rate(async () => {
    let left = mailsARound;
    const told = new Promise<void>((resolve) => {
      const onDelivery = (delivery: Delivery) => {
        if (delivery.status === 'delivered') left -= delivery.eventIds.length;
        if (left > 0) return;
        events.off('delivery', onDelivery);
        resolve();
      };
      events.on('delivery', onDelivery);
    });
    await inCalls(alerts, (call) => plugin.handleAlerts(call));
    await told;
  });
}

async function rate(send: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await send();
  return (mailsARound * 1_000) / (performance.now() - startedAt);
}

/** The messages that the plugin has composed so far; their files come when it has been quiet for a second. */
async function composedMails(dataDir: string): Promise<readonly string[]> {
  const folder = join(dataDir, 'mails');
  const names = await until('the files of the mails', async () => {
    const found = (await readdir(folder)).filter((name) => name.endsWith('.json'));
    return found.length === mailsARound && found;
  });
  return Promise.all(
    names.map(async (name) => composed.parse(JSON.parse(await readFile(join(folder, name), 'utf8'))).raw),
  );
}
