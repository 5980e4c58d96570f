import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type PluginInstance, register } from '../../src/index.js';
import { fakeClock } from '../helpers/fake-clock.js';
import { alertsMailbox, headerField, person, startLab } from '../helpers/lab.js';
import { startSubmissionServer } from '../helpers/submission-server.js';
import { createTestHost, firedEvent } from '../helpers/test-host.js';
import { until } from '../helpers/until.js';

const dayMs = 86_400_000;

const test = suite<{ ends: (() => unknown)[] }>('standing errors', { ends: [] });

test.after.each(async ({ ends }) => {
  for (const end of ends.splice(0).reverse()) await end();
});

test('A standing error is told once and then once a day, and its end is told, while another account works.', async ({
  ends,
}) => {
  const login = { user: 'primary@example.com', pass: 'changed by somebody' };
  const primary = await startSubmissionServer({ password: login });
  const backup = await startSubmissionServer({ password: { user: 'backup@example.com', pass: 'secret' } });
  const hook = await startHook();
  ends.push(
    () => primary.close(),
    () => backup.close(),
    hook.close,
  );
  const account = (name: string, port: number) => ({
    ...{ grant: 'password', mailbox: `${name}@example.com`, password: 'secret' },
    smtp: { host: '127.0.0.1', port, security: 'none' },
  });
  const email = (name: string) => ({ name: `by-${name}`, type: 'email', account: name, to: [person] });
  const host = await createTestHost({
    accounts: { primary: account('primary', primary.port), backup: account('backup', backup.port) },
    actions: [email('primary'), email('backup'), { name: 'chat', type: 'webhook', url: hook.url }],
  });
  ends.push(host.remove);
  const clock = fakeClock();
  let plugin: PluginInstance = await register(host, { clock });
  ends.push(() => plugin.stop());
  await plugin.start();
  const start = clock.now();
  const fired = { ...firedEvent('db1'), at: start };
  await plugin.handleAlerts([{ ...fired, alert: { ...fired.alert, startsAt: start } }]);
  const told = () => hook.events().flatMap(({ kind, alert }) => (alert.source === 'ackmail' ? [kind] : []));
  const mailed = () =>
    backup.mails.flatMap(({ raw }) => /^\[(.*?)\] SMTP/.exec(headerField(raw, 'Subject'))?.[1] ?? []);
  await until('the error', () => told().length === 1);
  await until('the alert by the other account', () => backup.mails.length === 2);

  for (const days of [1, 2]) {
    await clock.forward(dayMs);
    await until('a reminder', () => told().length === days + 1 && mailed().length === days + 1);
    await plugin.stop();
    plugin = await register(host, { clock });
    await plugin.start();
    await clock.forward(3_600_000);
  }
  const standing = () => plugin.reportHeader().json.map(({ code, subject }) => `${code} ${subject}`);
  assert.equal(standing(), ['SMTP_LOGIN_REFUSED primary'], 'the other account has sent meanwhile');
  assert.equal(primary.mails, []);
  const { labels } = hook.events().at(-1)?.alert ?? {};
  assert.equal(labels, { alertname: 'SMTP_LOGIN_REFUSED', subject: 'primary' });

  login.pass = 'secret';
  await clock.forward(120_000);
  await until('the alert', async () => {
    await clock.forward(60_000);
    return primary.mails.length > 0;
  });
  await until('its end', () => told().includes('resolved') && mailed().includes('RESOLVED'));
  await clock.forward(2 * dayMs);
  assert.equal(standing(), []);
  assert.equal(told(), ['fired', 'repeated', 'repeated', 'resolved']);
  assert.equal(mailed(), ['SYSTEM ERROR', 'SYSTEM ERROR', 'SYSTEM ERROR', 'RESOLVED']);
  assert.equal(host.systemErrors, [
    'raised SMTP_LOGIN_REFUSED primary',
    'cleared SMTP_LOGIN_REFUSED primary',
  ]);
});

test('That a client secret ends soon is told by the very account that it is of, which still works.', async ({
  ends,
}) => {
  const lab = await startLab();
  ends.push(() => lab.close());
  const { accounts, ...rest } = lab.settings({ admins: ['admin@example.com'] });
  const [day = ''] = new Date(Date.now() + 10 * dayMs).toISOString().split('T');
  const alerts = { ...Object(accounts).alerts, clientSecretExpires: day };
  const host = await createTestHost({ ...rest, accounts: { alerts } });
  ends.push(host.remove);
  const plugin = await register(host);
  ends.push(() => plugin.stop());
  await plugin.start();
  const callback = await lab.authorization.signIn(await plugin.authorizationUrl('alerts'), alertsMailbox);
  await plugin.completeAuthorization(callback);

  await until('the mails', () => lab.submission.mails.length === 2);
  const [mail] = lab.received();
  assert.is(headerField(mail ?? '', 'Subject'), '[SYSTEM ERROR] OAuth client expiring for alerts');
  assert.match(
    (mail ?? '').replace(/=\r\n/g, ''),
    `The client secret of account alerts ends on ${day}, in 10 days.`,
  );
  assert.equal(lab.submission.mails.map(({ to }) => to[0]).sort(), ['admin@example.com', person]);
  assert.match(plugin.reportHeader().text, 'WARNING: account alerts, since');
  const [status] = (await plugin.status()).accounts;
  assert.is(status?.state, 'expiring');
  assert.equal(status?.expiries?.[0], {
    ...{ what: 'client secret', at: new Date(day), renewed: false, warnedDays: 14 },
  });
});

/** An HTTP server that takes what the webhook action tells. */
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
    events: (): { kind: string; alert: { source: string; labels: object } }[] =>
      bodies.flatMap((body) => JSON.parse(body).events),
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

test.run();
