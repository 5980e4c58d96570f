import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { inDataFolder, note, openTestStore } from './data-folder.js';

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
    assert.equal((await readdir(join(dir, 'notes'))).length, names.length, 'no temporary file is left');
  }));

test('the file is synced before it gets its name, the folder after, and only then the write is over', () =>
  inDataFolder(async (dir) => {
    const { store } = await openTestStore(dir);
    const notes = store.collection('notes', note);
    await notes.put('first', { text: 'makes the folder' });
    const file = join(dir, 'notes', 'a.json');
    const seen: string[] = [];
    await watchingSyncs(
      async (kind) => seen.push(`${kind} synced, document ${(await exists(file)) ? 'there' : 'not there'}`),
      async () => {
        await notes.put('a', { text: 'x' });
        seen.push('over');
        await notes.rename('a', 'b');
        seen.push('renamed');
        await notes.delete('b');
        seen.push('deleted');
      },
    );
    assert.equal(seen, [
      'file synced, document not there',
      'folder synced, document there',
      'over',
      'folder synced, document not there',
      'renamed',
      'folder synced, document not there',
      'deleted',
    ]);
  }));

test('many writes at once share the syncs of their folder, and each is covered by one that began later', () =>
  inDataFolder(async (dir) => {
    const { store } = await openTestStore(dir);
    const notes = store.collection('notes', note);
    await notes.put('first', { text: 'makes the folder' });
    let folderSyncs = 0;
    const covered = new Set<string>();
    await watchingSyncs(
      async (kind, sync) => {
        if (kind === 'file') return;
        folderSyncs += 1;
        const before = await readdir(join(dir, 'notes'));
        await sync();
        for (const name of before) covered.add(name);
      },
      async () => {
        await Promise.all(
          Array.from({ length: 400 }, async (_, n) => {
            await notes.put(`n${n}`, { text: 'x' });
            assert.ok(covered.has(`n${n}.json`), `n${n} was reported before its folder was synced`);
          }),
        );
      },
    );
    assert.ok(folderSyncs < 200, `${folderSyncs} folder syncs`);
  }));

test('a folder that cannot be synced fails the writes that wait for it, and the next ones work', () =>
  inDataFolder(async (dir) => {
    const { store } = await openTestStore(dir);
    const notes = store.collection('notes', note);
    await notes.put('first', { text: 'makes the folder' });
    let failing = true;
    await watchingSyncs(
      async (kind) => {
        if (kind === 'folder' && failing)
          throw Object.assign(new Error('EIO: i/o error'), { code: 'EIO', syscall: 'fsync' });
      },
      async () => {
        const results = await Promise.allSettled([1, 2, 3].map((n) => notes.put(`n${n}`, { text: 'x' })));
        for (const result of results)
          assert.match(
            result.status === 'rejected' ? String(result.reason) : 'written',
            /cannot be read or written: EIO/,
          );
        failing = false;
        await notes.put('n1', { text: 'y' });
      },
    );
    assert.equal(await notes.get('n1'), { text: 'y' });
  }));

test('a disk that is full fails the write, keeps the old document and leaves nothing behind', () =>
  inDataFolder(async (dir) => {
    const { store } = await openTestStore(dir);
    const notes = store.collection('notes', note);
    await notes.put('a', { text: 'old' });
    await watchingSyncs(
      async () => {
        throw Object.assign(new Error('ENOSPC: no space left on device'), {
          code: 'ENOSPC',
          syscall: 'fsync',
        });
      },
      async () => {
        const error = await notes.put('a', { text: 'new' }).catch(String);
        assert.match(String(error), /ENOSPC: no space left on device/);
      },
    );
    assert.equal(await notes.get('a'), { text: 'old' });
    assert.equal(await readdir(join(dir, 'notes')), ['a.json']);
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

type SyncWatcher = (kind: 'file' | 'folder', sync: () => Promise<void>) => Promise<unknown>;

/** Stands between Node and the disk: `watch` is called before each sync of a file or folder. */
async function watchingSyncs(watch: SyncWatcher, task: () => Promise<void>): Promise<void> {
  const real = fs.fsync;
  const watched = (descriptor: number, done: fs.NoParamCallback) => {
    const kind = fs.fstatSync(descriptor).isDirectory() ? 'folder' : 'file';
    const sync = () => promisify(real)(descriptor);
    watch(kind, sync)
      .then(sync)
      .then(() => done(null), done);
  };
  Object.assign(fs, { fsync: watched });
  syncBuiltinESMExports();
  try {
    await task();
  } finally {
    Object.assign(fs, { fsync: real });
    syncBuiltinESMExports();
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

test.run();
