import { readFile } from 'node:fs/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parse } from 'yaml';
import type { Status } from '../../src/core/status.js';
import type { HistoryEntry } from '../../src/core/store.js';
import { createMetrics } from '../../src/reports/metrics.js';
import { readExposition, type Series } from '../helpers/read-exposition.js';

const now = new Date('2026-03-01T03:00:00Z');
const before = (seconds: number) => new Date(now.getTime() - seconds * 1_000);

const status: Status = {
  version: '1.2.3',
  startedAt: before(60),
  accounts: [
    {
      ...{ account: 'alerts', mailbox: 'alerts@example.com', grant: 'authorization_code', state: 'degraded' },
      accessTokenExpiresAt: before(-1_800),
      messagesLeft: -2,
      expiries: [{ what: 'client secret', at: before(-86_400), renewed: false }],
    },
    { account: 'relay', mailbox: 'relay@example.com', grant: 'password', state: 'password' },
  ],
  actions: [
    { action: 'ops', type: 'email', waiting: 2, oldestDueAt: before(90) },
    { action: 'chat', type: 'webhook', waiting: 0 },
    { action: 'night', type: 'email', waiting: 1, oldestDueAt: before(-600) },
  ],
  acknowledgement: { account: 'alerts', state: 'watching', pending: 3, waiting: 0, refused: {} },
  alerts: { firing: 4, acknowledged: 1 },
  systemErrors: (['alerts', 'relay'] as const).map((subject) => ({
    ...{ code: 'SMTP_UNREACHABLE', subject, severity: 'critical', message: 'x', remedy: 'y', since: now },
    count: 1,
  })),
  warnings: [],
};
const expected = {
  actions: [
    { name: 'ops', accounts: ['alerts', 'relay'] },
    { name: 'chat', accounts: [] },
  ],
  monitors: ['prod'],
  watched: 'alerts',
};

async function render(metrics: ReturnType<typeof createMetrics>, of = status) {
  return readExposition((await metrics.render(of, now)).text);
}

const value = (series: readonly Series[], name: string, labels: Record<string, string> = {}) =>
  series.find(
    (each) => each.name === name && Object.entries(labels).every(([key, text]) => each.labels[key] === text),
  )?.value;

test('what happened is counted by what is written to the history', async () => {
  const metrics = createMetrics();
  const kept: HistoryEntry[] = [];
  const history = metrics.observe({
    append: async (entry) => void kept.push(entry),
    async *since() {
      yield* kept;
    },
  });
  const mail = {
    at: now,
    kind: 'sent',
    account: 'relay',
    action: 'ops',
    mail: 'm1',
    subject: 's',
    alertIds: ['a'],
  };
  await history.append({ ...mail, accepted: ['a@x', 'b@x'], deferred: [], rejected: ['c@x'] });
  await history.append({ ...mail, accepted: [], deferred: ['d@x'], rejected: [] });
  await history.append({ ...mail, alertIds: ['a', 'b', 'c'], accepted: ['a@x'], deferred: [], rejected: [] });
  const alert = { at: now, alert: 'a', fingerprint: 'prod/1', source: 'prod', severity: 'critical' };
  await history.append({ ...alert, kind: 'fired' });
  await history.append({ ...alert, kind: 'fired' });
  await history.append({ ...alert, kind: 'acknowledged', author: 'carol@example.com' });
  const reply = { at: now, account: 'alerts', author: 'x', reason: 'y', mail: 'm1', position: '1:2' };
  await history.append({ ...reply, kind: 'refused', refusal: 'stranger' });
  await history.append({ ...reply, kind: 'acknowledged', alertIds: ['a'] });
  // What is not counted does no harm.
  await history.append({ at: now, kind: 'signed-in', account: 'alerts' });
  await history.append({ at: now, kind: 'raised', code: 'SMTP_TLS' });
  assert.is(kept.length, 10);
  const { series } = await render(metrics);
  const recipients = (result: string) =>
    value(series, 'ackmail_mail_recipients_total', { account: 'relay', action: 'ops', result });
  assert.equal(['accepted', 'deferred', 'rejected'].map(recipients), [3, 1, 1]);
  assert.is(value(series, 'ackmail_mails_sent_total', { account: 'relay', action: 'ops' }), 2);
  assert.is(value(series, 'ackmail_alerts_coalesced_total', { account: 'relay', action: 'ops' }), 3);
  assert.is(value(series, 'ackmail_alert_events_total', { monitor: 'prod', kind: 'fired' }), 2);
  assert.is(value(series, 'ackmail_alert_events_total', { kind: 'acknowledged' }), 1);
  assert.is(value(series, 'ackmail_replies_total', { result: 'refused' }), 1);
  assert.is(value(series, 'ackmail_replies_refused_total', { reason: 'stranger' }), 1);
  assert.is(value(series, 'ackmail_replies_total', { result: 'acknowledged' }), 1);
});

test('tries are counted, and the delay from when the first event was due', async () => {
  const metrics = createMetrics();
  const delivery = { action: 'ops', eventIds: ['1', '2'], alertIds: ['a'], dueAt: before(20) };
  metrics.noteDelivery({ ...delivery, status: 'deferred', detail: 'not now' }, now);
  metrics.noteDelivery({ ...delivery, status: 'delivered' }, now);
  metrics.noteDelivery({ ...delivery, status: 'delivered', dueAt: before(-60) }, now);
  const { series } = await render(metrics);
  assert.is(value(series, 'ackmail_events_told_total', { action: 'ops' }), 4);
  assert.is(value(series, 'ackmail_tries_deferred_total', { action: 'ops' }), 1);
  assert.is(value(series, 'ackmail_delivery_delay_seconds_sum', { action: 'ops' }), 20);
  assert.is(value(series, 'ackmail_delivery_delay_seconds_bucket', { action: 'ops', le: '10' }), 1);
  assert.is(value(series, 'ackmail_delivery_delay_seconds_bucket', { action: 'ops', le: '30' }), 2);
});

test('what is now is read from the status, and what has gone has no value', async () => {
  const metrics = createMetrics();
  const { series } = await render(metrics);
  assert.is(value(series, 'ackmail_outbox_waiting', { action: 'ops' }), 2);
  assert.is(value(series, 'ackmail_outbox_oldest_age_seconds', { action: 'ops' }), 90);
  assert.is(value(series, 'ackmail_outbox_oldest_age_seconds', { action: 'chat' }), 0);
  assert.is(value(series, 'ackmail_outbox_oldest_age_seconds', { action: 'night' }), 0, 'due later');
  assert.is(value(series, 'ackmail_alerts', { status: 'firing' }), 4);
  assert.is(value(series, 'ackmail_acknowledgements_pending', { account: 'alerts' }), 3);
  assert.is(value(series, 'ackmail_mailbox_watching', { account: 'alerts' }), 1);
  assert.is(value(series, 'ackmail_system_errors', { code: 'SMTP_UNREACHABLE' }), 2);
  assert.is(value(series, 'ackmail_account_state', { account: 'alerts', state: 'degraded' }), 1);
  assert.is(
    value(series, 'ackmail_access_token_expiry_timestamp_seconds', { account: 'alerts' }),
    now.getTime() / 1_000 + 1_800,
  );
  assert.is(
    value(series, 'ackmail_credential_expiry_timestamp_seconds', { what: 'client secret' }),
    now.getTime() / 1_000 + 86_400,
  );
  assert.is(value(series, 'ackmail_rate_budget_left', { account: 'alerts' }), -2);
  assert.is(value(series, 'ackmail_start_time_seconds'), now.getTime() / 1_000 - 60);
  const later = await render(metrics, { ...status, systemErrors: [], accounts: [], actions: [] });
  assert.is(value(later.series, 'ackmail_system_errors'), undefined);
  assert.is(value(later.series, 'ackmail_account_state'), undefined);
  assert.is(value(later.series, 'ackmail_outbox_waiting'), undefined);
});

test('what has not happened yet is there as zero', async () => {
  const metrics = createMetrics();
  metrics.expect(expected);
  const { series } = await render(metrics);
  for (const [name, labels] of [
    ['ackmail_alert_events_total', { monitor: 'prod', kind: 'resolved' }],
    ['ackmail_events_told_total', { action: 'chat' }],
    ['ackmail_tries_deferred_total', { action: 'ops' }],
    ['ackmail_delivery_delay_seconds_count', { action: 'ops' }],
    ['ackmail_mails_sent_total', { account: 'relay', action: 'ops' }],
    ['ackmail_mail_recipients_total', { account: 'alerts', action: 'ops', result: 'rejected' }],
    ['ackmail_replies_total', { account: 'alerts', result: 'not-taken' }],
    ['ackmail_replies_refused_total', { account: 'alerts', reason: 'unauthenticated' }],
  ] as const)
    assert.is(value(series, name, labels), 0, name);
});

test('two in one process count apart, and label values cannot end a line', async () => {
  const [one, other] = [createMetrics(), createMetrics()];
  const evil = 'a"} 1\nackmail_evil_total 7\\';
  one.noteDelivery({ action: evil, status: 'deferred', eventIds: [], alertIds: [], dueAt: now }, now);
  const { series } = await render(one);
  assert.is(value(series, 'ackmail_tries_deferred_total', { action: evil }), 1);
  assert.is(value(series, 'ackmail_evil_total'), undefined);
  assert.is(value((await render(other)).series, 'ackmail_tries_deferred_total'), undefined);
});

test('The names follow the conventions of Prometheus.', async () => {
  const metrics = createMetrics();
  const { types, helps } = await render(metrics);
  assert.ok(types.size > 15);
  for (const [name, type] of types) {
    assert.match(name, /^ackmail_[a-z]+(_[a-z]+)*$/);
    assert.is(name.endsWith('_total'), type === 'counter', name);
    if (type === 'histogram') assert.match(name, /_seconds$/);
    assert.not.match(name, /_(ms|milliseconds|minutes|count|sum|bucket)$/);
    assert.match(helps.get(name) ?? '', /\.$/, name);
  }
});

test('The page about metrics names every metric with its type and labels, and none that there is not.', async () => {
  const metrics = createMetrics();
  metrics.expect(expected);
  const { types, series } = await render(metrics);
  const labelsOf = (name: string) => {
    const own = series.filter((each) => each.name.replace(/_(bucket|sum|count)$/, '') === name);
    return [...new Set(own.flatMap((each) => Object.keys(each.labels)))]
      .filter((label) => label !== 'le')
      .sort();
  };
  const there = [...types].map(([name, type]) => ({ name, type, labels: labelsOf(name) }));
  const page = await readFile('docs/metrics.md', 'utf8');
  const rows = [...page.matchAll(/^\| `(ackmail_\w+)` \| (\w+) \| (.*?) ?\| /gm)];
  const documented = rows.map(([, name = '', type = '', labels = '']) => ({
    ...{ name, type },
    labels: [...labels.matchAll(/`(\w+)`/g)].map(([, label = '']) => label).sort(),
  }));
  const byName = (a: { name: string }, b: { name: string }) => a.name.localeCompare(b.name);
  assert.equal(documented.sort(byName), there.sort(byName));
});

test('The alert rules are a rule file of Prometheus and name only metrics and labels that there are.', async () => {
  const metrics = createMetrics();
  metrics.expect(expected);
  const { series } = await render(metrics);
  const names = new Set(series.map(({ name }) => name));
  const file: unknown = parse(await readFile('docs/prometheus-rules.yaml', 'utf8'));
  const { groups } = file as { groups: { name: string; rules: Record<string, unknown>[] }[] };
  const rules = groups.flatMap((group) => group.rules);
  assert.ok(rules.length >= 8);
  assert.is(new Set(rules.map(({ alert }) => alert)).size, rules.length);
  for (const rule of rules) {
    const { alert, expr, labels, annotations, for: duration, ...others } = rule;
    assert.match(String(alert), /^Ackmail[A-Za-z]+$/);
    assert.equal(others, {});
    assert.match(String(duration ?? '1m'), /^\d+[smh]$/);
    assert.ok(['critical', 'warning'].includes((labels as { severity: string }).severity));
    assert.equal(Object.keys(annotations as object), ['summary', 'description']);
    const used = [...String(expr).matchAll(/ackmail_\w+/g)].map(([name]) => name);
    assert.ok(used.length > 0);
    for (const name of used) assert.ok(names.has(name), `${alert}: ${name}`);
    const labelsThere = new Set(
      series.filter(({ name }) => used.includes(name)).flatMap((each) => Object.keys(each.labels)),
    );
    const selected = [...String(expr).matchAll(/(\w+)=~?"/g)].map(([, label = '']) => label);
    const told = [...JSON.stringify(annotations).matchAll(/\$labels\.(\w+)/g)].map(([, label = '']) => label);
    for (const label of [...selected, ...told])
      assert.ok(label === 'job' || labelsThere.has(label), `${alert}: ${label}`);
  }
});

test.run();
