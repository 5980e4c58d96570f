import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { note, openScene } from './scene.js';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

test('Each firing counts once, on the day on which it fired, and is acknowledged by the first who did', async () => {
  const scene = await openScene('2026-03-08T12:00:00Z');
  scene.open.add('c');
  await scene.write(
    note('fired', 'a', '2026-03-07T23:50:00Z'),
    note('fired', 'b', '2026-03-08T00:00:00Z', { severity: 'warning', source: 'icinga' }),
    note('repeated', 'b', '2026-03-08T00:05:00Z', { severity: 'warning', source: 'icinga' }),
    note('acknowledged', 'a', '2026-03-08T00:10:00Z', { author: 'anna@example.com' }),
    note('unacknowledged', 'a', '2026-03-08T00:20:00Z', { author: 'anna@example.com' }),
    note('acknowledged', 'a', '2026-03-08T00:30:00Z', { author: 'ben@example.com' }),
    note('fired', 'own', '2026-03-08T01:00:00Z', { source: 'ackmail' }),
    note('resolved', 'b', '2026-03-08T02:00:00Z', { severity: 'warning', source: 'icinga' }),
    // The same alert once more, accepted again after a crash.
    note('fired', 'a', '2026-03-08T03:00:00Z'),
    note('fired', 'c', '2026-03-08T11:00:00Z'),
  );
  const report = await scene.make('2026-03-07T12:00:00Z');
  assert.equal(report.alerts, {
    fired: 3,
    bySeverity: [
      { name: 'critical', fired: 2, acknowledged: 1 },
      { name: 'warning', fired: 1, acknowledged: 0 },
    ],
    bySource: [
      { name: 'prod', fired: 2, acknowledged: 1 },
      { name: 'icinga', fired: 1, acknowledged: 0 },
    ],
  });
  const { days, byAuthor, count, medianMs, earlier } = report.acknowledgement;
  assert.equal(byAuthor, [{ author: 'anna@example.com', count: 1 }]);
  assert.equal([count, medianMs, earlier], [1, 20 * minuteMs, 0]);
  assert.equal(
    days.map(({ from, fired, acknowledged }) => [from.toISOString(), fired, acknowledged]),
    [
      ['2026-03-07T12:00:00.000Z', 1, 1],
      ['2026-03-08T00:00:00.000Z', 2, 0],
    ],
  );
  assert.equal([report.unacknowledged.count, report.unacknowledged.firing], [2, 1]);
  assert.equal(
    report.unacknowledged.longest.map(({ alertId, lastedMs, firing }) => [alertId, lastedMs, firing]),
    [
      ['c', hourMs, true],
      ['b', 2 * hourMs, false],
    ],
  );
  await scene.close();
});

test('Acknowledged again in the span, an alert of the day on which it begins is none that fired before; one of earlier days is', async () => {
  const scene = await openScene('2026-03-08T12:00:00Z');
  const acknowledged = (id: string, at: string) =>
    note('acknowledged', id, at, { author: 'anna@example.com' });
  await scene.write(
    note('fired', 'days-before', '2026-03-05T11:00:00Z'),
    acknowledged('days-before', '2026-03-05T11:10:00Z'),
    note('fired', 'same-day', '2026-03-07T11:00:00Z'),
    acknowledged('same-day', '2026-03-07T11:10:00Z'),
    acknowledged('same-day', '2026-03-07T13:00:00Z'),
    acknowledged('days-before', '2026-03-07T13:00:00Z'),
    acknowledged('days-before', '2026-03-08T11:00:00Z'),
  );
  const { acknowledgement } = await scene.make('2026-03-07T12:00:00Z');
  assert.is(acknowledgement.earlier, 1);
  await scene.close();
});

test('What fired before the span and was acknowledged in it is told apart, and what came after it is left out', async () => {
  const scene = await openScene('2026-03-08T12:00:00Z');
  await scene.write(
    note('fired', 'before', '2026-03-06T23:00:00Z'),
    note('fired', 'same-day', '2026-03-07T11:00:00Z'),
    note('fired', 'at-once', '2026-03-07T12:00:00Z'),
    note('acknowledged', 'same-day', '2026-03-07T13:00:00Z', { author: 'anna@example.com' }),
    note('acknowledged', 'before', '2026-03-07T14:00:00Z', { author: 'anna@example.com' }),
    note('fired', 'late', '2026-03-08T11:30:00Z'),
    note('acknowledged', 'at-once', '2026-03-08T12:00:00Z', { author: 'anna@example.com' }),
    note('acknowledged', 'late', '2026-03-08T12:30:00Z', { author: 'anna@example.com' }),
    note('fired', 'after', '2026-03-08T12:00:00Z'),
    note('fired', 'far', '2031-01-01T00:00:00Z'),
  );
  const report = await scene.make('2026-03-07T12:00:00Z');
  assert.equal(
    [report.alerts.fired, report.acknowledgement.count, report.acknowledgement.earlier],
    [2, 0, 2],
  );
  assert.is(report.acknowledgement.medianMs, undefined);
  assert.equal(
    report.unacknowledged.longest.map(({ alertId, lastedMs }) => [alertId, lastedMs]),
    [
      ['at-once', undefined],
      ['late', undefined],
    ],
  );
  await scene.close();
});

test('Median and 90th percentile are times of alerts, by nearest rank, of all and of each day', async () => {
  const scene = await openScene('2026-03-08T12:00:00Z');
  for (let minutes = 1; minutes <= 20; minutes += 1) {
    const id = `a${minutes}`;
    const at = new Date(Date.parse('2026-03-08T06:00:00Z') + minutes * minuteMs).toISOString();
    await scene.write(
      note('fired', id, '2026-03-08T06:00:00Z'),
      note('acknowledged', id, at, { author: `p${minutes % 3}@example.com` }),
    );
  }
  // The clock was set back between.
  await scene.write(
    note('fired', 'back', '2026-03-08T07:00:00Z'),
    note('acknowledged', 'back', '2026-03-08T06:30:00Z', { author: 'p0@example.com' }),
    note('acknowledged', 'a1', '2026-03-08T11:00:00Z', { author: 'late@example.com' }),
  );
  const { acknowledgement } = await scene.make('2026-03-08T00:00:00Z');
  assert.equal(
    [acknowledgement.count, acknowledgement.medianMs, acknowledgement.percentile90Ms],
    [21, 10 * minuteMs, 18 * minuteMs],
  );
  assert.is(acknowledgement.days[0]?.medianMs, 10 * minuteMs);
  assert.equal(acknowledgement.byAuthor, [
    { author: 'p0@example.com', count: 7 },
    { author: 'p1@example.com', count: 7 },
    { author: 'p2@example.com', count: 7 },
  ]);
  assert.is((await scene.make('2026-03-08T06:59:00Z')).acknowledgement.medianMs, 0);
  await scene.close();
});

test('Delivery counts messages, recipients, tries and events, by action', async () => {
  const scene = await openScene('2026-03-08T12:00:00Z');
  const at = new Date('2026-03-08T06:00:00Z');
  const sent = (action: string, accepted: string[], deferred: string[] = [], rejected: string[] = []) => ({
    ...{ at, kind: 'sent', action, account: 'alerts', mail: 'm', subject: 's', alertIds: ['a'] },
    ...{ accepted, deferred, rejected },
  });
  await scene.write(
    sent('ops', ['a', 'b'], ['c'], ['d']),
    sent('ops', [], ['c']),
    sent('ops', ['c']),
    sent('night', ['e']),
    { at, kind: 'told', action: 'ops', eventIds: ['e'], alertIds: ['a'], names: ['n'] },
    { at, kind: 'bounced', action: 'ops', mail: 'm', alertIds: ['a'], missed: ['a', 'b'] },
    { at, kind: 'given-up', action: 'chat', eventId: 'e', source: 'prod' },
    { at, kind: 'given-up', action: 'chat', eventId: 'f', source: 'ackmail' },
    { at, kind: 'dropped', action: 'ops', eventId: 'g', source: 'prod' },
    { at, kind: 'dropped', action: 'ops', by: 'operator' },
    { at: new Date('2026-03-08T13:00:00Z'), kind: 'dropped', action: 'ops', by: 'operator' },
  );
  const { delivery } = await scene.make('2026-03-08T00:00:00Z');
  const none = { mails: 0, accepted: 0, deferred: 0, rejected: 0, bounced: 0, givenUp: 0, dropped: 0 };
  assert.equal(delivery.byAction, [
    { action: 'chat', ...none, givenUp: 1 },
    { action: 'night', ...none, mails: 1, accepted: 1 },
    { action: 'ops', mails: 2, accepted: 3, deferred: 2, rejected: 1, bounced: 2, givenUp: 0, dropped: 2 },
  ]);
  assert.equal([delivery.mails, delivery.accepted, delivery.givenUp], [3, 4, 1]);
  await scene.close();
});

test('Replies count by what they came to; an acknowledgement from elsewhere is none', async () => {
  const scene = await openScene('2026-03-08T12:00:00Z');
  const at = new Date('2026-03-08T06:00:00Z');
  const reply = (kind: string, more: object = {}) => ({
    at,
    kind,
    account: 'alerts',
    position: '1',
    ...more,
  });
  await scene.write(
    note('fired', 'a', '2026-03-08T05:00:00Z'),
    note('acknowledged', 'a', '2026-03-08T06:00:00Z', { author: 'anna@example.com' }),
    reply('acknowledged', { alertIds: ['a'], author: 'anna@example.com' }),
    note('commented', 'a', '2026-03-08T06:10:00Z', { author: 'ben@example.com' }),
    reply('refused', { refusal: 'stranger' }),
    reply('refused', { refusal: 'automatic' }),
    reply('refused', { refusal: 'stranger' }),
    reply('asked'),
    { at, kind: 'raised', code: 'SMTP_BOUNCED', subject: 'x', severity: 'warning' },
    { at, kind: 'cleared', code: 'SMTP_BOUNCED', subject: 'x', severity: 'warning' },
  );
  const { replies, systemErrorsRaised } = await scene.make('2026-03-08T00:00:00Z');
  assert.equal(replies, {
    total: 5,
    byVerdict: [
      { verdict: 'refused', count: 3 },
      { verdict: 'acknowledged', count: 1 },
      { verdict: 'asked', count: 1 },
    ],
    byRefusal: [
      { refusal: 'stranger', count: 2 },
      { refusal: 'automatic', count: 1 },
    ],
  });
  assert.is(systemErrorsRaised, 1);
  await scene.close();
});

test('Days are those of the time zone, with 23 and 25 hours where the clock is changed', async () => {
  const scene = await openScene('2026-10-27T12:00:00Z', 'Europe/Berlin');
  await scene.write(
    note('fired', 'a', '2026-03-28T23:30:00Z'),
    note('fired', 'b', '2026-03-29T21:59:59Z'),
    note('fired', 'c', '2026-10-24T22:00:00Z'),
    note('fired', 'd', '2026-10-25T22:59:59Z'),
    note('fired', 'e', '2026-10-25T23:00:00Z'),
  );
  const dayOf = async (from: string, to: string) =>
    (await scene.make(from, to)).acknowledgement.days.map(({ from: begin, fired }) => [
      begin.toISOString().slice(0, 16),
      fired,
    ]);
  assert.equal(await dayOf('2026-03-28T12:00:00Z', '2026-03-30T12:00:00Z'), [
    ['2026-03-28T12:00', 0],
    ['2026-03-28T23:00', 2],
    ['2026-03-29T22:00', 0],
  ]);
  assert.equal(await dayOf('2026-10-24T12:00:00Z', '2026-10-26T12:00:00Z'), [
    ['2026-10-24T12:00', 0],
    ['2026-10-24T22:00', 2],
    ['2026-10-25T23:00', 1],
  ]);
  await scene.close();
});

test('A span that begins before the history has the days that are known; a long one is told by weeks', async () => {
  const scene = await openScene('2026-03-08T12:00:00Z');
  await scene.write(note('fired', 'a', '2026-03-06T05:00:00Z'));
  const { acknowledgement, historyFrom } = await scene.make('2025-01-01T00:00:00Z');
  assert.equal(historyFrom, new Date('2026-03-06T00:00:00Z'));
  assert.equal(acknowledgement.days.length, 3);
  await scene.write(note('fired', 'b', '2025-06-01T05:00:00Z'));
  const long = (await scene.make('2025-01-01T00:00:00Z')).acknowledgement;
  assert.equal([long.stepDays, long.days.length], [7, 41]);
  assert.equal(
    long.days.reduce((sum, { fired }) => sum + fired, 0),
    2,
  );
  await scene.close();
});

test('Without any history, and for no time at all, there is a report with nothing in it', async () => {
  const scene = await openScene('2026-03-08T12:00:00Z');
  for (const from of ['2026-03-08T12:00:00Z', '2026-02-01T00:00:00Z', '1970-01-01T00:00:00Z']) {
    const report = await scene.make(from);
    assert.is(report.alerts.fired, 0);
    assert.is(report.historyFrom, undefined);
    assert.is(report.acknowledgement.count, 0);
  }
  await scene.close();
});

test('While the last day grows, each report has what is there, and torn and strange lines count nothing', async () => {
  const scene = await openScene('2026-03-08T12:00:00Z');
  const fired = async () => (await scene.make('2026-03-07T00:00:00Z')).alerts.fired;
  await scene.write(note('fired', 'a', '2026-03-08T01:00:00Z'), note('fired', 'b', '2026-03-07T01:00:00Z'));
  assert.is(await fired(), 2);
  await scene.write(note('fired', 'c', '2026-03-08T02:00:00Z'));
  assert.is(await fired(), 3);
  // A clock that was set back writes into a day that is over.
  await scene.write(note('fired', 'd', '2026-03-07T02:00:00Z'));
  assert.is(await fired(), 4);
  const file = join(scene.folder.path, '2026-03-08.ndjson');
  const line = JSON.stringify(note('fired', 'e', '2026-03-08T03:00:00Z'));
  await appendFile(file, line.slice(0, 60));
  assert.is(await fired(), 4);
  await appendFile(file, `${line.slice(60)}\n`);
  assert.is(await fired(), 5);
  const strange = [
    'null',
    '[]',
    '7',
    '{"at":"x","kind":"fired","alert":"f"}',
    '{"kind":"fired","alert":"g"}',
    '',
  ];
  await appendFile(file, `${strange.join('\n')}\n${line.slice(0, 80)}\n`);
  // In another order, as nobody writes it today.
  await appendFile(file, '{"kind":"fired","alert":"h","at":"2026-03-08T04:00:00Z"}\n');
  const long = {
    ...note('fired', 'i', '2026-03-08T05:00:00Z'),
    names: Array.from({ length: 50_000 }, () => 'name'),
  };
  await appendFile(file, `${JSON.stringify(long)}\n`);
  assert.is(await fired(), 7);
  // Somebody has put another file in its place.
  await writeFile(file, `${line}\n`);
  assert.is(await fired(), 3);
  await scene.close();
});

test('What ends within 60 days is told, the soonest first; what each refresh puts off is not', async () => {
  const scene = await openScene('2026-03-08T12:00:00Z');
  scene.expiries.push(
    { what: 'certificate', at: new Date('2026-05-01T00:00:00Z'), renewed: false },
    { what: 'client secret', at: new Date('2026-03-01T00:00:00Z'), renewed: false, remedy: 'Make another.' },
    { what: 'sign-in', at: new Date('2026-04-01T00:00:00Z'), renewed: true },
    { what: 'certificate', at: new Date('2027-05-01T00:00:00Z'), renewed: false },
  );
  const { ending } = await scene.make('2026-03-07T00:00:00Z');
  assert.equal(
    ending.map(({ account, what, remedy }) => [account, what, remedy]),
    [
      ['alerts', 'client secret', 'Make another.'],
      ['alerts', 'certificate', undefined],
    ],
  );
  await scene.close();
});

test.run();
