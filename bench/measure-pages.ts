import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { EventEmitter } from 'eventemitter3';
import { replyType } from '../src/ack/reply-record.js';
import { systemClock } from '../src/core/clock.js';
import type { HistoryEntry } from '../src/core/store.js';
import { type MonitorHost, type PluginInstance, register } from '../src/index.js';
import { createFolder } from '../src/store/folder.js';
import { createHistoryLog } from '../src/store/history-log.js';
import { openStore } from '../src/store/open-store.js';
import { freePort } from '../test/helpers/free-port.js';
import { type ConsoleVisit, openConsole } from '../test/helpers/open-console.js';
import { authservId } from '../test/helpers/received.js';
import { uniqueAlerts } from './alerts.js';
import { median } from './median.js';
import { type SeededHistory, seedHistory } from './seed-history.js';
import { login, type MailServers, startMailServers } from './start-mail-servers.js';

const openAlerts = 10_000;
const alertsACall = 100;
const rounds = 9;
const dayMs = 86_400_000;

/**
 * How long the pages of the console take at the server, with 10,000 open alerts, each mailed and waiting for a step of
 * escalation, and a history of 90 days at 1,000 alerts a day: the median of each page, of which the slowest is the
 * figure. `onPage` is told of each.
 */
export async function measurePages(
  onPage: (path: string, ms: number) => void = () => {},
): Promise<Record<string, number>> {
  const folder = await mkdtemp(join(tmpdir(), 'ackmail-bench-'));
  const servers = await startMailServers();
  try {
    const dataDir = join(folder, 'data');
    const seeded = await seedHistory({ dataDir, now: new Date() });
    await seedReplies(dataDir);
    const listen = `127.0.0.1:${await freePort()}`;
    const plugin = await register(hostOf(folder, dataDir, listen, servers));
    await plugin.start();
    try {
      await fire(plugin);
      const visit = await openConsole(dataDir);
      let slowest = 0;
      for (const path of pathsOf(plugin, seeded)) {
        const ms = await timeOf(visit, path);
        onPage(path, ms);
        slowest = Math.max(slowest, ms);
      }
      return { 'page.ms10k': slowest };
    } finally {
      await plugin.stop();
    }
  } finally {
    servers.close();
    await rm(folder, { recursive: true, maxRetries: 5 });
  }
}

function hostOf(folder: string, dataDir: string, listen: string, servers: MailServers): MonitorHost {
  const server = { host: '127.0.0.1', security: 'none' };
  const silent = () => {};
  const email = { type: 'email', account: 'alerts' };
  return {
    apiVersion: 1,
    name: 'bench',
    settings: {
      accounts: {
        alerts: {
          ...{ grant: 'password', mailbox: login.user, password: login.password },
          smtp: { ...server, port: servers.smtpPort, connections: 3 },
          imap: { ...server, port: servers.imapPort },
        },
      },
      actions: [
        { ...email, name: 'ops', to: ['anna@example.com', 'ben@example.com'] },
        { ...email, name: 'boss', to: ['boss@example.com'], after: '4h' },
      ],
      acknowledgement: { account: 'alerts', authservId },
      http: { listen },
    },
    settingsDir: folder,
    dataDir,
    log: { debug: silent, info: silent, warn: silent, error: console.error },
    events: new EventEmitter(),
    acknowledge: async () => 'acknowledged',
  };
}

/** The records of the replies that the history tells of in its last week. */
async function seedReplies(dataDir: string): Promise<void> {
  const log = createHistoryLog(createFolder(join(dataDir, 'history')));
  const found: HistoryEntry[] = [];
  for await (const entry of log.since(new Date(Date.now() - 7 * dayMs), { texts: ['INBOX:'] }))
    if (typeof entry['replyKey'] === 'string') found.push(entry);
  log.close();
  const store = await openStore({ dir: dataDir, clock: systemClock });
  const replies = store.collection('replies', replyType);
  await Promise.all(
    found.map(({ at, replyKey, author, mail, position, reason }) =>
      replies.put(String(replyKey), {
        ...{ place: { account: 'alerts', position: String(position) }, mailId: String(mail), readAt: at },
        ...{
          verdict: 'acknowledge',
          reason: String(reason),
          author: String(author),
          outcome: 'acknowledged',
        },
        findings: {
          sender: String(author),
          evidence: 'dmarc=pass of mx.example.com',
          firstLine: 'ack, on it',
        },
      }),
    ),
  );
  await store.close();
}

async function fire(plugin: PluginInstance): Promise<void> {
  const alerts = uniqueAlerts(openAlerts);
  for (let first = 0; first < openAlerts; first += alertsACall)
    await plugin.handleAlerts(alerts.slice(first, first + alertsACall));
  const isTold = async () =>
    (await plugin.status()).actions.every(({ waiting, later = 0 }) => waiting === later);
  while (!(await isTold())) await wait(100);
}

function pathsOf(plugin: PluginInstance, { firsts }: SeededHistory): readonly string[] {
  const [newest] = plugin.alerts();
  const week = new Date(Date.now() - 30 * dayMs).toISOString().slice(0, 10);
  return [
    ...['/accounts', '/accounts/alerts', '/alerts', '/alerts?q=db99', '/alerts?q=DiskWillFill&page=200'],
    ...[
      '/alerts?page=200',
      '/alerts?status=acknowledged',
      `/alerts/${newest?.id}`,
      `/alerts/${firsts[0]?.id}`,
    ],
    ...['/outbox', '/outbox?action=boss&state=later', '/outbox?page=200'],
    ...['/replies', '/replies?verdict=refused', '/replies?page=40', `/replies?before=${week}`],
    ...['/system-errors', `/system-errors?before=${week}`, '/report', '/report?days=90'],
  ];
}

async function timeOf(visit: ConsoleVisit, path: string): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const startedAt = performance.now();
    const answer = await visit.get(path);
    await answer.text();
    // The first is to warm up.
    if (round > 0) times.push(performance.now() - startedAt);
    if (answer.status !== 200) throw new Error(`${path} answers ${answer.status}.`);
  }
  return median(times);
}
