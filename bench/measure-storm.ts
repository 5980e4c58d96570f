import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventEmitter } from 'eventemitter3';
import { type MonitorHost, register } from '../src/index.js';
import { startSubmissionServer } from '../test/helpers/submission-server.js';
import { uniqueAlerts } from './alerts.js';
import { person } from './open-plugin.js';
import { login } from './start-mail-servers.js';

const alertCount = 10_000;
const alertsACall = 10;
const callsAtOnce = 6;
const patienceMs = 120_000;

/**
 * A storm of 10,000 alerts to one list of recipients, by an account with the rate of Microsoft 365, into a server that
 * has its limits: until every alert is named in a mail that was accepted.
 */
export async function measureStorm(): Promise<Record<string, number>> {
  const folder = await mkdtemp(join(tmpdir(), 'ackmail-storm-'));
  const named = new Set<string>();
  let allNamed = () => {};
  const told = new Promise<void>((resolve) => {
    allNamed = resolve;
  });
  const server = await startSubmissionServer({
    sink: true,
    exchangeLimits: true,
    password: { user: login.user, pass: login.password },
    onMail({ raw }) {
      for (const [name] of decoded(raw).matchAll(/db\d+\.example\.com/g)) named.add(name);
      if (named.size >= alertCount) allNamed();
    },
  });
  const plugin = await register(hostIn(folder, server.port));
  try {
    await plugin.start();
    const alerts = uniqueAlerts(alertCount);
    const startedAt = performance.now();
    let next = 0;
    await Promise.all(
      Array.from({ length: callsAtOnce }, async () => {
        while (next < alertCount) {
          const call = alerts.slice(next, next + alertsACall);
          next += alertsACall;
          await plugin.handleAlerts(call);
        }
      }),
    );
    const acceptedMs = performance.now() - startedAt;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, patienceMs);
    });
    await Promise.race([told, late]);
    clearTimeout(timer);
    return {
      'storm.acceptedPerSecond': (alertCount * 1_000) / acceptedMs,
      'storm.seconds': (performance.now() - startedAt) / 1_000,
      'storm.mails': server.count(),
      'storm.unnamed': alertCount - named.size,
      'storm.throttled': server.throttled(),
    };
  } finally {
    await plugin.stop();
    await server.close();
    await rm(folder, { recursive: true });
  }
}

function hostIn(folder: string, port: number): MonitorHost {
  const silent = () => {};
  const smtp = { host: '127.0.0.1', port, security: 'none', rate: { burst: 10, perMinute: 20 } };
  return {
    apiVersion: 1,
    name: 'bench',
    settings: {
      accounts: {
        alerts: { grant: 'password', mailbox: login.user, password: login.password, smtp },
      },
      actions: [{ name: 'ops', type: 'email', account: 'alerts', to: [person] }],
    },
    settingsDir: folder,
    dataDir: join(folder, 'data'),
    log: { debug: silent, info: silent, warn: silent, error: console.error },
    events: new EventEmitter(),
    acknowledge: async () => 'acknowledged',
  };
}

/** The text of a message, quoted-printable taken off (RFC 2045 section 6.7). */
function decoded(raw: string): string {
  return raw
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
