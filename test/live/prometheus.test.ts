import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { z } from 'zod';
import { register } from '../../src/index.js';
import { freePort } from '../helpers/free-port.js';
import { createTestHost, firedEvent } from '../helpers/test-host.js';
import { until } from '../helpers/until.js';
import { findBinary, startServerProcess } from './helpers/server-process.js';

const run = promisify(execFile);
const rules = 'docs/prometheus-rules.yaml';
const token = 'the-token-of-the-scrape';

const alertsAnswer = z.object({
  data: z.object({
    alerts: z.array(
      z.object({
        labels: z.record(z.string(), z.string()),
        annotations: z.record(z.string(), z.string()),
        state: z.string(),
      }),
    ),
  }),
});

test('Prometheus takes the rule file.', async () => {
  const { stdout } = await run(await findBinary('promtool'), ['check', 'rules', rules]);
  assert.match(stdout, /SUCCESS: \d+ rules found/);
});

test('Prometheus scrapes with the token, finds nothing to complain of, and its rules fire.', async () => {
  const [port, ownPort] = [await freePort(), await freePort()];
  const nowhere = { host: '127.0.0.1', port: await freePort(), security: 'none' };
  const host = await createTestHost({
    accounts: {
      relay: { grant: 'password', mailbox: 'relay@example.com', password: 'secret', smtp: nowhere },
      alerts: {
        ...{ mailbox: 'alerts@example.com', clientId: 'ackmail', clientSecret: 'unused', smtp: nowhere },
        authorizationUrl: 'http://127.0.0.1:9/authorize',
        tokenUrl: 'http://127.0.0.1:9/token',
        scope: 'mail',
      },
    },
    actions: ['relay', 'alerts'].map((account) => ({
      ...{ name: `by-${account}`, type: 'email', account, to: ['ops@example.com'] },
    })),
    http: { listen: `127.0.0.1:${port}`, token },
  });
  const dir = await mkdtemp(join(tmpdir(), 'ackmail-prometheus-'));
  const instance = await register(host);
  let prometheus: Awaited<ReturnType<typeof startServerProcess>> | undefined;
  try {
    await instance.start();
    await instance.handleAlerts([firedEvent('db1')]);
    const scrape = await fetch(`http://127.0.0.1:${port}/metrics`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const check = run(await findBinary('promtool'), ['check', 'metrics']);
    check.child.stdin?.end(await scrape.text());
    assert.is((await check).stderr, '');

    await copyFile(rules, join(dir, 'rules.yaml'));
    const configuration = {
      global: { scrape_interval: '1s', evaluation_interval: '1s' },
      rule_files: ['rules.yaml'],
      scrape_configs: [
        {
          job_name: 'ackmail',
          authorization: { credentials: token },
          static_configs: [{ targets: [`127.0.0.1:${port}`] }],
        },
      ],
    };
    await writeFile(join(dir, 'prometheus.yml'), JSON.stringify(configuration), { mode: 0o600 });
    const url = `http://127.0.0.1:${ownPort}`;
    prometheus = await startServerProcess({
      name: 'Prometheus',
      binary: 'prometheus',
      args: [
        `--config.file=${join(dir, 'prometheus.yml')}`,
        `--storage.tsdb.path=${join(dir, 'data')}`,
        `--web.listen-address=127.0.0.1:${ownPort}`,
      ],
      ready: async () => (await fetch(`${url}/-/ready`)).ok,
    });
    const firing = async () => {
      const answer = alertsAnswer.parse(await (await fetch(`${url}/api/v1/alerts`)).json());
      return answer.data.alerts.filter(({ state }) => state === 'firing');
    };
    const alert = await until(
      'the rule fires',
      async () =>
        (await firing()).find(({ labels }) => labels['alertname'] === 'AckmailAuthorizationRequired'),
      20_000,
    );
    assert.is(alert.labels['account'], 'alerts');
    assert.is(alert.annotations['summary'], 'The account alerts is not authorized (authorization-required).');
  } finally {
    await prometheus?.close();
    await instance.stop();
    await host.remove();
    await rm(dir, { recursive: true, force: true, maxRetries: 5 });
  }
});

test.run();
