import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { register } from '../../src/index.js';
import { startSubmissionServer } from '../helpers/submission-server.js';
import { createTestHost, firedEvent } from '../helpers/test-host.js';
import { until } from '../helpers/until.js';

const login = { user: 'monitor@example.com', pass: 'the-secret-of-the-relay' };

test('What is found damaged while the data directory is opened is a system error, too.', async () => {
  const host = await createTestHost({
    accounts: {
      relay: {
        ...{ grant: 'password', mailbox: 'monitor@example.com', password: 'secret' },
        smtp: { host: '127.0.0.1', port: 9, security: 'none' },
      },
    },
    actions: [{ name: 'ops', type: 'email', account: 'relay', to: ['ops@example.com'] }],
  });
  try {
    await mkdir(join(host.dataDir, 'journal'), { recursive: true });
    await writeFile(join(host.dataDir, 'journal', '000000000001.ndjson'), '{"v":1,"at":1,"chan\n');
    const plugin = await register(host);
    await until('the system error', () => plugin.reportHeader().json.length > 0);
    const [error] = plugin.reportHeader().json;
    assert.is(error?.code, 'STORE_DAMAGED');
    assert.match(
      error?.message ?? '',
      /000000000001\.ndjson .* was set aside as .*: a line of it is damaged/,
    );
    await plugin.stop();
  } finally {
    await host.remove();
  }
});

test('What waits and cannot be read is set aside, people are told which, and what is behind it arrives.', async () => {
  const server = await startSubmissionServer({ password: login });
  const settings = (port: number) => ({
    accounts: {
      relay: {
        ...{ grant: 'password', mailbox: login.user, password: login.pass },
        smtp: { host: '127.0.0.1', port, security: 'none' },
      },
    },
    actions: [{ name: 'ops', type: 'email', account: 'relay', to: ['ops@example.com'] }],
  });
  const host = await createTestHost(settings(9));
  try {
    const before = await register(host);
    const garbage = [
      ...['', 'null', '[]', '{"v":1}', '{"v":1,"action":"ops","event":{"id":7}}', '{"v":-1}'],
      ...[Buffer.from([0xff, 0xfe, 0]), '{'.repeat(100_000), `{"v":1,"action":"${'x'.repeat(5_000_000)}`],
    ];
    await before.handleAlerts(garbage.map((_, index) => firedEvent(`bad${index}`)));
    await before.handleAlerts([firedEvent('good')]);
    await before.stop();
    const folder = join(host.dataDir, 'outbox');
    const names = (await readdir(folder)).sort();
    assert.is(names.length, garbage.length + 1);
    const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
    const bad = names.filter((_, index) => !texts[index]?.includes('test/good'));
    await Promise.all(bad.map((name, index) => writeFile(join(folder, name), garbage[index] ?? '')));

    const plugin = await register({ ...host, settings: settings(server.port) });
    await plugin.start();
    await until('the good one', () => server.mails.some(({ raw }) => raw.includes(' on good')));
    await until('all told', async () => (await plugin.status()).actions[0]?.waiting === 0);
    const { json } = plugin.reportHeader();
    assert.equal([...new Set(json.map(({ code }) => code))], ['STORE_DAMAGED']);
    assert.ok(json.every(({ severity }) => severity === 'critical'));
    for (const name of bad)
      assert.ok(
        json.some(({ subject }) => subject.endsWith(name)),
        name,
      );
    assert.is((await readdir(join(host.dataDir, 'quarantine'))).length, bad.length);
    await plugin.stop();
  } finally {
    await server.close();
    await host.remove();
  }
});

test.run();
