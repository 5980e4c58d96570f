import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventEmitter } from 'eventemitter3';
import { type MonitorHost, register } from '../src/index.js';
import { uniqueAlerts } from './alerts.js';
import { inCalls } from './in-calls.js';
import { person } from './open-plugin.js';
import { startAlertmanager } from './start-alertmanager.js';
import { login } from './start-mail-servers.js';
import { startStormSink } from './start-storm-sink.js';

const alertCount = 10_000;
const patienceMs = 120_000;
const alertmanagerMs = 60_000;

/**
 * A storm of 10,000 alerts to one list of recipients, by an account with the rate of Microsoft 365, into a server that
 * has its limits: until every alert is named in a mail that was accepted.
 */
export async function measureStorm(): Promise<Record<string, number>> {
  const folder = await mkdtemp(join(tmpdir(), 'ackmail-storm-'));
  const sink = await startStormSink();
  const plugin = await register(hostIn(folder, sink.port));
  try {
    await plugin.start();
    const alerts = uniqueAlerts(alertCount);
    const startedAt = performance.now();
    await inCalls(alerts, (call) => plugin.handleAlerts(call));
    const acceptedMs = performance.now() - startedAt;
    await sink.allNamed(alertCount, patienceMs);
    return {
      'storm.acceptedPerSecond': (alertCount * 1_000) / acceptedMs,
      'storm.seconds': (performance.now() - startedAt) / 1_000,
      'storm.mails': sink.mails(),
      'storm.unnamed': alertCount - sink.named(),
      'storm.throttled': sink.throttled(),
    };
  } finally {
    await plugin.stop();
    await sink.close();
    await rm(folder, { recursive: true });
  }
}

/** The same storm into Prometheus Alertmanager, which mails each alert by itself into such a server, for a minute. */
export async function measureAlertmanagerStorm(): Promise<Record<string, number>> {
  const sink = await startStormSink();
  const alertmanager = await startAlertmanager(sink.port);
  try {
    const startedAt = performance.now();
    await inCalls(uniqueAlerts(alertCount), alertmanager.post);
    await sink.allNamed(alertCount, alertmanagerMs - (performance.now() - startedAt));
    return {
      'storm.alertmanagerNamed': sink.named(),
      'storm.alertmanagerThrottled': sink.throttled(),
    };
  } finally {
    await alertmanager.close();
    await sink.close();
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
