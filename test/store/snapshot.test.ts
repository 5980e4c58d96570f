import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { copyFile } from '../../src/store/copy-file.js';
import { copyTree } from '../../src/store/copy-tree.js';
import { takeSnapshot } from '../../src/store/snapshot.js';
import { faultOf, filesBelow, filesWritten, inDataFolder, note, openTestStore } from './data-folder.js';

const number = (count: number) => String(count).padStart(6, '0');

test('A snapshot taken while everything is written is the state of one moment.', () =>
  inDataFolder(async (dir) => {
    const { store } = await openTestStore(dir);
    const first = store.collection('first', note);
    const second = store.collection('second', note);
    let running = true;
    let count = 0;
    // Each step is on disk before the next: no state of a moment has a later one without those before it.
    const writing = (async () => {
      for (; running; count += 1) {
        await first.put(number(count), { text: 'x'.repeat(2_000) });
        await second.put('latest', { text: number(count) });
        if (count >= 20) await first.delete(number(count - 20));
      }
    })();
    // Files are brought up to date all the time, too.
    const settling = (async () => {
      while (running) await filesWritten(store);
    })();
    try {
      for (let round = 0; round < 12; round += 1) {
        await new Promise((resolve) => setTimeout(resolve, round * 7));
        const folder = await takeSnapshot({ dir, settled: store.settled });
        const copy = `${dir}-${round}`;
        await copyTree(folder, copy, { file: copyFile });
        await rm(folder, { recursive: true });

        const { store: copied, damaged } = await openTestStore(copy);
        const names = (await copied.collection('first', note).names()).map(Number);
        const latest = Number((await copied.collection('second', note).get('latest'))?.text ?? -1);
        for (const name of names)
          assert.ok(await copied.collection('first', note).get(number(name)), `${name}`);
        const last = names.at(-1) ?? -1;
        assert.ok(last === latest || last === latest + 1, `${last} and ${latest}`);
        const expected = Array.from({ length: names.length }, (_, index) => last - names.length + 1 + index);
        assert.equal(names, expected, 'none is missing in between');
        assert.ok(names.length >= Math.min(20, last + 1) && names.length <= 22, `${names.length} of ${last}`);
        assert.equal(damaged, []);
        await copied.close();
      }
    } finally {
      running = false;
      await Promise.all([writing, settling]);
    }
    await store.close();
    assert.ok(count > 100, `${count} were written meanwhile`);
    assert.equal(
      (await readdir(dir)).filter((name) => name.startsWith('.')),
      [],
    );
  }));

test('It is private, and holds neither the key nor what is none of ours.', () =>
  inDataFolder(async (dir) => {
    const { store } = await openTestStore(dir);
    await store.collection('notes', note).put('a', { text: 'x' });
    await mkdir(join(dir, 'keys'));
    const keyFile = join(dir, 'keys', 'ackmail.key');
    await writeFile(keyFile, 'KEY');
    await writeFile(join(dir, 'ackmail.key'), 'KEY');
    await writeFile(join(dir, 'notes', '.0123456789abcdef.tmp'), 'KEY');
    const folder = await takeSnapshot({ dir, settled: store.settled, keyFile });
    const copy = `${dir}-copy`;
    await copyTree(folder, copy, { file: copyFile });
    for (const path of [folder, copy]) {
      const files = await filesBelow(path);
      assert.ok(files.has('notes/a.json'));
      assert.not.match([...files.values()].join(), 'KEY');
      for (const name of files.keys()) assert.is((await stat(join(path, name))).mode & 0o777, 0o600, name);
    }
    for (const path of [folder, copy, join(copy, 'notes')]) assert.is((await stat(path)).mode & 0o777, 0o700);
    const times = async (path: string) => Math.round((await stat(join(path, 'notes/a.json'))).mtimeMs);
    assert.is(await times(copy), await times(dir));
    await store.close();
  }));

test('A snapshot that a killed process left is removed by the next start; one that fails leaves nothing.', () =>
  inDataFolder(async (dir) => {
    const first = await openTestStore(dir);
    await first.store.collection('notes', note).put('a', { text: 'x' });
    await takeSnapshot({ dir, settled: first.store.settled });
    await first.store.close();
    assert.ok((await readdir(dir)).some((name) => name.startsWith('.snapshot-')));
    const { store } = await openTestStore(dir);
    assert.not.ok((await readdir(dir)).some((name) => name.startsWith('.snapshot-')));
    const failing = async () => {
      throw Object.assign(new Error('EIO: i/o error'), { code: 'EIO', syscall: 'write' });
    };
    await takeSnapshot({ dir, settled: failing }).then(assert.unreachable, () => {});
    assert.is((await faultOf(store.settled(failing))).code, 'STORE_UNWRITABLE');
    assert.not.ok((await readdir(dir)).some((name) => name.startsWith('.snapshot-')));
    await store.close();
  }));

test.run();
