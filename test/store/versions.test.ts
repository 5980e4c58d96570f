import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { z } from 'zod';
import type { Fault } from '../../src/core/fault.js';
import type { DocumentType } from '../../src/core/store.js';
import { fakeClock } from '../helpers/fake-clock.js';
import { faultOf, filesBelow, filesWritten, inDataFolder, note, openTestStore } from './data-folder.js';

const personOnDisk = z.strictObject({ first: z.string(), last: z.string(), mail: z.string().nullable() });
type Person = z.infer<typeof personOnDisk>;

/** Version 1 had one name, version 2 two of them, version 3 has a mail address. */
const person: DocumentType<Person> = {
  version: 3,
  parse: (value) => personOnDisk.parse(value),
  migrations: {
    1: (old) => {
      const [first = '', last = ''] = z.string().parse(old['name']).split(' ');
      return { first, last };
    },
    2: (old) => ({ ...old, v: 3, mail: null }),
  },
};

test('an older document is read through its migrations, and written in the new version', () =>
  inDataFolder(async (dir) => {
    for (const encrypted of [false, true]) {
      const name = encrypted ? 'sealed' : 'plain';
      const old = await openTestStore(dir);
      const v1: DocumentType<{ name: string }> = {
        version: 1,
        encrypted,
        parse: (value) => z.object({ name: z.string() }).parse(value),
      };
      await old.store.collection(name, v1).put('a', { name: 'Ada Example' });
      await old.store.close();

      const { store } = await openTestStore(dir);
      const people = store.collection(name, { ...person, encrypted });
      const read = await people.get('a');
      assert.equal(read, { first: 'Ada', last: 'Example', mail: null });
      if (read) await people.put('a', read);
      await filesWritten(store);
      assert.is(JSON.parse(await readFile(join(dir, name, 'a.json'), 'utf8')).v, 3);
      assert.equal(await people.get('a'), read);
      await store.close();
    }
  }));

test('a newer document stops the reader and is left as it is', () =>
  inDataFolder(async (dir) => {
    await mkdir(join(dir, 'notes'), { recursive: true });
    await writeFile(join(dir, 'notes', 'a.json'), '{"v":2,"words":["from the future"]}');
    const { store, damaged } = await openTestStore(dir);
    const notes = store.collection('notes', note);
    const fault = await faultOf(notes.get('a'));
    assert.is(fault.code, 'STORE_NEWER');
    assert.match(fault.text, /a\.json was written by a newer Ackmail \(version 2; this one knows 1\)/);
    assert.equal([...(await filesBelow(dir)).keys()], ['notes/a.json']);
    assert.equal(damaged, []);
  }));

test('a directory of a newer Ackmail is refused when the collection is opened, before anything is touched', () =>
  inDataFolder(async (dir) => {
    const newer = await openTestStore(dir);
    await newer.store.collection('notes', { ...note, version: 2 }).put('a', { text: 'x' });
    await newer.store.close();
    const before = await filesBelow(dir);

    const older = await openTestStore(dir);
    assert.throws(
      () => older.store.collection('notes', note),
      (error: Fault) => error.code === 'STORE_NEWER',
    );
    await older.store.close();
    assert.equal(await filesBelow(dir), before);
    const same = await openTestStore(dir);
    assert.equal(await same.store.collection('notes', { ...note, version: 2 }).get('a'), { text: 'x' });
  }));

test('a damaged document is set aside and told, and its neighbours are read', () =>
  inDataFolder(async (dir) => {
    const { store, damaged } = await openTestStore(dir, { clock: fakeClock() });
    const notes = store.collection('notes', note);
    const bad: readonly (string | Buffer)[] = [
      '',
      '{"v":1,"text":"torn',
      'null',
      '[]',
      '{"text":"no version"}',
      '{"v":0,"text":"x"}',
      '{"v":1.5,"text":"x"}',
      '{"v":1,"text":7}',
      '{"v":1,"text":"x","more":1}',
      `${'['.repeat(100_000)}`,
      Buffer.from('7b2276223a312c2274657874223a22ff227d', 'hex'),
    ];
    await notes.put('neighbour', { text: 'fine' });
    await filesWritten(store);
    for (const text of bad) {
      await writeFile(join(dir, 'notes', 'a.json'), text);
      assert.is(await notes.get('a'), undefined, String(text).slice(0, 40));
      assert.is(await notes.get('a'), undefined);
    }
    assert.is(damaged.length, bad.length);
    assert.equal(await notes.names(), ['neighbour']);
    assert.equal(await notes.get('neighbour'), { text: 'fine' });

    const aside = await readdir(join(dir, 'quarantine'));
    assert.is(aside.length, bad.length, 'nothing was overwritten, though the clock stood still');
    assert.ok(aside.includes('notes-a-20260301t030000000z.json'), aside.join());
    assert.match(damaged[0]?.message ?? '', /a\.json cannot be read and was set aside as .*: it is not JSON/);
    assert.match(damaged[7]?.message ?? '', /not as expected: text/);
    const texts = await Promise.all(aside.map((file) => readFile(join(dir, 'quarantine', file))));
    for (const text of bad) assert.ok(texts.some((each) => each.equals(Buffer.from(text))));
  }));

test('a version that has no migration is set aside, not guessed', () =>
  inDataFolder(async (dir) => {
    await mkdir(join(dir, 'notes'), { recursive: true });
    await writeFile(join(dir, 'notes', 'a.json'), '{"v":1,"text":"x"}');
    const { store, damaged } = await openTestStore(dir);
    assert.is(await store.collection('notes', { ...note, version: 2 }).get('a'), undefined);
    assert.match(damaged[0]?.message ?? '', /its version is not known/);
  }));

test('the longest name fits into the quarantine too', () =>
  inDataFolder(async (dir) => {
    const name = 'x'.repeat(200);
    const { store, damaged } = await openTestStore(dir);
    const notes = store.collection(name.slice(0, 100), note);
    await notes.put(name, { text: 'x' });
    await filesWritten(store);
    await writeFile(join(dir, name.slice(0, 100), `${name}.json`), '{');
    assert.is(await notes.get(name), undefined);
    assert.is(damaged.length, 1);
  }));

test('a damaged record of versions is set aside, and the store opens', () =>
  inDataFolder(async (dir) => {
    const first = await openTestStore(dir);
    await first.store.collection('notes', note).put('a', { text: 'x' });
    await first.store.close();
    await writeFile(join(dir, 'versions', 'notes.json'), '');
    const { store, damaged } = await openTestStore(dir);
    assert.equal(await store.collection('notes', note).get('a'), { text: 'x' });
    assert.is(damaged.length, 1);
  }));

test.run();
