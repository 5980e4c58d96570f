import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { backoffMs } from '../../src/actions/backoff.js';
import { outboxName } from '../../src/actions/outbox-name.js';
import { priorityOf } from '../../src/actions/priority.js';
import { shortHash } from '../../src/actions/short-hash.js';
import { alertEvent } from './workshop.js';

const parts = {
  action: 'ops-team_1',
  group: outboxName.group('ops-team_1', 'alert with / and \n'),
  key: outboxName.key('ops-team_1', '../../event'),
  dueMs: Date.parse('2026-03-01T03:00:00Z'),
  firstDueMs: Date.parse('2026-02-01T03:00:00Z'),
  order: Date.parse('2026-02-01T03:00:01Z'),
  priority: 3,
  attempt: 40,
};

test('A name says all again, and fits a collection.', () => {
  const name = outboxName.mint(parts);
  assert.match(name, /^[a-z0-9._-]{1,200}$/);
  assert.equal(outboxName.read(name), parts);
  const extreme = {
    ...parts,
    action: 'x'.repeat(64),
    attempt: 1e9,
    dueMs: -5,
    firstDueMs: 1e300,
    order: 0.5,
  };
  const longName = outboxName.mint(extreme);
  assert.match(longName, /^[a-z0-9._-]{1,200}$/);
  assert.is(outboxName.read(longName)?.dueMs, 0);
});

test('Names sort by when they are due.', () => {
  const times = [0, 1_000, Date.parse('2026-03-01'), Date.parse('2059-12-31'), Date.parse('2200-01-01')];
  const names = times.map((dueMs) => outboxName.mint({ ...parts, dueMs }));
  assert.equal([...names].reverse().sort(), names);
});

test('What is not one of our names is not read.', () => {
  const name = outboxName.mint(parts);
  for (const other of ['', 'hello', `${name}x`, name.slice(1), name.replaceAll('.', '-'), name.toUpperCase()])
    assert.is(outboxName.read(other), undefined, other);
});

test('Hashes keep their texts apart.', () => {
  assert.is(shortHash(13, 'a', 'b').length, 13);
  assert.match(shortHash(26, 'x'), /^[a-z2-7]{26}$/);
  assert.is.not(shortHash(26, 'ab', 'c'), shortHash(26, 'a', 'bc'));
  assert.is.not(shortHash(26, 'a","b'), shortHash(26, 'a', 'b'));
});

test('The backoff begins soon, doubles, and ends at 15 minutes.', () => {
  const longest = [1, 2, 3, 8, 9, 1_000].map((failures) => backoffMs(failures, () => 1));
  assert.equal(longest, [5_000, 10_000, 20_000, 640_000, 900_000, 900_000]);
  assert.is(
    backoffMs(1, () => 0),
    3_750,
  );
});

test('Critical goes first, then by severity, then what Ackmail tells of itself, then what is over.', () => {
  const event = alertEvent('e1', 'a1');
  const of = (severity: string, source = 'prod') =>
    priorityOf({ ...event, alert: { ...event.alert, severity, source } });
  const order = [of('critical'), of('error'), of('warning'), of('info'), of('critical', 'ackmail')];
  assert.equal(order, [0, 1, 2, 3, 4]);
  assert.is(priorityOf({ ...event, kind: 'resolved' }), 5);
});

test.run();
