import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RaisedEvent } from '../src/index.js';
import { freePort } from '../test/helpers/free-port.js';
import { startServerProcess } from '../test/live/helpers/server-process.js';
import { person } from './open-plugin.js';
import { login } from './start-mail-servers.js';

/** A real Prometheus Alertmanager that mails by itself. */
export interface MailingAlertmanager {
  post(events: readonly RaisedEvent[]): Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts Debian's prometheus-alertmanager, which mails to the submission server on a port of loopback with the login
 * of the benchmark: a mail for each alert at once, as the plugin does. Throws with what to do where it is not installed.
 */
export async function startAlertmanager(smtpPort: number): Promise<MailingAlertmanager> {
  const dir = await mkdtemp(join(tmpdir(), 'ackmail-bench-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const configuration = {
    global: {
      smtp_smarthost: `127.0.0.1:${smtpPort}`,
      smtp_from: login.user,
      smtp_auth_username: login.user,
      smtp_auth_password: login.password,
      smtp_require_tls: false,
    },
    route: {
      receiver: 'ops',
      group_by: ['...'],
      group_wait: '0s',
      group_interval: '5m',
      repeat_interval: '4h',
    },
    receivers: [{ name: 'ops', email_configs: [{ to: person }] }],
  };
  const file = join(dir, 'alertmanager.yml');
  // JSON is YAML too.
  await writeFile(file, JSON.stringify(configuration), { mode: 0o600 });
  const remove = () => rm(dir, { recursive: true, force: true, maxRetries: 5 });
  const server = await startServerProcess({
    name: 'Alertmanager',
    binary: 'prometheus-alertmanager',
    args: [
      `--config.file=${file}`,
      `--storage.path=${join(dir, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--cluster.listen-address=',
    ],
    ready: async () => (await fetch(`${url}/-/ready`)).ok,
  }).catch(async (thrown: unknown) => {
    await remove();
    throw thrown;
  });

  return {
    async post(events) {
      const alerts = events.map(({ alert: { labels, annotations, startsAt, url: generatorURL } }) => ({
        ...{ labels, annotations, startsAt, generatorURL },
      }));
      const response = await fetch(`${url}/api/v2/alerts`, {
        method: 'POST',
        body: JSON.stringify(alerts),
        headers: { 'content-type': 'application/json' },
      });
      await response.body?.cancel();
      if (!response.ok) throw new Error(`Alertmanager answers ${response.status}.`);
    },
    async close() {
      await server.close();
      await remove();
    },
  };
}
