import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { loadKey } from '../../src/store/load-key.js';
import { createKeyRotation } from '../../src/store/rotate-key.js';
import { faultOf, filesBelow, inDataFolder, key, note, openTestStore, secretNote } from './data-folder.js';

const grants = ['alerts', 'relay'];
const textOf = (name: string) => `the grant of ${name}`;
const line = `${key.toString('base64')}\n`;

/** A data directory with encrypted documents, and its key file beside it. */
async function prepare(dir: string): Promise<{ readonly data: string; readonly keyFile: string }> {
  const data = join(dir, 'data');
  const keyFile = join(dir, 'ackmail.key');
  await mkdir(dir, { recursive: true });
  await writeFile(keyFile, line, { mode: 0o600 });
  const { store } = await openTestStore(data);
  for (const name of grants) await store.collection('grants', secretNote).put(name, { text: textOf(name) });
  await store.collection('references', secretNote).put('secret', { text: textOf('secret') });
  await store.collection('notes', note).put('plain', { text: 'plain' });
  await store.close();
  return { data, keyFile };
}

async function open(data: string, keyFile: string) {
  const loaded = await loadKey({ env: {}, keyFile, defaultFile: keyFile });
  const { key: current, olderKeys } = loaded;
  const { store, damaged } = await openTestStore(data, { key: current, olderKeys });
  const collection = store.collection('grants', secretNote);
  const references = store.collection('references', secretNote);
  return { loaded, store, damaged, collection, references, rotation: createKeyRotation(loaded, store) };
}

/** Reads everything with what the key file holds now. */
async function readAll(data: string, keyFile: string, finish: boolean): Promise<void> {
  const { store, damaged, collection, references, rotation } = await open(data, keyFile);
  assert.equal(await collection.names(), [...grants].sort());
  for (const name of grants) assert.equal(await collection.get(name), { text: textOf(name) });
  assert.equal(await references.get('secret'), { text: textOf('secret') });
  assert.equal(await store.collection('notes', note).get('plain'), { text: 'plain' });
  if (finish) assert.is(await rotation.finish(), undefined);
  await store.close();
  assert.equal(damaged, []);
}

const kidsBelow = async (data: string) => {
  const files = [...(await filesBelow(data)).values()].join('\n');
  return new Set([...files.matchAll(/"kid":"(\w+)"/g)].map(([, kid]) => kid));
};

async function runRotator(data: string, keyFile: string, step: number): Promise<string> {
  const program = new URL('./rotator.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, ['--import', 'tsx', program, data, keyFile, String(step)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  const [code, signal] = await once(child, 'close');
  return signal ?? `${code} ${output.trim()}`;
}

test('A rotation seals everything with a new key, and the old one opens nothing any more.', () =>
  inDataFolder(async (dir) => {
    const { data, keyFile } = await prepare(dir);
    const before = await kidsBelow(data);
    const { store, collection, rotation } = await open(data, keyFile);
    await collection.put('alerts', { text: 'only in the journal yet' });
    assert.equal(await rotation.rotate(), { file: keyFile, unopened: 0 });
    const after = await kidsBelow(data);
    assert.is(before.size, 1);
    assert.is(after.size, 1, 'also in the journal');
    assert.not.equal(after, before);
    assert.equal(await collection.get('alerts'), { text: 'only in the journal yet' });
    await collection.put('alerts', { text: textOf('alerts') });
    await store.close();

    assert.is((await stat(keyFile)).mode & 0o777, 0o600);
    const text = await readFile(keyFile, 'utf8');
    assert.is(text.split('\n').length, 2);
    assert.not.match(text, line.trim());
    await readAll(data, keyFile, true);
    const old = await openTestStore(data);
    assert.is((await faultOf(old.store.collection('grants', secretNote).get('alerts'))).code, 'STORE_KEY');
    await old.store.close();
    assert.equal((await readdir(dir)).sort(), ['ackmail.key', 'data']);
  }));

test('Killed between any two steps of a rotation, what the key file holds opens everything.', () =>
  inDataFolder(async (dir) => {
    const prepared = await prepare(join(dir, 'prepared'));
    const copy = async (name: string) => {
      await cp(join(dir, 'prepared'), join(dir, name), { recursive: true });
      return { data: join(dir, name, 'data'), keyFile: join(dir, name, 'ackmail.key') };
    };
    const whole = await copy('whole');
    const steps = Number(/^0 (\d+)$/.exec(await runRotator(whole.data, whole.keyFile, 0))?.[1]);
    assert.ok(steps > 15, `${steps} steps`);
    const found = new Set<number>();
    const left = Array.from({ length: steps }, (_, index) => index + 1);
    const lane = async () => {
      for (let step = left.shift(); step !== undefined; step = left.shift()) {
        const { data, keyFile } = await copy(`step-${step}`);
        assert.is(await runRotator(data, keyFile, step), 'SIGKILL', `step ${step}`);
        const { olderKeys } = await loadKey({ env: {}, keyFile, defaultFile: keyFile });
        found.add(olderKeys.length);
        // The next start ends what was begun.
        await readAll(data, keyFile, true);
        await readAll(data, keyFile, false);
        assert.is((await loadKey({ env: {}, keyFile, defaultFile: keyFile })).olderKeys.length, 0);
        assert.is((await kidsBelow(data)).size, 1, `step ${step}`);
      }
    };
    await Promise.all([lane(), lane(), lane()]);
    assert.equal([...found].sort(), [0, 1], 'it was killed with one key and with two in the file');
    await readAll(prepared.data, prepared.keyFile, true);
  }));

test('A key from outside is changed by hand: the new one in front of the old one, a start, the old one out.', () =>
  inDataFolder(async (dir) => {
    const { data, keyFile } = await prepare(dir);
    const next = Buffer.alloc(32, 9);
    const sources = (text: string) => ({ env: { ACKMAIL_KEY: text }, defaultFile: keyFile });
    const start = async (text: string) => {
      const loaded = await loadKey(sources(text));
      const { store } = await openTestStore(data, loaded);
      store.collection('grants', secretNote);
      store.collection('references', secretNote);
      return { store, rotation: createKeyRotation(loaded, store) };
    };
    const first = await start(line);
    const fault = await faultOf(first.rotation.rotate());
    assert.is(fault.code, 'CONFIG_KEY_GIVEN');
    assert.match(fault.text, 'the environment (ACKMAIL_KEY)');
    assert.is(await first.rotation.finish(), undefined);
    await first.store.close();

    const both = await start(`${next.toString('base64')} ${line.trim()}`);
    const left =
      'Everything is sealed with the first key of the environment (ACKMAIL_KEY); take the others out of it.';
    assert.is(await both.rotation.finish(), left);
    await both.store.close();
    await writeFile(keyFile, next.toString('base64'));
    await readAll(data, keyFile, true);
  }));

test('A key file that cannot be written, or that somebody has changed, stays as it is.', () =>
  inDataFolder(async (dir) => {
    const { data, keyFile } = await prepare(dir);
    const before = await kidsBelow(data);
    const { store, rotation } = await open(data, keyFile);
    const other = `${Buffer.alloc(32, 5).toString('base64')}\n`;
    for (const text of [other, `${other}${line}`, 'no key']) {
      await writeFile(keyFile, text);
      const fault = await faultOf(rotation.rotate());
      assert.match(fault.code, /CONFIG_KEY_GIVEN|CONFIG_INVALID/);
      assert.is(await readFile(keyFile, 'utf8'), text);
    }
    await writeFile(keyFile, line);
    if (process.getuid?.() !== 0) {
      await chmod(dir, 0o500);
      assert.is((await faultOf(rotation.rotate())).code, 'CONFIG_KEY_GIVEN');
      await chmod(dir, 0o700);
    }
    assert.equal(await kidsBelow(data), before);
    assert.is((await rotation.rotate()).unopened, 0);
    await store.close();
  }));

test('What is sealed with a lost key is left, and counted; what is damaged is set aside.', () =>
  inDataFolder(async (dir) => {
    const { data, keyFile } = await prepare(dir);
    const lost = await openTestStore(data, { key: Buffer.alloc(32, 3) });
    await lost.store.collection('grants', secretNote).put('relay', { text: 'lost' });
    await lost.store.close();
    const sealed = await readFile(join(data, 'grants', 'relay.json'), 'utf8');
    await writeFile(join(data, 'grants', 'damaged.json'), sealed.slice(0, 40));

    const { store, rotation, damaged, collection } = await open(data, keyFile);
    assert.is((await rotation.rotate()).unopened, 1);
    assert.is(damaged.length, 1);
    assert.is(await readFile(join(data, 'grants', 'relay.json'), 'utf8'), sealed);
    assert.equal(await collection.get('alerts'), { text: textOf('alerts') });
    await store.close();
  }));

test('A link in place of the key file leads to the new key afterwards.', () =>
  inDataFolder(async (dir) => {
    const { data, keyFile } = await prepare(dir);
    const linked = join(dir, 'linked.key');
    await symlink(keyFile, linked);
    const { store, rotation } = await open(data, linked);
    await rotation.rotate();
    await store.close();
    await readAll(data, keyFile, true);
    await readAll(data, linked, true);
  }));

test('Without a key no collection can be encrypted.', () =>
  inDataFolder(async (dir) => {
    const { openStore } = await import('../../src/store/open-store.js');
    const { systemClock } = await import('../../src/core/clock.js');
    const store = await openStore({ dir, clock: systemClock });
    assert.throws(() => store.collection('grants', secretNote), /no key/);
    await store.collection('notes', note).put('a', { text: 'x' });
    await store.close();
  }));

test.run();
