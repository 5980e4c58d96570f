import type { RaisedEvent } from '../src/index.js';
import { uniqueAlerts } from './alerts.js';
import { inCalls } from './in-calls.js';
import { median } from './median.js';
import type { OpenPlugin } from './open-plugin.js';
import { startAlertmanager } from './start-alertmanager.js';
import type { MailServers } from './start-mail-servers.js';

const rounds = 3;
const groups = 2_000;

/**
 * Mails a second of the plugin, by its 3 connections, and of Prometheus Alertmanager's own sender, which has one for
 * each group of alerts; from the first call to the last mail that the same server accepted, in turns.
 */
export async function measureAlertmanager(
  servers: MailServers,
  { plugin }: OpenPlugin,
): Promise<Record<string, number>> {
  const alertmanager = await startAlertmanager(servers.smtpPort);
  const own: number[] = [];
  const theirs: number[] = [];
  try {
    for (let round = 0; round <= rounds; round += 1) {
      const ownRate = await rate(servers, (events) => plugin.handleAlerts(events));
      const theirRate = await rate(servers, alertmanager.post);
      // The first is to warm up.
      if (round === 0) continue;
      own.push(ownRate);
      theirs.push(theirRate);
    }
  } finally {
    await alertmanager.close();
  }
  return {
    'send.vsAlertmanager': median(own.map((each, round) => each / (theirs[round] ?? Number.NaN))),
    'send.alertmanagerPerSecond': median(theirs),
  };
}

async function rate(
  servers: MailServers,
  accept: (events: readonly RaisedEvent[]) => Promise<unknown>,
): Promise<number> {
  const alerts = uniqueAlerts(groups);
  const { count } = await servers.taken(0);
  const startedAt = process.hrtime.bigint();
  const taken = servers.taken(count + groups);
  await inCalls(alerts, accept);
  const { at } = await taken;
  return (groups * 1e9) / Number(at - startedAt);
}
