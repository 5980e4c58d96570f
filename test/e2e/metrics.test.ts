import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type PluginInstance, register } from '../../src/index.js';
import { fakeClock } from '../helpers/fake-clock.js';
import { freePort } from '../helpers/free-port.js';
import { readExposition } from '../helpers/read-exposition.js';
import { startSubmissionServer } from '../helpers/submission-server.js';
import { createTestHost, firedEvent } from '../helpers/test-host.js';
import { until } from '../helpers/until.js';

const token = 'the-token-of-the-scrape';
const authorization = `Bearer ${token}`;

const settingsFor = (port: number) => ({
  accounts: {
    relay: {
      ...{ grant: 'password', mailbox: 'monitor@example.com', password: 'secret' },
      smtp: { host: '127.0.0.1', port, security: 'none' },
    },
  },
  actions: [{ name: 'ops', type: 'email', account: 'relay', to: ['ops@example.com', 'nobody@example.com'] }],
  http: { publicUrl: 'https://monitor.example.com/ackmail', token },
});

const ask = (instance: PluginInstance, path: string, headers: Record<string, string> = {}) =>
  instance.fetch(new Request(`https://monitor.example.com/ackmail${path}`, { headers }));

test('What is accepted, sent and rejected is seen in the metrics.', async () => {
  const server = await startSubmissionServer({
    password: { user: 'monitor@example.com', pass: 'secret' },
    rejectRecipient: (to) =>
      to.startsWith('nobody') ? { code: 550, text: '5.1.1 no such user' } : undefined,
  });
  const host = await createTestHost(settingsFor(server.port));
  const instance = await register(host);
  const metric = async (name: string, ...labels: string[]) => {
    const answer = await ask(instance, '/metrics', { authorization });
    assert.is(answer.status, 200);
    assert.match(answer.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/);
    const { series } = readExposition(await answer.text());
    return series.find(
      (each) => each.name === name && labels.every((label) => Object.values(each.labels).includes(label)),
    )?.value;
  };
  try {
    assert.is(await metric('ackmail_mail_recipients_total', 'ops', 'rejected'), 0);
    await instance.handleAlerts([firedEvent('db1'), firedEvent('db2')]);
    assert.is(await metric('ackmail_alert_events_total', 'test', 'fired'), 2);
    assert.is(await metric('ackmail_outbox_waiting', 'ops'), 2);
    await instance.start();
    await until('both are told', async () => (await metric('ackmail_events_told_total', 'ops')) === 2);
    assert.is(await metric('ackmail_mails_sent_total', 'relay', 'ops'), 2);
    assert.is(await metric('ackmail_mail_recipients_total', 'relay', 'accepted'), 2);
    assert.is(await metric('ackmail_mail_recipients_total', 'relay', 'rejected'), 2);
    assert.is(await metric('ackmail_delivery_delay_seconds_count', 'ops'), 2);
    assert.is(await metric('ackmail_outbox_waiting', 'ops'), 0);
    assert.is(await metric('ackmail_alerts', 'firing'), 2);
    assert.is(await metric('ackmail_system_errors', 'SMTP_REJECTED'), 1);
  } finally {
    await instance.stop();
    await server.close();
    await host.remove();
  }
});

test('The health is red when what is due has waited for 5 minutes, and says what only to who has the token.', async () => {
  const port = await freePort();
  const clock = fakeClock();
  const host = await createTestHost(settingsFor(port));
  const instance = await register(host, { clock });
  const health = async (headers: Record<string, string> = {}) => {
    const answer = await ask(instance, '/healthz', headers);
    const body: { ok: boolean; detail?: string } = JSON.parse(await answer.text());
    return { status: answer.status, ...body };
  };
  let server: Awaited<ReturnType<typeof startSubmissionServer>> | undefined;
  try {
    assert.equal(await health({ authorization }), { status: 503, ok: false, detail: 'not started' });
    await instance.start();
    assert.equal(await health(), { status: 200, ok: true });
    await instance.handleAlerts([firedEvent('db1', { at: clock.now() })]);
    await until('a try', async () => (await instance.status()).actions[0]?.lastFault !== undefined);
    await clock.forward(4 * 60_000);
    assert.equal(await health({ authorization }), { status: 200, ok: true, detail: 'running' });
    await clock.forward(2 * 60_000);
    assert.equal(await health(), { status: 503, ok: false });
    const { detail } = await health({ authorization });
    assert.match(detail ?? '', /^ops: \d wait, the oldest for [56] min/);
    assert.equal(await health({ authorization: 'Bearer wrong' }), { status: 503, ok: false });

    server = await startSubmissionServer({ password: { user: 'monitor@example.com', pass: 'secret' }, port });
    await until('it is green again', async () => {
      await clock.forward(60_000);
      return (await health()).ok;
    });
  } finally {
    await instance.stop();
    await server?.close();
    await host.remove();
  }
});

test.run();
