import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { register } from '../../src/index.js';
import { startSubmissionServer } from '../helpers/submission-server.js';
import { createTestHost, firedEvent, resolvedEvent } from '../helpers/test-host.js';

test('A template with an error is a warning that names file and line, no mail waits for it, and the start after its mending clears it.', async () => {
  const server = await startSubmissionServer({ password: { user: 'monitor@example.com', pass: 'secret' } });
  const stopping = new AbortController();
  const host = await createTestHost({
    accounts: {
      relay: {
        ...{ grant: 'password', mailbox: 'monitor@example.com', password: 'secret' },
        smtp: { host: '127.0.0.1', port: server.port, security: 'none' },
      },
    },
    actions: ['ops', 'oncall'].map((name) => ({
      ...{ name, type: 'email', account: 'relay', to: [`${name}@example.com`], templates: 'look' },
    })),
  });
  const folder = join(host.settingsDir ?? '', 'look');
  const file = join(folder, 'text.liquid');
  try {
    await mkdir(folder);
    await writeFile(file, 'Hello,\n{{ first_line | shout }}\n');
    const broken = await register({ ...host, signal: stopping.signal });
    await broken.start();
    const [error, ...others] = broken.reportHeader().json;
    assert.equal(others, []);
    assert.equal([error?.code, error?.subject, error?.severity], ['CONFIG_TEMPLATE', file, 'warning']);
    assert.match(error?.message ?? '', 'line 2: undefined filter: shout');
    const event = firedEvent('db1');
    await broken.handleAlerts([event]);
    // Of the alert and of the system error, to each of the two: what is wrong with a mail does not keep it from leaving.
    await server.waitForMail(4);
    await broken.handleAlerts([resolvedEvent(event)]);
    await server.waitForMail(6);
    assert.ok(server.mails.every(({ raw }) => /Severity: /.test(raw)));
    await broken.stop();
    assert.equal(host.systemErrors, [`raised CONFIG_TEMPLATE ${file}`]);

    await writeFile(file, 'Hello,\n{{ first_line }}\n');
    const mended = await register({ ...host, signal: stopping.signal });
    await mended.start();
    assert.equal(mended.reportHeader().json, []);
    assert.equal(host.systemErrors.slice(1), [`cleared CONFIG_TEMPLATE ${file}`]);
    await server.waitForMail(8);
    assert.match(server.mails.at(-1)?.raw ?? '', /Hello,\r\nResolved /);
    await mended.stop();
  } finally {
    stopping.abort();
    await server.close();
    await host.remove();
  }
});

test('What fails only while an alert is told is raised then, once.', async () => {
  const server = await startSubmissionServer({ password: { user: 'monitor@example.com', pass: 'secret' } });
  const stopping = new AbortController();
  const host = await createTestHost({
    accounts: {
      relay: {
        ...{ grant: 'password', mailbox: 'monitor@example.com', password: 'secret' },
        smtp: { host: '127.0.0.1', port: server.port, security: 'none' },
      },
    },
    actions: [{ name: 'ops', type: 'email', account: 'relay', to: ['ops@example.com'], templates: '.' }],
  });
  try {
    const trap = '{% if words contains "db2" %}{% render "nothere" %}{% endif %}{{ first_line }}';
    await writeFile(join(host.settingsDir ?? '', 'text.liquid'), trap);
    const instance = await register({ ...host, signal: stopping.signal });
    await instance.start();
    assert.equal(instance.reportHeader().json, []);
    await instance.handleAlerts([firedEvent('db1'), firedEvent('db2'), firedEvent('db2b')]);
    await server.waitForMail(4);
    const [error] = instance.reportHeader().json;
    assert.is(error?.code, 'CONFIG_TEMPLATE');
    assert.match(error?.message ?? '', 'line 1: ENOENT: Failed to lookup "nothere"');
    assert.is(error?.count, 1);
    await instance.stop();
  } finally {
    stopping.abort();
    await server.close();
    await host.remove();
  }
});

test.run();
