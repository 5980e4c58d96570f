import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { systemClock } from '../../src/core/clock.js';

const hourMs = 3_600_000;
const realNow = Date.now;
const passed = () => new Promise<'late'>((resolve) => setTimeout(() => resolve('late'), 2_000).unref());
const after = (delayMs: number) => new Date(Date.now() + delayMs);

test.after.each(() => {
  Date.now = realNow;
});

test('A wait ends when its time has passed, also where the clock was set back meanwhile.', async () => {
  const ending = new AbortController();
  const waits = [
    systemClock.until(after(100), ending.signal),
    systemClock.until(after(hourMs), ending.signal),
  ];
  Date.now = () => realNow() - 2 * hourMs;
  const [short, long] = waits.map((wait) => wait.then(() => 'in time' as const));
  assert.is(await Promise.race([short, passed()]), 'in time');
  assert.is(await Promise.race([long, Promise.resolve('waiting')]), 'waiting');
  ending.abort();
  assert.is(await long, 'in time');
});

test('A wait ends at its date, where the clock was set ahead meanwhile, and at once for what is past.', async () => {
  await systemClock.until(after(-1));
  const started = realNow();
  const wait = systemClock.until(after(100));
  Date.now = () => realNow() + hourMs;
  await wait;
  assert.ok(realNow() - started < 2_000);
  const ended = new AbortController();
  ended.abort();
  await systemClock.until(after(hourMs), ended.signal);
});

test.run();
