import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createSaving } from '../../../src/ack/mailbox/saving.js';
import { until } from '../../helpers/until.js';

/** A disk that can be full, with how often it was tried. */
function smallDisk() {
  const saved: number[] = [];
  let isFull = false;
  let tries = 0;
  return {
    saved,
    tries: () => tries,
    setFull(full: boolean) {
      isFull = full;
    },
    async put(value: number) {
      tries += 1;
      await new Promise((resolve) => setImmediate(resolve));
      if (isFull) throw new Error('ENOSPC: no space left on device');
      saved.push(value);
    },
  };
}

const reason = async (work: () => unknown): Promise<string> => {
  try {
    await work();
    return 'none';
  } catch (thrown) {
    return String(thrown);
  }
};

test('What could not be saved is told once, and saved when that is possible again.', async () => {
  const disk = smallDisk();
  const saving = createSaving(disk.put);
  disk.setFull(true);
  saving.save(1);
  assert.match(await reason(saving.end), /ENOSPC/);
  assert.match(await reason(saving.end), /ENOSPC/);
  assert.is(disk.tries(), 2);
  disk.setFull(false);
  await saving.end();
  assert.equal(disk.saved, [1]);
  await saving.end();
  saving.save(2);
  await saving.end();
  assert.equal(disk.saved, [1, 2]);
});

test('A failure that nobody waited for is told at the next value, which is saved with the next one at the latest.', async () => {
  const disk = smallDisk();
  const saving = createSaving(disk.put);
  disk.setFull(true);
  saving.save(1);
  await until('the failure', () => disk.tries() === 1);
  await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setImmediate(resolve));
  disk.setFull(false);
  assert.match(await reason(() => saving.save(2)), /ENOSPC/);
  await saving.end();
  assert.equal(disk.saved, [2]);
});

test('What came while a save failed is what is saved in its place.', async () => {
  const disk = smallDisk();
  const saving = createSaving(disk.put);
  disk.setFull(true);
  saving.save(1);
  saving.save(2);
  assert.match(await reason(saving.end), /ENOSPC/);
  disk.setFull(false);
  await saving.end();
  assert.equal(disk.saved, [2]);
});

test.run();
