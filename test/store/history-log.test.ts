import { appendFile, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { HistoryEntry, HistoryQuery, Store } from '../../src/core/store.js';
import { fakeClock } from '../helpers/fake-clock.js';
import { inDataFolder, openTestStore } from './data-folder.js';

const day = 86_400_000;

test('entries come back since a moment, oldest first, over the borders of days', () =>
  inDataFolder(async (dir) => {
    const clock = fakeClock(new Date('2026-03-01T23:59:59Z'));
    const { store } = await openTestStore(dir, { clock });
    for (const n of [1, 2, 3]) {
      await store.history.append({ at: clock.now(), kind: 'sent', n });
      await clock.forward(1_000);
    }
    await store.history.append({ at: new Date('2026-03-01T23:59:58Z'), kind: 'acknowledged', n: 0 });
    assert.equal(await numbers(store, new Date(0)), [0, 1, 2, 3]);
    assert.equal(await numbers(store, new Date('2026-03-01T23:59:59Z')), [1, 2, 3]);
    assert.equal(await numbers(store, new Date('2026-03-02T00:00:00Z')), [2, 3]);
    assert.equal(await numbers(store, new Date('2026-03-03T00:00:00Z')), []);
    assert.match(
      await readFile(join(dir, 'history', '2026-03-02.ndjson'), 'utf8'),
      /^{.*"n":2}\n{.*"n":3}\n$/,
    );
  }));

test('facts come back as they were, line breaks stay inside their line', () =>
  inDataFolder(async (dir) => {
    const { store } = await openTestStore(dir);
    const at = new Date('2026-03-01T00:00:00Z');
    const text = 'a\r\n{"at":"2026-03-01T00:00:00.000Z","kind":"forged"}\n\u2028';
    await store.history.append({
      at,
      kind: 'sent',
      text,
      to: ['a@example.com'],
      ok: true,
      none: undefined,
      on: at,
    });
    assert.equal(await entries(store), [
      { at, kind: 'sent', text, to: ['a@example.com'], ok: true, on: '2026-03-01T00:00:00.000Z' },
    ]);
  }));

test('a torn or foreign line is passed over, and the next entry is not glued to it', () =>
  inDataFolder(async (dir) => {
    const crashed = await openTestStore(dir);
    const at = new Date('2026-03-01T00:00:00Z');
    await crashed.store.history.append({ at, kind: 'sent', n: 1 });
    await crashed.store.close();
    const file = join(dir, 'history', '2026-03-01.ndjson');
    const foreign = [
      'null',
      '[]',
      '7',
      '"at"',
      '{"at":"soon","kind":"sent"}',
      '{"at":"2026-03-01T00:00:00Z"}',
    ];
    const values = ['{}', 'null', '[1]', '{"deep":[]}'];
    const damaged = values.map((value) => `{"at":"2026-03-01T00:00:00.000Z","kind":"sent","n":${value}}`);
    await appendFile(file, [...foreign, ...damaged, '{"at":"2026-03-01T00:00:00.000Z","ki'].join('\n'));
    const { store } = await openTestStore(dir);
    assert.equal(await numbers(store, at), [1]);
    await store.history.append({ at, kind: 'sent', n: 2 });
    await store.history.append({ at, kind: 'sent', n: 3 });
    assert.equal(await numbers(store, at), [1, 2, 3]);
  }));

test('a file that was taken away is made anew', () =>
  inDataFolder(async (dir) => {
    const { store } = await openTestStore(dir);
    const at = new Date('2026-03-01T00:00:00Z');
    await store.history.append({ at, kind: 'sent', n: 1 });
    await rm(join(dir, 'history', '2026-03-01.ndjson'));
    await store.history.append({ at, kind: 'sent', n: 2 });
    assert.equal(await numbers(store, at), [2]);
  }));

test('many appends at once keep their order', () =>
  inDataFolder(async (dir) => {
    const { store } = await openTestStore(dir);
    const at = new Date('2026-03-01T00:00:00Z');
    const all = Array.from({ length: 5_000 }, (_, n) => n);
    await Promise.all(all.map((n) => store.history.append({ at, kind: 'sent', n })));
    assert.equal(await numbers(store, at), all);
  }));

test('purge removes days that are over, whole', () =>
  inDataFolder(async (dir) => {
    const { store } = await openTestStore(dir);
    const start = new Date('2026-03-01T12:00:00Z').getTime();
    for (const n of [0, 1, 2]) await store.history.append({ at: new Date(start + n * day), kind: 'sent', n });
    await writeFile(join(dir, 'history', 'notes.txt'), '');
    assert.is(await store.purge('history', new Date(start + day)), 1);
    assert.equal(await numbers(store, new Date(0)), [1, 2]);
  }));

test('of a search come the entries with one of the texts, before its end, oldest first', () =>
  inDataFolder(async (dir) => {
    const { store } = await openTestStore(dir);
    const start = new Date('2026-03-01T12:00:00Z').getTime();
    const about = ['qv7alertid', 'other', 'qv7alertid', 'third', 'qv7alertid'];
    for (const [n, alert] of about.entries())
      await store.history.append({ at: new Date(start + n * day), kind: 'sent', alertIds: ['x', alert], n });
    await store.history.append({ at: new Date(start - 1_000), kind: 'fired', alert: 'qv7alertid', n: 9 });
    assert.equal(await numbers(store, new Date(0), { texts: ['qv7alertid'] }), [9, 0, 2, 4]);
    assert.equal(await numbers(store, new Date(start), { texts: ['qv7alertid'] }), [0, 2, 4]);
    assert.equal(await numbers(store, new Date(0), { texts: ['third', 'qv7alertid', 'alertid'] }), [
      ...[9, 0, 2, 3, 4],
    ]);
    const until = new Date(start + 2 * day);
    assert.equal(await numbers(store, new Date(0), { until, texts: ['qv7alertid'] }), [9, 0]);
    assert.equal(await numbers(store, new Date(0), { until }), [9, 0, 1]);
    assert.equal(await numbers(store, new Date(0), { texts: ['nowhere'] }), []);
    assert.equal(await numbers(store, new Date(0), { texts: [] }), []);
  }));

test('a search finds a text as it was written, whatever is in it, and passes over a torn line', () =>
  inDataFolder(async (dir) => {
    const { store } = await openTestStore(dir);
    const at = new Date('2026-03-01T00:00:00Z');
    const texts = ['say "no"\\', 'two\nlines', 'Grüße \u2028', '🙂', 'z', ''];
    for (const [n, comment] of texts.entries())
      await store.history.append({ at, kind: 'commented', comment, n });
    for (const [n, text] of texts.slice(0, 4).entries())
      assert.equal(await numbers(store, at, { texts: [text] }), [n], text);
    assert.equal(await numbers(store, at, { texts: ['🙂', 'Grüße'] }), [2, 3]);
    await appendFile(
      join(dir, 'history', '2026-03-01.ndjson'),
      '{"at":"2026-03-01T00:00:00Z","kind":"torn🙂',
    );
    assert.equal(await numbers(store, at, { texts: ['🙂'] }), [3]);
  }));

async function entries(store: Store): Promise<readonly HistoryEntry[]> {
  const found: HistoryEntry[] = [];
  for await (const entry of store.history.since(new Date(0))) found.push(entry);
  return found;
}

async function numbers(store: Store, since: Date, query?: HistoryQuery): Promise<readonly unknown[]> {
  const found: unknown[] = [];
  for await (const entry of store.history.since(since, query)) found.push(entry['n']);
  return found;
}

test.run();
