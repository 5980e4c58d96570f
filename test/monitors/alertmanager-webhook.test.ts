import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { RaisedEvent } from '../../src/core/alert.js';
import { openAlertmanagerBench } from './alertmanager-bench.js';

const labels = { alertname: 'DiskFull', instance: 'db1', severity: 'Critical' };
const startsAt = new Date('2026-03-01T02:58:00.123Z');

test('An alert is accepted only after its event is on disk for every action (a webhook answers 2xx only then).', async () => {
  const bench = await openAlertmanagerBench();
  let written: () => void = () => {};
  const onDisk = new Promise<void>((resolve) => {
    written = resolve;
  });
  bench.start({ raise: () => onDisk });
  let answered = false;
  const answer = bench.post(bench.server.webhook({ labels, startsAt })).then((response) => {
    answered = true;
    return response;
  });
  await new Promise((resolve) => setTimeout(resolve, 30));
  assert.is(answered, false);
  written();
  assert.is((await answer).status, 200);

  await bench.stop();
  bench.start({ raise: () => Promise.reject(new Error('disk full at /srv')) });
  const refused = await bench.post(bench.server.webhook({ labels, startsAt }));
  assert.is(refused.status, 503);
  assert.ok(Number(refused.headers.get('retry-after')) > 0);
  assert.not.match(await refused.text(), '/srv');
  await bench.close();
});

test('before start and after stop Alertmanager is told to come again', async () => {
  const bench = await openAlertmanagerBench();
  assert.is((await bench.post(bench.server.webhook({ labels, startsAt }))).status, 503);
  bench.start();
  assert.is((await bench.post(bench.server.webhook({ labels, startsAt }))).status, 200);
  await bench.stop();
  assert.is((await bench.post(bench.server.webhook({ labels, startsAt }))).status, 503);
  await bench.close();
});

test('a webhook becomes events', async () => {
  const bench = await openAlertmanagerBench();
  bench.start();
  const endsAt = new Date('2026-03-01T02:59:00Z');
  const quiet = { alertname: 'NoSeverity' };
  await bench.post(
    bench.server.webhook({ labels, startsAt }, { labels: quiet, startsAt, status: 'resolved', endsAt }),
  );
  const [fired, resolved] = bench.events;
  assert.is(fired?.kind, 'fired');
  assert.is(fired?.alert.source, 'prod');
  assert.match(fired?.alert.fingerprint ?? '', /^prod\/[0-9a-f]{16}$/);
  assert.is(fired?.alert.severity, 'critical');
  assert.equal(fired?.alert.labels, labels);
  assert.equal(fired?.alert.startsAt, startsAt);
  assert.is(fired?.alert.endsAt, undefined);
  assert.is(fired?.alert.url, 'http://prometheus.example.com/graph?g0.expr=up');
  assert.is(resolved?.kind, 'resolved');
  assert.equal(resolved?.alert.endsAt, endsAt);
  assert.equal(resolved?.at, endsAt);
  assert.is(resolved?.alert.severity, 'critical', 'what names no severity is told as the worst');
  await bench.close();
});

test('the same alert has the same event id in every delivery, another state or firing another', async () => {
  const bench = await openAlertmanagerBench();
  bench.start();
  const other = { alertname: 'Other' };
  await bench.post(bench.server.webhook({ labels, startsAt }));
  await bench.post(bench.server.webhook({ labels, startsAt }, { labels: other, startsAt }));
  await bench.post(bench.server.webhook({ labels, startsAt, status: 'resolved', endsAt: new Date() }));
  await bench.post(bench.server.webhook({ labels, startsAt: new Date('2026-03-01T04:00:00Z') }));
  const [first, again, beside, resolved, refired] = bench.events.map((event: RaisedEvent) => event.id);
  assert.is(first, again);
  assert.is(new Set([first, beside, resolved, refired]).size, 4);
  await bench.close();
});

test('what is no webhook of Alertmanager gets 400 and one sentence', async () => {
  const bench = await openAlertmanagerBench();
  bench.start();
  const whole = JSON.parse(bench.server.webhook({ labels, startsAt }));
  const without = (field: string) => {
    const { [field]: _, ...rest } = whole.alerts[0];
    return JSON.stringify({ ...whole, alerts: [rest] });
  };
  const withOne = (change: object) =>
    JSON.stringify({ ...whole, alerts: [{ ...whole.alerts[0], ...change }] });
  for (const [body, wanted] of [
    ['', 'not JSON'],
    ['{"alerts":[', 'not JSON'],
    ['null', 'the body'],
    ['[]', 'the body'],
    ['{}', 'alerts'],
    ['{"alerts":{}}', 'alerts'],
    [without('fingerprint'), 'alerts.0.fingerprint'],
    [without('startsAt'), 'alerts.0.startsAt'],
    [without('labels'), 'alerts.0.labels'],
    [without('status'), 'alerts.0.status'],
    [withOne({ startsAt: 'yesterday' }), 'alerts.0.startsAt'],
    [withOne({ startsAt: '0001-01-01T00:00:00Z' }), 'alerts.0.startsAt'],
    [withOne({ fingerprint: '../../x' }), 'alerts.0.fingerprint'],
    [withOne({ labels: { alertname: { deep: 1 } } }), 'alerts.0.labels.alertname'],
    [withOne({ status: 'acknowledged' }), 'alerts.0.status'],
  ] as const) {
    const response = await bench.post(body, { 'user-agent': 'curl/8\u0001' });
    const text = await response.text();
    assert.is(response.status, 400, body);
    assert.match(text, wanted);
    assert.match(text, 'Monitor prod');
    assert.match(text, 'curl/8');
    assert.is(text.trim().split('\n').length, 1);
    assert.ok(text.length < 400);
  }
  assert.is(bench.events.length, 0);
  await bench.close();
});

test('unknown fields, no alerts, odd labels and links are taken as they are', async () => {
  const bench = await openAlertmanagerBench();
  bench.start();
  const whole = JSON.parse(bench.server.webhook({ labels, startsAt }));
  const alert = whole.alerts[0];
  assert.is((await bench.post(JSON.stringify({ ...whole, alerts: [] }))).status, 200);
  const odd = [
    { ...alert, generatorURL: 'javascript:alert(1)', silenceURL: 'x', more: [1] },
    { ...alert, generatorURL: '', annotations: null },
    { ...alert, labels: JSON.parse('{"__proto__":"x","alertname":"a\\r\\nBcc: b","severity":" "}') },
  ];
  const body = JSON.stringify({ ...whole, orgId: 1, truncatedAlerts: 3, alerts: odd });
  assert.is((await bench.post(body)).status, 200);
  assert.equal(
    bench.events.map((event) => event.alert.url),
    [undefined, undefined, 'http://prometheus.example.com/graph?g0.expr=up'],
  );
  assert.is(bench.events[2]?.alert.severity, 'critical');
  assert.is(({} as Record<string, unknown>)['alertname'], undefined);
  await bench.close();
});

test('other methods get 405 and are told which one', async () => {
  const bench = await openAlertmanagerBench();
  bench.start();
  for (const method of ['GET', 'PUT', 'DELETE', 'HEAD']) {
    const response = await bench.request(new Request('http://localhost/monitors/prod', { method }));
    assert.is(response.status, 405);
    assert.is(response.headers.get('allow'), 'POST');
  }
  await bench.close();
});

test.run();
