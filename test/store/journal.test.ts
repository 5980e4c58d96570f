import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { afterCrash } from '../helpers/after-crash.js';
import { fakeClock } from '../helpers/fake-clock.js';
import { until } from '../helpers/until.js';
import { noSpace, watchingSyncs } from '../helpers/watching-syncs.js';
import { faultOf, filesWritten, inDataFolder, note, openTestStore, rejection } from './data-folder.js';

const writer = fileURLToPath(new URL('./writer.ts', import.meta.url));

test('kill -9 at any moment loses no document that was reported written, and tears none', () =>
  inDataFolder(async (dir) => {
    const written: string[] = [];
    for (let round = 0; round < 10; round += 1) written.push(...(await writeUntilKilled(dir, `r${round}`)));
    assert.ok(written.length > 100, `${written.length} were written`);

    const { store, damaged } = await openTestStore(dir);
    const notes = store.collection('notes', note);
    const names = await notes.names();
    for (const name of written) assert.ok(names.includes(name), name);
    for (const name of names) {
      const { text = '' } = (await notes.get(name)) ?? {};
      assert.match(text, /^r\d-\d+ x{3000}$/, name);
      if (!name.startsWith('again-')) assert.ok(text.startsWith(`${name} `));
    }
    assert.equal(damaged, []);
    await filesWritten(store);
    assert.equal((await readdir(join(dir, 'notes'))).length, names.length, 'no temporary file is left');
    assert.equal(await readdir(join(dir, 'journal')), []);
  }));

test('a document is on disk when it was written, and its file is before the journal forgets it', () =>
  inDataFolder(async (dir) => {
    const { store } = await openTestStore(dir);
    const notes = store.collection('notes', note);
    await notes.put('first', { text: 'makes the folders' });
    await filesWritten(store);
    const file = join(dir, 'notes', 'a.json');
    const seen: string[] = [];
    await watchingSyncs(
      async (path) => {
        if (path.includes('versions')) return;
        const what = path
          .slice(dir.length + 1)
          .replace(/\d{12}\.ndjson/, 'N.ndjson')
          .replace(/\.[0-9a-f]{16}/, 'temporary');
        const { length } = await readdir(join(dir, 'journal'));
        seen.push(
          `${what} synced, document ${(await exists(file)) ? 'there' : 'not there'}, journal ${length}`,
        );
      },
      async () => {
        await notes.put('a', { text: 'x' });
        seen.push('over');
        await filesWritten(store);
        seen.push('in its file');
        await notes.delete('a');
        seen.push('deleted');
        await filesWritten(store);
      },
    );
    assert.equal(
      seen.filter((line) => !line.startsWith('notes/temporary.tmp synced, document there')),
      [
        'journal synced, document not there, journal 1',
        'journal/N.ndjson synced, document not there, journal 1',
        'over',
        'notes/temporary.tmp synced, document not there, journal 1',
        'notes synced, document there, journal 1',
        'journal synced, document there, journal 0',
        'in its file',
        'journal synced, document there, journal 1',
        'journal/N.ndjson synced, document there, journal 1',
        'deleted',
        'notes synced, document not there, journal 1',
        'journal synced, document not there, journal 0',
      ],
    );
  }));

test('many writes at once share their syncs, and each is covered by one that began later', () =>
  inDataFolder(async (dir) => {
    const { store } = await openTestStore(dir);
    const notes = store.collection('notes', note);
    await notes.put('first', { text: 'makes the folder' });
    let syncs = 0;
    let synced = '';
    await watchingSyncs(
      async (path, sync) => {
        syncs += 1;
        const before = await readFile(path, 'utf8');
        await sync();
        synced += before;
      },
      async () => {
        await Promise.all(
          Array.from({ length: 400 }, async (_, n) => {
            await notes.put(`n${n}`, { text: 'x' });
            assert.ok(synced.includes(`"n${n}"`), `n${n} was reported before it was synced`);
          }),
        );
      },
    );
    assert.ok(syncs < 100, `${syncs} syncs`);
  }));

test('a sync that fails fails the writes that wait for it, and the next ones work', () =>
  inDataFolder(async (dir) => {
    const { store } = await openTestStore(dir);
    const notes = store.collection('notes', note);
    await notes.put('first', { text: 'makes the folder' });
    let failing = true;
    await watchingSyncs(
      async () => {
        if (failing) throw Object.assign(new Error('EIO: i/o error'), { code: 'EIO', syscall: 'fsync' });
      },
      async () => {
        const results = await Promise.allSettled([1, 2, 3].map((n) => notes.put(`n${n}`, { text: 'x' })));
        for (const result of results)
          assert.match(
            result.status === 'rejected' ? String(result.reason) : 'written',
            /cannot be read or written: EIO/,
          );
        assert.is(await notes.get('n1'), undefined);
        failing = false;
        await notes.put('n1', { text: 'y' });
      },
    );
    await store.close();
    const again = await openTestStore(dir);
    assert.equal(await again.store.collection('notes', note).get('n1'), { text: 'y' });
  }));

test('a disk that is full fails the write and keeps the old document', () =>
  inDataFolder(async (dir) => {
    const { store } = await openTestStore(dir);
    const notes = store.collection('notes', note);
    await notes.put('a', { text: 'old' });
    await watchingSyncs(noSpace, async () => {
      const error = await notes.put('a', { text: 'new' }).catch(String);
      assert.match(String(error), /ENOSPC: no space left on device/);
    });
    assert.equal(await notes.get('a'), { text: 'old' });
    await notes.put('b', { text: 'fits again' });
    await filesWritten(store);
    assert.equal((await readdir(join(dir, 'notes'))).sort(), ['a.json', 'b.json']);
  }));

test('where the files cannot be written nothing more is taken, nothing is lost, and it goes on by itself', () =>
  inDataFolder(async (dir) => {
    const clock = fakeClock();
    const { store } = await openTestStore(dir, { clock });
    const notes = store.collection('notes', note);
    await notes.put('a', { text: 'x' });
    await watchingSyncs(noSpace, async () => {
      assert.match(String(await rejection(filesWritten(store))), /ENOSPC/);
      assert.match(String(await rejection(notes.put('b', { text: 'x' }))), /ENOSPC/);
      assert.equal(await notes.get('a'), { text: 'x' });
    });
    assert.equal(await readdir(join(dir, 'notes')), [], 'no temporary file is left');
    await notes.put('b', { text: 'y' });
    assert.equal(await notes.names(), ['a', 'b']);
    assert.equal(await readdir(join(dir, 'notes')), ['a.json']);
  }));

test('whichever sync fails while the files are written, what comes after it is taken again', () =>
  inDataFolder(async (dir) => {
    const { store } = await openTestStore(dir);
    const notes = store.collection('notes', note);
    const other = store.collection('others', note);
    let failures = 0;
    for (let failing = 1; failures === failing - 1; failing += 1) {
      await Promise.all([notes.put('a', { text: `${failing}` }), other.put('b', { text: `${failing}` })]);
      let syncs = 0;
      await watchingSyncs(
        async () => {
          syncs += 1;
          if (syncs !== failing) return;
          failures += 1;
          await noSpace();
        },
        () => filesWritten(store).catch(() => undefined),
      );
      await notes.put('after', { text: `${failing}` });
      await filesWritten(store);
      assert.equal(await readdir(join(dir, 'journal')), [], `after sync ${failing} failed`);
      assert.equal(await other.get('b'), { text: `${failing}` });
    }
    assert.ok(failures > 4, `${failures} syncs failed`);
  }));

test('files are written once it has been quiet for a second', () =>
  inDataFolder(async (dir) => {
    const clock = fakeClock();
    const { store } = await openTestStore(dir, { clock });
    const notes = store.collection('notes', note);
    await notes.put('a', { text: 'x' });
    await clock.forward(900);
    await notes.put('b', { text: 'x' });
    await clock.forward(900);
    assert.equal(await readdir(join(dir, 'notes')), []);
    await clock.forward(200);
    await until('the files', async () => (await readdir(join(dir, 'journal'))).length === 0);
    assert.equal((await readdir(join(dir, 'notes'))).sort(), ['a.json', 'b.json']);
  }));

test('what was written while the files were written becomes a file too, with nothing written after it', () =>
  inDataFolder(async (dir) => {
    const clock = fakeClock();
    const { store } = await openTestStore(dir, { clock });
    const notes = store.collection('notes', note);
    await notes.put('a', { text: 'x' });
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let isHeld = false;
    await watchingSyncs(
      async (path) => {
        if (!path.endsWith('.tmp')) return;
        isHeld = true;
        await held;
      },
      async () => {
        await clock.forward(1_000);
        await until('the file', () => isHeld);
        await notes.put('b', { text: 'x' });
        await clock.forward(5_000);
        release();
        await until('both files', async () => (await readdir(join(dir, 'notes'))).length === 2);
      },
    );
    await until('the end of the journal', async () => (await readdir(join(dir, 'journal'))).length === 0);
  }));

test('a journal that grows large becomes files though it is never quiet', () =>
  inDataFolder(async (dir) => {
    const clock = fakeClock();
    const { store } = await openTestStore(dir, { clock });
    const notes = store.collection('notes', note);
    const text = 'x'.repeat(1_000_000);
    for (let n = 0; n < 80; n += 1) await notes.put(`n${n}`, { text });
    await until('the files', async () => (await readdir(join(dir, 'notes'))).length >= 32);
    for (const file of await readdir(join(dir, 'journal')))
      assert.ok((await stat(join(dir, 'journal', file))).size < 40_000_000);
    assert.is((await notes.names()).length, 80);
    await store.close();
  }));

test('after a crash at any step of writing the files every document is as it was written last', () =>
  inDataFolder(async (dir) => {
    const { store } = await openTestStore(dir);
    const notes = store.collection('notes', note);
    const copies: string[] = [];
    const crashHere = async () => {
      const copy = `${dir}-${copies.length}`;
      copies.push(copy);
      await cp(dir, copy, { recursive: true });
    };
    await notes.put('changed', { text: 'old' });
    await notes.put('removed', { text: 'old' });
    await notes.put('renamed', { text: 'kept' });
    await filesWritten(store);
    await notes.put('changed', { text: 'new' });
    await notes.delete('removed');
    await notes.rename('renamed', 'moved');
    await notes.put('short', { text: 'lived' });
    await notes.delete('short');
    await crashHere();
    await watchingSyncs(crashHere, () => filesWritten(store));
    await crashHere();
    assert.ok(copies.length > 4, String(copies.length));
    for (const copy of copies) {
      const crashed = await openTestStore(copy);
      const found = crashed.store.collection('notes', note);
      assert.equal(await found.names(), ['changed', 'moved'], copy);
      assert.equal(await found.get('changed'), { text: 'new' });
      assert.equal(await found.get('moved'), { text: 'kept' });
      assert.equal(crashed.damaged, []);
      await crashed.store.close();
      assert.equal((await readdir(join(copy, 'notes'))).sort(), ['changed.json', 'moved.json']);
    }
  }));

test('what is written while the files are brought up to date is not lost', () =>
  inDataFolder(async (dir) => {
    const { store } = await openTestStore(dir);
    const notes = store.collection('notes', note);
    await notes.put('a', { text: 'old' });
    let filing: Promise<void> | undefined;
    let again: Promise<void> | undefined;
    await watchingSyncs(
      async (path) => {
        // The line of `b` is in the file of the journal that the checkpoint is about to end.
        if (path.includes('journal/')) {
          filing ??= filesWritten(store);
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
        // The file of `a` is being written with its old text.
        if (path.includes('notes/') && again === undefined) {
          again = notes.put('a', { text: 'new' });
          await again;
        }
      },
      async () => {
        await notes.put('b', { text: 'kept' });
        await filing;
        await again;
      },
    );
    assert.equal(await notes.get('a'), { text: 'new' });
    assert.equal(await afterCrash(dir, 'notes', 'a'), { text: 'new' });
    assert.equal(await afterCrash(dir, 'notes', 'b'), { text: 'kept' });
    await filesWritten(store);
    assert.equal(await afterCrash(dir, 'notes', 'a'), { text: 'new' });
  }));

test('the torn end of the journal is no damage; a damaged line is set aside, told, and the rest is read', () =>
  inDataFolder(async (dir) => {
    const lines = [
      '{"v":1,"at":1,"changes":[["notes","a",{"v":1,"text":"before"}]]}',
      '{"v":1,"at":1,"changes":[["notes","b",{"v":1,"te\u0000',
      '{"v":1,"at":1,"changes":[["notes","c",{"v":1,"text":"after"}]]}',
      '{"v":1,"at":1,"changes":[["notes","d",{"v":1,"text":"torn',
    ];
    await mkdir(join(dir, 'journal'), { recursive: true });
    await writeFile(join(dir, 'journal', '000000000007.ndjson'), lines.join('\n'));
    const { store, damaged } = await openTestStore(dir);
    const notes = store.collection('notes', note);
    assert.equal(await notes.names(), ['a', 'c']);
    assert.is(damaged.length, 1);
    assert.match(damaged[0]?.message ?? '', /0007\.ndjson .*a line of it is damaged/);
    const [aside = ''] = await readdir(join(dir, 'quarantine'));
    assert.is(await readFile(join(dir, 'quarantine', aside), 'utf8'), lines[1]);
    await notes.put('e', { text: 'new' });
    assert.ok((await readdir(join(dir, 'journal'))).includes('000000000008.ndjson'));
    await filesWritten(store);
    assert.equal(await readdir(join(dir, 'journal')), []);
  }));

test('a document of the journal that cannot be read is set aside like any other', () =>
  inDataFolder(async (dir) => {
    const { store, damaged } = await openTestStore(dir);
    await store.collection('notes', { version: 1, parse: (value) => value }).put('a', { other: 'x' });
    assert.is(await store.collection('notes', note).get('a'), undefined);
    assert.match(damaged[0]?.message ?? '', /a\.json cannot be read and was set aside/);
    assert.equal(await store.collection('notes', note).names(), []);
  }));

test('what was set aside is told, though the disk cannot be written right then', () =>
  inDataFolder(async (dir) => {
    const { store, damaged } = await openTestStore(dir);
    const notes = store.collection('notes', note);
    for (const name of ['a', 'b']) await notes.put(name, { text: 'x' });
    await filesWritten(store);
    for (const name of ['a', 'b']) await writeFile(join(dir, 'notes', `${name}.json`), 'torn');
    await notes.get('a');
    await watchingSyncs(noSpace, async () => {
      assert.is(await notes.get('b'), undefined);
    });
    assert.equal(
      damaged.map(({ facts: { file } }) => file),
      ['a', 'b'].map((name) => join(dir, 'notes', `${name}.json`)),
    );
  }));

test('a journal of a newer Ackmail stops the start and is left as it is', () =>
  inDataFolder(async (dir) => {
    await mkdir(join(dir, 'journal'), { recursive: true });
    const file = join(dir, 'journal', '000000000001.ndjson');
    await writeFile(file, '{"v":2,"what":"is this"}\n');
    const fault = await faultOf(openTestStore(dir));
    assert.is(fault.code, 'STORE_NEWER');
    assert.match(
      fault.text,
      /000000000001\.ndjson was written by a newer Ackmail \(version 2; this one knows 1\)/,
    );
    assert.is(await readFile(file, 'utf8'), '{"v":2,"what":"is this"}\n');
  }));

/** Runs a writer, kills it at a random moment, and gives the names that it reported. */
async function writeUntilKilled(dir: string, round: string): Promise<readonly string[]> {
  const child = spawn(process.execPath, ['--import', 'tsx', writer, dir, round], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  await once(child.stdout, 'data');
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 120));
  child.kill('SIGKILL');
  await once(child, 'close');
  return output.split('\n').slice(0, -1);
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

test.run();
