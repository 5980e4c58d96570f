import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { PluginInstance } from '../../src/index.js';
import { register } from '../../src/index.js';
import { alertsMailbox, headerField, type Lab, person, startLab } from '../helpers/lab.js';
import { createTestHost, firedEvent, resolvedEvent, type TestHost } from '../helpers/test-host.js';
import { until } from '../helpers/until.js';

interface Context {
  lab: Lab;
  host: TestHost;
  plugin: PluginInstance;
  hook: { url: string; bodies: string[]; close(): void };
}

const test = suite<Context>('story');

test.before.each(async (context) => {
  context.lab = await startLab();
  context.hook = await startHook();
  context.host = await createTestHost(
    context.lab.settings({
      actions: [
        { name: 'ops', type: 'email', account: 'alerts', to: [person] },
        { name: 'chat', type: 'webhook', url: context.hook.url },
      ],
    }),
  );
  context.plugin = await register(context.host);
  await context.plugin.start();
});

test.after.each(async ({ lab, host, plugin, hook }) => {
  await plugin.stop();
  await lab.close();
  hook.close();
  await host.remove();
});

test('An alert leaves as mail, a reply acknowledges it, its end is told in the thread.', async (context) => {
  const { lab, host, plugin } = context;
  await signIn(context);

  const fired = firedEvent('db1');
  await plugin.handleAlerts([fired]);
  const mail = await until('the alert mail', () => lab.received()[0]);
  assert.match(headerField(mail, 'Subject'), /^\[CRITICAL\] DiskFull on db1 \[#?[a-z0-9-]+\]$/);
  assert.is(headerField(mail, 'Auto-Submitted'), 'auto-generated');

  lab.reply(mail, 'on it');
  await until('the acknowledgement', () => host.acknowledged.length > 0);
  const [taken] = host.acknowledged;
  assert.is(taken?.acknowledgement.author, person);
  assert.is(taken?.acknowledgement.comment, 'on it');
  assert.is(taken?.alerts[0]?.fingerprint, 'test/db1');
  await until('the reply moved away', () => lab.imap.mails('Acknowledged', alertsMailbox).length === 1);

  await plugin.handleAlerts([resolvedEvent(fired)]);
  const resolved = await until('the resolved mail', () => lab.received()[1]);
  assert.match(headerField(resolved, 'Subject'), /^\[RESOLVED\] DiskFull on db1 \[/);
  assert.match(headerField(resolved, 'References'), headerField(mail, 'Message-ID'));
  assert.match(resolved, person);
});

test('A grant that dies is on top of the report and goes out by the webhook; after the sign-in the mail leaves.', async (context) => {
  const { lab, host, plugin, hook } = context;
  await signIn(context);
  lab.authorization.revoke(alertsMailbox);
  await plugin.handleAlerts([firedEvent('db2')]);

  await until('the system error', () => plugin.reportHeader().json.length > 0);
  const report = { header: ['All systems'] };
  host.events.emit('report', report);
  assert.match(report.header[0] ?? '', /system error/i);
  const url = /https?:\/\/\S+/.exec(report.header.join('\n'))?.[0] ?? '';
  assert.match(url, lab.authorization.issuer);
  assert.is(report.header.at(-1), 'All systems');
  await until('the webhook', () => hook.bodies.some((body) => body.includes('OAUTH_AUTHORIZATION_REQUIRED')));
  assert.is(lab.received().length, 0);

  const callback = await lab.authorization.signIn(url, alertsMailbox);
  const page = await fetch(callback);
  assert.match(await page.text(), 'Authentication complete');
  await until('the waiting mail', () => lab.received().length === 1);
  await until('the end of the error', () => plugin.reportHeader().json.length === 0);
  await until('the end by webhook', () => hook.bodies.some((body) => body.includes('"resolved"')));
});

test('Replies are read again after the sign-in.', async (context) => {
  const { lab, host, plugin } = context;
  await signIn(context);
  await plugin.handleAlerts([firedEvent('db3')]);
  const mail = await until('the alert mail', () => lab.received()[0]);
  lab.authorization.revoke(alertsMailbox);
  lab.imap.drop('Session invalidated - AccessTokenExpired');
  await until('the system error', () => plugin.reportHeader().json.length > 0);
  lab.reply(mail, 'late');
  await signIn(context);
  await until('the acknowledgement', () => host.acknowledged.length === 1, 20_000);
});

async function signIn({ lab, plugin }: Context): Promise<void> {
  const callback = await lab.authorization.signIn(await plugin.authorizationUrl('alerts'), alertsMailbox);
  await plugin.completeAuthorization(callback);
  await until('the watch', async () => (await plugin.status()).acknowledgement?.state === 'watching');
}

async function startHook() {
  const bodies: string[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    bodies.push(body);
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    bodies,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

test.run();
