import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Acknowledgement } from '../../src/core/acknowledgement.js';
import type { Alert, RaisedEvent } from '../../src/core/alert.js';
import { systemClock } from '../../src/core/clock.js';
import type { Monitor } from '../../src/core/monitor.js';
import { createAlertmanager } from '../../src/monitors/alertmanager.js';
import { type SilenceRecord, silenceRecordType } from '../../src/monitors/silence-record.js';
import { createNetwork } from '../../src/network/create-network.js';
import { openStore } from '../../src/store/open-store.js';
import { quietLog } from '../helpers/quiet-log.js';
import { until } from '../helpers/until.js';
import { type Alertmanager, startAlertmanager } from './helpers/alertmanager.js';

// The bridge alone, before a real Alertmanager: what it was built on is what Alertmanager does.

const test = suite<{
  server: Alertmanager;
  monitor: Monitor;
  events: RaisedEvent[];
  record(id: string): Promise<SilenceRecord | undefined>;
  change(id: string, change: Partial<SilenceRecord>): Promise<void>;
  close(): Promise<void>;
}>('alertmanager bridge');

test.before(async (lab) => {
  const hook = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const answer = await lab.monitor.routes[0]?.handle(
      new Request('http://localhost/monitors/prod', { method: request.method ?? 'POST', body }),
    );
    response.writeHead(answer?.status ?? 500).end();
  });
  await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
  const { port } = hook.address() as AddressInfo;
  const dir = await mkdtemp(join(tmpdir(), 'ackmail-bridge-'));
  const store = await openStore({ dir, key: randomBytes(32), clock: systemClock });
  const silences = store.collection('silences-prod', silenceRecordType);
  lab.server = await startAlertmanager({ webhookUrl: `http://127.0.0.1:${port}/`, secret: 'x' });
  lab.events = [];
  lab.monitor = createAlertmanager({
    name: 'prod',
    settings: {
      type: 'alertmanager',
      url: lab.server.url,
      insecure: false,
      poll: 200,
      resolvedAfter: 1_000,
    },
    silences,
    network: createNetwork({ env: {} }),
    clock: systemClock,
    log: quietLog,
  });
  const controller = new AbortController();
  const running = lab.monitor.start(async (events) => {
    lab.events.push(...events);
  }, controller.signal);
  lab.record = (id) => silences.get(id);
  lab.change = async (id, change) => {
    const record = await silences.get(id);
    if (record) await silences.put(id, { ...record, ...change });
  };
  lab.close = async () => {
    controller.abort();
    await running;
    await lab.server.close();
    hook.closeAllConnections();
    hook.close();
    await store.close();
    await rm(dir, { recursive: true, force: true });
  };
});

test.after((lab) => lab.close?.());

const acknowledgement = (alert: Alert, change: Partial<Acknowledgement> = {}): Acknowledgement => ({
  kind: 'acknowledge',
  alertIds: [alert.id],
  author: 'ops@example.com',
  comment: 'on it; "really" \\ grüße',
  at: new Date(),
  source: '<reply-1@example.com>',
  ...change,
});

const odd = { alertname: 'Disk "C:\\" full', path: 'a\nb;c=~".*"', emoji: '💾' };

test('acknowledge, resolve under the silence, fire again', async ({ server, monitor, events, record }) => {
  const silenced = async () => (await server.alerts())[0]?.status.silencedBy ?? [];
  await server.post([{ labels: odd }]);
  const fired = await until('the alert', () => events[0]);
  assert.equal(fired.alert.labels, odd);
  const alert: Alert = { ...fired.alert, id: 'first', status: 'firing' };

  assert.is(await monitor.apply(acknowledgement(alert), [alert]), 'acknowledged');
  assert.is((await silenced()).length, 1);
  assert.is(await monitor.apply(acknowledgement(alert), [alert]), 'duplicate');
  const [id] = await silenced();
  const longer = { source: 'second', expiresAt: new Date(Date.now() + 3_600_000) };
  assert.is(await monitor.apply(acknowledgement(alert, longer), [alert]), 'acknowledged');
  assert.equal(await silenced(), [id], 'taking over keeps the silence');
  const [silence] = await server.silences();
  assert.match(
    silence?.comment ?? '',
    /^ACK! on it; "really" \\ grüße \(ops@example\.com\) \[ackmail second first\]$/,
  );

  await server.post([{ labels: odd, endsAt: new Date() }]);
  await until('the end', () => events.some((event) => event.kind === 'resolved'));
  assert.ok((await server.silences()).every(({ status }) => status.state === 'expired'));
  await until('its record to be done', async () => (await record('first'))?.resolvedAt);
  assert.is(await monitor.apply(acknowledgement(alert, { source: 'late' }), [alert]), 'gone');

  events.length = 0;
  // Alertmanager is silent now until repeat_interval, since it never told of the end.
  await server.post([{ labels: odd }]);
  const again = await until('the next firing', () => events.find((event) => event.kind === 'fired'));
  assert.is.not(again.id, fired.id);
  await server.post([{ labels: odd, endsAt: new Date() }]);
  await until('its end', () => events.some((event) => event.kind === 'resolved'));
});

test('a firing anew under the silence is told, and the silence goes', async ({ server, monitor, events }) => {
  events.length = 0;
  const labels = { alertname: 'Flapping' };
  await server.post([{ labels }]);
  const fired = await until('the alert', () => events[0]);
  const alert: Alert = { ...fired.alert, id: 'flapping', status: 'firing' };
  await monitor.apply(acknowledgement(alert), [alert]);
  await server.post([{ labels, endsAt: new Date() }]);
  const shown = async () => (await server.alerts()).filter((one) => one.labels['alertname'] === 'Flapping');
  await until('it is away', async () => (await shown()).length === 0);
  await server.post([{ labels }]);
  await until('both', () => events.length >= 3);
  assert.equal(
    events.slice(0, 3).map((event) => event.kind),
    ['fired', 'resolved', 'fired'],
  );
  assert.equal((await shown())[0]?.status.silencedBy, []);
  await server.post([{ labels, endsAt: new Date() }]);
});

test('a silence is renewed, taken back, and deleted by hand', async (lab) => {
  const { server, monitor, events } = lab;
  events.length = 0;
  const labels = { alertname: 'Lasting' };
  await server.post([{ labels }]);
  const fired = await until('the alert', () =>
    events.find((event) => event.alert.labels['alertname'] === 'Lasting'),
  );
  const alert: Alert = { ...fired.alert, id: 'lasting', status: 'firing' };
  const active = async () => (await server.silences()).filter(({ status }) => status.state === 'active');

  await monitor.apply(acknowledgement(alert), [alert]);
  const [before] = await active();
  const old = new Date(Date.now() + 60_000);
  await lab.change('lasting', { endsAt: old });
  await until('it is renewed', async () => ((await lab.record('lasting'))?.endsAt ?? old) > old);
  const [after, ...others] = await active();
  assert.is(after?.id, before?.id);
  assert.is(others.length, 0);
  assert.ok(new Date(after?.endsAt ?? 0) > new Date(before?.endsAt ?? 0));

  // Alertmanager would silence what has more labels along.
  const more = { ...labels, device: 'sda' };
  await server.post([{ labels: more }]);
  await until('the other alert is told', () =>
    events.some((event) => event.alert.labels['device'] === 'sda'),
  );
  assert.is((await active()).length, 1);

  events.length = 0;
  assert.is(
    await monitor.apply(acknowledgement(alert, { kind: 'unacknowledge', source: 'back' }), [alert]),
    'acknowledged',
  );
  assert.equal(await active(), []);
  await until('it is told again', () => events.some((event) => event.kind === 'repeated'));

  events.length = 0;
  await monitor.apply(acknowledgement(alert, { source: 'again' }), [alert]);
  await server.expire((await active())[0]?.id ?? '');
  await until('it is told again', () => events.some((event) => event.kind === 'repeated'));
  assert.equal(
    events.map((event) => event.kind),
    ['unacknowledged', 'repeated'],
  );
});

test.run();
