import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { systemClock } from '../../src/core/clock.js';
import { copyFile } from '../../src/store/copy-file.js';
import { copyTree } from '../../src/store/copy-tree.js';
import { restore } from '../../src/store/restore.js';
import { takeSnapshot } from '../../src/store/snapshot.js';
import { inDataFolder, note, openTestStore, rejection } from './data-folder.js';

/** A copy with an outbox, one document of which only its journal has. */
async function prepare(dir: string): Promise<string> {
  const { store } = await openTestStore(join(dir, 'data'));
  await store.collection('outbox', note).put('a', { text: 'a' });
  const settled = <T>(task: () => Promise<T>) =>
    store.settled(async () => {
      await store.collection('outbox', note).put('b', { text: 'b' });
      return task();
    });
  const folder = await takeSnapshot({ dir: join(dir, 'data'), settled });
  await copyTree(folder, join(dir, 'copy'), { file: copyFile });
  await store.close();
  assert.equal(await readdir(join(dir, 'copy/outbox')), ['a.json']);
  return join(dir, 'copy');
}

async function runRestorer(from: string, dir: string, step: number): Promise<string> {
  const program = new URL('./restorer.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, ['--import', 'tsx', program, from, dir, String(step)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  const [code, signal] = await once(child, 'close');
  return signal ?? `${code} ${output.trim()}`;
}

async function outboxOf(dir: string): Promise<readonly string[]> {
  const { store } = await openTestStore(dir);
  const names = await store.collection('outbox', note).names();
  await store.close();
  return names;
}

test('Killed between any two steps, a restore is whole, or known as unfinished.', () =>
  inDataFolder(async (dir) => {
    await mkdir(dir);
    const from = await prepare(dir);
    const target = async (name: string) => {
      await mkdir(join(dir, name));
      return join(dir, name);
    };
    const whole = await target('whole');
    const steps = Number(/^0 (\d+)$/.exec(await runRestorer(from, whole, 0))?.[1]);
    assert.ok(steps > 20, `${steps} steps`);
    assert.equal(await outboxOf(whole), ['held.a', 'held.b']);
    const seen = new Set<string>();
    const left = Array.from({ length: steps }, (_, index) => index + 1);
    const lane = async () => {
      for (let step = left.shift(); step !== undefined; step = left.shift()) {
        const to = await target(`step-${step}`);
        assert.is(await runRestorer(from, to, step), 'SIGKILL', `step ${step}`);
        const state = (await restore.isUnfinished(to)) ? 'unfinished' : 'whole';
        seen.add(state);
        if (state === 'whole') assert.equal(await outboxOf(to), ['held.a', 'held.b'], `step ${step}`);
      }
    };
    await Promise.all([lane(), lane(), lane()]);
    assert.equal([...seen].sort(), ['unfinished', 'whole']);
  }));

test('A restore that fails leaves the folder as empty as it was.', () =>
  inDataFolder(async (dir) => {
    await mkdir(dir);
    const from = await prepare(dir);
    const to = join(dir, 'to');
    await mkdir(to);
    const broken = new Error('no');
    const failing = restore.run({
      from,
      dir: to,
      clock: systemClock,
      onDamage: () => {},
      prepare: async () => {
        throw broken;
      },
    });
    assert.is(await rejection(failing), broken);
    assert.equal(await readdir(to), []);
  }));

test.run();
