import { copyFile, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  faultOf,
  filesBelow,
  filesWritten,
  inDataFolder,
  note,
  openTestStore,
  secretNote,
} from './data-folder.js';

const secret = 'refresh-token-4711-that-nobody-may-see';

test('No secret reaches log, console, spool, error text, process arguments or an unencrypted file.', () =>
  inDataFolder(async (dir) => {
    const { store, damaged } = await openTestStore(dir);
    const grants = store.collection('grants', secretNote);
    await grants.put('alerts', { text: secret });
    await grants.rename('alerts', 'backup');
    await grants.put('alerts', { text: secret });
    const parts = [
      secret,
      Buffer.from(secret).toString('base64').slice(0, 20),
      Buffer.from(secret).toString('hex'),
    ];
    const everything = [...(await filesBelow(dir)).values()].join('\n');
    for (const part of parts) assert.not.ok(everything.includes(part));

    // Parsers quote what they could not read; the fault must not.
    const notes = store.collection('notes', note);
    for (const text of [
      `${secret}`,
      `{"v":1,"text":"${secret}`,
      `{"v":1,"text":["${secret}"]}`,
      `{"v":"${secret}"}`,
    ]) {
      await notes.put('a', { text: 'x' });
      await filesWritten(store);
      await writeFile(join(dir, 'notes', 'a.json'), text);
      assert.is(await notes.get('a'), undefined);
    }
    const throwing = store.collection('notes', {
      ...note,
      parse: () => {
        throw new Error(`bad token ${secret}`);
      },
    });
    await notes.put('a', { text: 'x' });
    assert.is(await throwing.get('a'), undefined);
    assert.is(damaged.length, 5);
    for (const fault of damaged)
      assert.not.match(`${fault.stack} ${JSON.stringify(fault)} ${String(fault.cause)}`, secret);
  }));

test('an encrypted document comes back, also under another name, and never looks the same twice', () =>
  inDataFolder(async (dir) => {
    const { store } = await openTestStore(dir);
    const grants = store.collection('grants', secretNote);
    const textOf = async (name: string) => {
      await filesWritten(store);
      return readFile(join(dir, 'grants', `${name}.json`), 'utf8');
    };
    await grants.put('a', { text: secret });
    const first = await textOf('a');
    await grants.put('a', { text: secret });
    assert.is.not(await textOf('a'), first);
    await grants.rename('a', 'b');
    await grants.rename('missing', 'c');
    assert.equal(await grants.names(), ['b']);
    assert.equal(await grants.get('b'), { text: secret });
  }));

test('with another key the file is refused and left as it is', () =>
  inDataFolder(async (dir) => {
    const first = await openTestStore(dir);
    await first.store.collection('grants', secretNote).put('a', { text: secret });
    await first.store.close();
    const before = await filesBelow(dir);

    const other = await openTestStore(dir, { key: Buffer.alloc(32, 8) });
    const grants = other.store.collection('grants', secretNote);
    assert.is((await faultOf(grants.get('a'))).code, 'STORE_KEY');
    assert.is((await faultOf(grants.rename('a', 'b'))).code, 'STORE_KEY');
    assert.equal(await filesBelow(dir), before);
    assert.equal(other.damaged, []);
    await other.store.close();

    const { store } = await openTestStore(dir);
    assert.equal(await store.collection('grants', secretNote).get('a'), { text: secret });
  }));

test('a file moved to another name or collection is not believed', () =>
  inDataFolder(async (dir) => {
    const { store, damaged } = await openTestStore(dir);
    const grants = store.collection('grants', secretNote);
    const others = store.collection('others', secretNote);
    await grants.put('a', { text: 'of a' });
    await grants.put('b', { text: 'of b' });
    await others.put('a', { text: 'of others' });
    await filesWritten(store);
    await copyFile(join(dir, 'grants', 'a.json'), join(dir, 'others', 'a.json'));
    await rename(join(dir, 'grants', 'a.json'), join(dir, 'grants', 'b.json'));
    assert.is(await others.get('a'), undefined);
    assert.is(await grants.get('b'), undefined);
    assert.is(damaged.length, 2);
  }));

test('a flipped bit, a short tag, a taken-off envelope: set aside, never believed', () =>
  inDataFolder(async (dir) => {
    const { store, damaged } = await openTestStore(dir);
    const grants = store.collection('grants', secretNote);
    const file = join(dir, 'grants', 'a.json');
    await grants.put('a', { text: 'x' });
    await filesWritten(store);
    const whole: Record<string, string> = JSON.parse(await readFile(file, 'utf8'));
    const flip = (field: string) => {
      const bytes = Buffer.from(whole[field] ?? '', 'base64');
      bytes[0] = (bytes[0] ?? 0) ^ 1;
      return { ...whole, [field]: bytes.toString('base64') };
    };
    const shortTag = Buffer.from(whole['tag'] ?? '', 'base64')
      .subarray(0, 4)
      .toString('base64');
    const altered = [
      flip('data'),
      flip('tag'),
      flip('iv'),
      { ...whole, tag: shortTag },
      { ...whole, iv: '' },
      { ...whole, enc: 'none' },
      { v: 1, text: 'planted in plain text' },
      { ...whole, v: 0 },
    ];
    for (const each of altered) {
      await writeFile(file, JSON.stringify(each));
      assert.is(await grants.get('a'), undefined, JSON.stringify(each));
    }
    assert.is(damaged.length, altered.length);
    await writeFile(file, JSON.stringify(whole));
    assert.equal(await grants.get('a'), { text: 'x' });
  }));

test.run();
