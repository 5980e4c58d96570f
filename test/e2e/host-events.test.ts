import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type PluginInstance, register } from '../../src/index.js';
import { type SubmissionServer, startSubmissionServer } from '../helpers/submission-server.js';
import { createTestHost, firedEvent, resolvedEvent, type TestHost } from '../helpers/test-host.js';
import { until } from '../helpers/until.js';

// A host that drives the plugin by events alone: nobody sees what `handleAlerts` throws.

const test = suite<{ host: TestHost; plugin: PluginInstance; server: SubmissionServer }>('host events');

test.before.each(async (context) => {
  context.server = await startSubmissionServer({ password: { user: 'alerts@example.com', pass: 'secret' } });
  const smtp = { host: '127.0.0.1', port: context.server.port, security: 'none' };
  const account = { grant: 'password', mailbox: 'alerts@example.com', password: 'secret', smtp };
  context.host = await createTestHost({
    accounts: { alerts: account, spare: { ...account } },
    actions: [
      { name: 'ops', type: 'email', account: 'alerts', to: ['ops@example.com'] },
      { name: 'admins-alerts', type: 'email', account: 'spare', to: ['duty@example.com'] },
    ],
    admins: ['admin@example.com'],
  });
  context.plugin = await register(context.host);
  await context.plugin.start();
});
test.after.each(async ({ host, plugin, server }) => {
  await plugin.stop();
  await server.close();
  await host.remove();
});

test('An alert that is emitted leaves as mail, by every action of the settings whatever its name.', async ({
  host,
  server,
}) => {
  const fired = firedEvent('db1');
  host.events.emit('alert', fired);
  host.events.emit('alert', [resolvedEvent(fired)]);
  await until('the mails', () => server.mails.length >= 2);
  const to = server.mails.flatMap((mail) => mail.to);
  assert.equal([...new Set(to)].sort(), ['duty@example.com', 'ops@example.com']);
});

test('What cannot be accepted is raised as a system error, and goes out to actions and admins.', async ({
  host,
  plugin,
  server,
}) => {
  host.events.emit('alert', { ...firedEvent('db1'), kind: 'exploded' });
  await until('the system error', () => plugin.reportHeader().json.length > 0);
  assert.match(plugin.reportHeader().text, 'HOST_EVENT_LOST');
  await until('the mail to the admin', () =>
    server.mails.some((mail) => mail.to.includes('admin@example.com')),
  );
});

test('A data directory that cannot be written for a moment costs no event, nor their order.', async ({
  host,
  server,
}) => {
  const outbox = join(host.dataDir, 'outbox');
  await rm(outbox, { recursive: true, force: true });
  await writeFile(outbox, 'in the way');
  const fired = firedEvent('db1');
  host.events.emit('alert', fired);
  host.events.emit('alert', resolvedEvent(fired));
  setTimeout(() => void rm(outbox), 300);
  await until('the mails', () => server.mails.length >= 2);
  for (const mail of server.mails) assert.match(mail.raw, /^Subject: \[(CRITICAL|RESOLVED)\] /m);
  await until('the resolved mail', () => server.mails.some((mail) => mail.raw.includes('[RESOLVED]')));
});

test('A host that is going down already gets a plugin that stops.', async ({ host, plugin }) => {
  await plugin.stop();
  const late = await register({ ...host, signal: AbortSignal.abort() });
  await late.stop();
  const again = await register(host);
  await again.stop();
});

test.run();
