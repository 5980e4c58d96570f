import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createAlertBook } from '../../src/actions/alert-book.js';
import { type AlertRecord, alertType } from '../../src/actions/alert-record.js';
import { openStore } from '../../src/store/open-store.js';
import { fakeClock } from '../helpers/fake-clock.js';

const many = 3_000;
const start = new Date('2026-03-01T03:00:00.000Z');
const at = (minutes: number) => new Date(start.getTime() + minutes * 60_000);

/** Of each condition two firings: the first is over, the second somebody has. */
function recordOf(index: number): AlertRecord {
  const condition = Math.floor(index / 2);
  const isOver = index % 2 === 0;
  const owner = { author: 'jo@example.com', comment: 'On it ✓', at: at(index), expiresAt: at(index + 60) };
  return {
    alert: {
      ...{ id: `alert-${index}`, fingerprint: `prom/${condition}`, source: 'prom', severity: 'critical' },
      labels: { alertname: 'Disk', instance: `db${condition}.example.com`, note: 'Grüße \u{1F4BE} \uD800' },
      annotations: { summary: `The disk of db${condition} is full` },
      startsAt: at(index),
      ...(isOver ? { status: 'resolved', endsAt: at(index + 1) } : { status: 'acknowledged', owner }),
    },
    lastSeenAt: at(index),
    accepted: [`event-${index}`],
    told: [{ action: 'ops', eventId: `event-${index}`, at: at(index) }],
    ...(isOver ? { closedAt: at(index + 2) } : {}),
  };
}

async function inBook(task: (open: () => ReturnType<typeof createAlertBook>) => Promise<void>) {
  const dir = await mkdtemp(join(tmpdir(), 'ackmail-test-'));
  const store = await openStore({ dir, clock: fakeClock() });
  try {
    await task(() => createAlertBook(store.collection('alerts', alertType)));
  } finally {
    await store.close();
    await rm(dir, { recursive: true });
  }
}

const records = Array.from({ length: many }, (_, index) => recordOf(index));
async function* nothing() {}
async function* all() {
  yield* records;
}

test('However many alerts there are, each is known as it was.', () =>
  inBook(async (open) => {
    const read = open();
    await read.load(all);
    const put = open();
    for (const record of records) await put.refresh(record);
    for (const book of [read, put]) {
      assert.equal([...book.all()], records);
      for (const index of [0, 1, 17, 1_234, many - 1]) {
        const record = recordOf(index);
        assert.equal(book.get(`alert-${index}`), record);
        const condition = index - (index % 2);
        assert.equal(book.latest(record.alert.fingerprint), [recordOf(condition + 1), recordOf(condition)]);
        assert.equal(book.open(record.alert.fingerprint), recordOf(condition + 1));
      }
    }
  }));

test('What is asked of all alerts is right whether they were packed, changed or removed.', () =>
  inBook(async (open) => {
    const book = open();
    await book.load(all);
    const changed = { ...recordOf(1), lastSeenAt: at(2) };
    await book.refresh({ ...changed, alert: { ...changed.alert, status: 'firing' } });
    await book.remove('alert-2');
    const facts = new Map(Array.from(book.facts(), (each) => [each.id, each]));
    assert.is(facts.size, many - 1);
    assert.is(book.get('alert-2'), undefined);
    assert.equal(
      book.latest('prom/1').map(({ alert }) => alert.id),
      ['alert-3'],
    );
    assert.is(book.get('alert-1')?.alert.status, 'firing');
    assert.is(facts.get('alert-1')?.expiresMs, Infinity);
    assert.is(facts.get('alert-3')?.expiresMs, at(63).getTime());
    assert.is(facts.get('alert-3')?.closedMs, Infinity);
    assert.is(facts.get('alert-4')?.closedMs, at(6).getTime());
  }));

test('A start knows the latest firings of a condition, the newest first.', () =>
  inBook(async (open) => {
    const before = open();
    // The names do not sort as the firings do.
    const firing = (id: string, minutes: number): AlertRecord => ({
      ...recordOf(0),
      alert: { ...recordOf(0).alert, id },
      lastSeenAt: at(minutes),
    });
    for (const [id, minutes] of [['c', 1] as const, ['a', 2] as const, ['b', 3] as const])
      await before.write(firing(id, minutes));
    const book = open();
    await book.load(nothing);
    assert.equal(
      book.latest('prom/0').map(({ alert }) => alert.id),
      ['b', 'a', 'c'],
    );
  }));

test('Of what only waits, the firing counts and not what was put before or after of its end.', () =>
  inBook(async (open) => {
    const ended = recordOf(0);
    const fires: AlertRecord = { ...ended, alert: { ...ended.alert, status: 'firing' } };
    async function* three() {
      yield ended;
      yield fires;
      yield ended;
    }
    const book = open();
    await book.load(three);
    assert.is(book.get('alert-0')?.alert.status, 'firing');
    assert.is(book.latest('prom/0').length, 1);
  }));

test.run();
