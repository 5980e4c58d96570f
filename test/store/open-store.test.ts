import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { systemClock } from '../../src/core/clock.js';
import { openStore } from '../../src/store/open-store.js';
import { fakeClock } from '../helpers/fake-clock.js';
import { faultOf, filesBelow, inDataFolder, key, note, openTestStore, rejection } from './data-folder.js';

test('a document comes back as it was put, also after the store was opened again', () =>
  inDataFolder(async (dir) => {
    const first = await openTestStore(dir);
    const value = { text: 'disk full ☃ "\\\u0000\ud800', at: new Date('2026-03-01T03:00:00Z') };
    await first.store.collection('notes', note).put('a', value);
    await first.store.close();

    const { store } = await openTestStore(dir);
    const notes = store.collection('notes', note);
    assert.equal(await notes.get('a'), value);
    assert.is(await notes.get('b'), undefined);
    assert.equal(JSON.parse(await readFile(join(dir, 'notes', 'a.json'), 'utf8')).v, 1);
  }));

test('folders are 0700 and files 0600, also after the next write', () =>
  inDataFolder(async (dir) => {
    const { store } = await openTestStore(dir);
    const notes = store.collection('notes', note);
    for (const text of ['one', 'two']) await notes.put('a', { text });
    await store.history.append({ at: new Date(), kind: 'sent' });
    const modeOf = async (path: string) => (await stat(path)).mode & 0o777;
    assert.is(await modeOf(dir), 0o700);
    for (const entry of await readdir(dir, { recursive: true, withFileTypes: true }))
      assert.is(await modeOf(join(entry.parentPath, entry.name)), entry.isFile() ? 0o600 : 0o700, entry.name);
  }));

test('a folder that came with another mode is 0700 after the first write', () =>
  inDataFolder(async (dir) => {
    await mkdir(join(dir, 'notes'), { recursive: true, mode: 0o755 });
    const { store } = await openTestStore(dir);
    await store.collection('notes', note).put('a', { text: 'x' });
    assert.is((await stat(join(dir, 'notes'))).mode & 0o777, 0o700);
  }));

test('names are sorted, and are those of documents only', () =>
  inDataFolder(async (dir) => {
    const { store } = await openTestStore(dir);
    const notes = store.collection('notes', note);
    assert.equal(await notes.names(), []);
    for (const name of ['b', 'a.json', 'a', '20260301t030000z-1', '_', '-'])
      await notes.put(name, { text: name });
    await writeFile(join(dir, 'notes', '.hidden.json'), '{}');
    await writeFile(join(dir, 'notes', 'stranger.txt'), '');
    assert.equal(await notes.names(), ['-', '20260301t030000z-1', '_', 'a', 'a.json', 'b']);
  }));

test('a name that could leave its folder is refused by every call', () =>
  inDataFolder(async (dir) => {
    const { store } = await openTestStore(dir);
    const notes = store.collection('notes', note);
    const bad = [
      '',
      '.',
      '..',
      '../grants/a',
      'a/b',
      'a\\b',
      '.hidden',
      'A',
      'ä',
      'a\u0000',
      'a\n',
      'c:a',
      'x'.repeat(201),
    ];
    for (const name of bad) {
      for (const call of [
        () => notes.get(name),
        () => notes.put(name, { text: '' }),
        () => notes.delete(name),
        () => notes.rename(name, 'a'),
        () => notes.rename('a', name),
        () => store.purge(name, new Date()),
      ])
        assert.instance(await rejection(call()), RangeError, JSON.stringify(name));
      assert.throws(
        () => store.collection(name, note),
        (error: unknown) => error instanceof RangeError,
      );
    }
    for (const name of ['history', 'quarantine', 'versions'])
      assert.throws(
        () => store.collection(name, note),
        (error: unknown) => error instanceof RangeError,
      );
    assert.equal([...(await filesBelow(dir)).keys()], []);
    const longest = 'x'.repeat(200);
    await notes.put(longest, { text: 'fits' });
    assert.equal(await notes.names(), [longest]);
  }));

test('a document that is no object is refused', () =>
  inDataFolder(async (dir) => {
    const { store } = await openTestStore(dir);
    const anything = store.collection<unknown>('anything', { version: 1, parse: (value) => value });
    for (const value of [[], 'text', 1, null, undefined])
      assert.instance(await rejection(anything.put('a', value)), TypeError);
  }));

test('rename and delete are there when they return, and nothing happens when there is no document', () =>
  inDataFolder(async (dir) => {
    const { store } = await openTestStore(dir);
    const notes = store.collection('notes', note);
    await notes.put('a', { text: 'first' });
    await notes.rename('a', 'b');
    await notes.rename('b', 'b');
    assert.equal(await notes.names(), ['b']);
    assert.equal(await notes.get('b'), { text: 'first' });
    await notes.rename('missing', 'c');
    await notes.delete('missing');
    await notes.delete('b');
    assert.equal(await notes.names(), []);
  }));

test('what is asked of one name is done in that order, without waiting in between', () =>
  inDataFolder(async (dir) => {
    const { store } = await openTestStore(dir);
    const notes = store.collection('notes', note);
    const again = store.collection('notes', note);
    const work: Promise<unknown>[] = [];
    for (let turn = 0; turn < 200; turn += 1)
      work.push((turn % 2 ? notes : again).put('a', { text: String(turn) }));
    const seen = notes.get('a');
    work.push(notes.rename('a', 'b'), notes.put('a', { text: 'new' }), notes.delete('b'));
    await Promise.all(work);
    assert.equal(await seen, { text: '199' });
    assert.equal(await notes.names(), ['a']);
    assert.equal(await notes.get('a'), { text: 'new' });
  }));

test('thousands of writes at once use few files at once', () =>
  inDataFolder(async (dir) => {
    const { store } = await openTestStore(dir);
    const notes = store.collection('notes', note);
    await Promise.all(Array.from({ length: 3_000 }, (_, n) => notes.put(`n${n}`, { text: 'x' })));
    const read = await Promise.all(Array.from({ length: 3_000 }, (_, n) => notes.get(`n${n}`)));
    assert.is(read.filter((each) => each?.text === 'x').length, 3_000);
  }));

test('what a crashed write left behind is removed at open, and nothing else', () =>
  inDataFolder(async (dir) => {
    await mkdir(join(dir, 'notes'), { recursive: true });
    await writeFile(join(dir, 'notes', '.0123456789abcdef.tmp'), '{"v":1,"te');
    await writeFile(join(dir, 'notes', '.other.tmp'), '');
    await writeFile(join(dir, 'notes', 'a.json'), '{"v":1,"text":"whole"}');
    const { store } = await openTestStore(dir);
    assert.equal((await readdir(join(dir, 'notes'))).sort(), ['.other.tmp', 'a.json']);
    assert.equal(await store.collection('notes', note).get('a'), { text: 'whole' });
  }));

test('a data directory that cannot be written is a transient fault that names it', () =>
  inDataFolder(async (dir) => {
    const { store } = await openTestStore(dir);
    await writeFile(join(dir, 'notes'), 'a file stands where the folder should be');
    const notes = store.collection('notes', note);
    for (const call of [
      () => notes.put('a', { text: 'x' }),
      () => notes.get('a'),
      () => notes.names(),
      () => notes.delete('a'),
    ]) {
      const error = await rejection(call());
      assert.match(String(error), /data directory .*data cannot be read or written: E/);
      assert.equal([error instanceof Error && 'transient' in error && error.transient], [true]);
    }
    await writeFile(join(dir, 'history'), 'here too');
    assert.is(
      (await faultOf(store.history.append({ at: new Date(), kind: 'sent' }))).code,
      'STORE_UNWRITABLE',
    );
    const below = openStore({ dir: join(dir, 'notes', 'below'), key, clock: systemClock });
    assert.is((await faultOf(below)).code, 'STORE_UNWRITABLE');
  }));

test('a write works again when the folder does', () =>
  inDataFolder(async (dir) => {
    const { store } = await openTestStore(dir);
    await writeFile(join(dir, 'notes'), 'in the way');
    const notes = store.collection('notes', note);
    await rejection(notes.put('a', { text: 'x' }));
    await rm(join(dir, 'notes'));
    await notes.put('a', { text: 'x' });
    assert.equal(await notes.get('a'), { text: 'x' });
  }));

test('a key that is not 32 bytes is refused', () =>
  inDataFolder(async (dir) => {
    const opening = openStore({ dir, key: Buffer.alloc(16), clock: systemClock });
    assert.is((await faultOf(opening)).code, 'CONFIG_INVALID');
  }));

test('purge removes what was changed before a moment, but not what is kept', () =>
  inDataFolder(async (dir) => {
    const clock = fakeClock(new Date('2026-03-01T00:00:00Z'));
    const { store } = await openTestStore(dir, { clock });
    const notes = store.collection('notes', note);
    for (const name of ['old', 'kept', 'changed']) await notes.put(name, { text: 'x' });
    await clock.forward(86_400_000);
    await notes.put('changed', { text: 'y' });
    await notes.put('new', { text: 'x' });
    assert.is(await store.purge('notes', clock.now(), (name) => name === 'kept'), 1);
    assert.equal(await notes.names(), ['changed', 'kept', 'new']);
    assert.is(await store.purge('never-used', clock.now()), 0);
  }));

test('stop() returns in bounded time and loses nothing.', () =>
  inDataFolder(async (dir) => {
    const { store } = await openTestStore(dir);
    const notes = store.collection('notes', note);
    const done: string[] = [];
    const work = Array.from({ length: 500 }, async (_, n) => {
      await notes.put(`n${n}`, { text: 'x' });
      done.push(`n${n}`);
    });
    const lines = Array.from({ length: 500 }, (_, n) =>
      store.history.append({ at: new Date(), kind: 'sent', n }),
    );
    await store.close();
    assert.is(await notes.names().catch(() => 'closed'), 'closed');
    assert.match(String(await rejection(notes.put('late', { text: 'x' }))), /closed/);
    assert.is(done.length, 500);
    await Promise.all([...work, ...lines]);

    const again = await openTestStore(dir);
    assert.is((await again.store.collection('notes', note).names()).length, 500);
    let read = 0;
    for await (const _ of again.store.history.since(new Date(0))) read += 1;
    assert.is(read, 500);
  }));

test.run();
