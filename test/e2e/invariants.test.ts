import { readdir, readFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Log } from '../../src/index.js';
import { register } from '../../src/index.js';
import { alertsMailbox, person, startLab } from '../helpers/lab.js';
import { filesOf, findSecrets } from '../helpers/secret-search.js';
import { createTestHost, firedEvent } from '../helpers/test-host.js';
import { until } from '../helpers/until.js';

// Invariants of the whole plugin; those of its parts are tested beside the parts.

test('stop() returns in bounded time and loses nothing.', async () => {
  const silent = await startSilentServer();
  const lab = await startLab();
  const settings = lab.settings({
    accounts: {
      alerts: {
        grant: 'password',
        mailbox: alertsMailbox,
        password: 'a-password',
        smtp: { host: '127.0.0.1', port: silent.port, security: 'none' },
        imap: { host: '127.0.0.1', port: silent.port, security: 'none' },
      },
    },
    actions: [
      { name: 'ops', type: 'email', account: 'alerts', to: [person] },
      { name: 'chat', type: 'webhook', url: `http://127.0.0.1:${silent.port}/` },
    ],
  });
  const host = await createTestHost(settings);
  try {
    const plugin = await register(host);
    await plugin.start();
    const outcomes = await plugin.handleAlerts([firedEvent('db1'), firedEvent('db2')]);
    assert.equal(
      outcomes.map(({ result }) => result),
      ['accepted', 'accepted'],
    );
    await until('connections that hang', () => silent.count() >= 3);
    const begunAt = Date.now();
    await plugin.stop();
    const tookMs = Date.now() - begunAt;
    assert.ok(tookMs < 10_500, `stop() took ${tookMs} ms`);
    assert.is((await readdir(join(host.dataDir, 'outbox'))).length, 4);

    const again = await register(await createTestHost(settings, join(host.dataDir, '..')));
    assert.equal(
      (await again.status()).actions.map(({ waiting }) => waiting),
      [2, 2],
    );
    await again.stop();
  } finally {
    silent.close();
    await lab.close();
    await host.remove();
  }
});

test('A host gets no secret into its log, its errors, its pages or its data directory.', async () => {
  const lab = await startLab();
  const lines: string[] = [];
  const write = (facts: object, message: string) => lines.push(`${message} ${JSON.stringify(facts)}`);
  const log: Log = { debug: write, info: write, warn: write, error: write };
  const host = { ...(await createTestHost(lab.settings())), log };
  const plugin = await register(host);
  const spoken: string[] = [];
  try {
    await plugin.start();
    const callback = await lab.authorization.signIn(await plugin.authorizationUrl('alerts'), alertsMailbox);
    const page = await fetch(callback);
    spoken.push(page.url, await page.text());
    await plugin.handleAlerts([firedEvent('db1')]);
    const mail = await until('the mail', () => lab.received()[0]);
    lab.reply(mail, 'ack');
    await until('the acknowledgement', () => host.acknowledged.length > 0);
    lab.authorization.revoke(alertsMailbox);
    lab.imap.drop();
    await plugin.handleAlerts([firedEvent('db2')]);
    await until('the system error', () => plugin.reportHeader().json.length > 0);
    for await (const { detail, remedy } of plugin.testServer('alerts'))
      spoken.push(`${detail} ${remedy ?? ''}`);
    const refused = await plugin
      .completeAuthorization(`${callback}&error=access_denied`)
      .catch((error: Error) => error.message);
    spoken.push(String(refused), JSON.stringify(await plugin.status()), JSON.stringify(process.argv));

    const code = new URL(callback).searchParams.get('code') ?? '';
    const grant = await until('the file of the grant', () =>
      readFile(join(host.dataDir, 'grants', 'alerts.json'), 'utf8').catch(() => undefined),
    );
    const files = await filesOf(host.dataDir);
    assert.equal(Object.keys(JSON.parse(grant)).sort(), ['data', 'enc', 'iv', 'kid', 'tag', 'v']);
    assert.ok(lab.tokens.size > 0 && code.length > 10 && files.length > 5 && lines.length > 5);
    const texts = [...lines, ...spoken].map((text) => ['said', text] as const);
    assert.equal(findSecrets([lab.clientSecret, code, ...lab.tokens], [...texts, ...files]), []);
  } finally {
    await plugin.stop();
    await lab.close();
    await host.remove();
  }
});

/** A server that takes connections and never says a word. */
async function startSilentServer() {
  const sockets = new Set<{ destroy(): unknown }>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    count: () => sockets.size,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

test.run();
