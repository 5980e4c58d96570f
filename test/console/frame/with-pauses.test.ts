import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { withPauses } from '../../../src/console/frame/with-pauses.js';
import { fakeClock } from '../../helpers/fake-clock.js';

test('Where nothing comes for 20 seconds there is a pause, and nothing is lost or early', async () => {
  const clock = fakeClock();
  const after = (seconds: number) => clock.until(new Date(clock.now().getTime() + seconds * 1_000));
  let asked = 0;
  async function* items() {
    for (const seconds of [0, 5, 65, 20, 0]) {
      asked += 1;
      await after(seconds);
      yield seconds;
    }
  }
  const given: (number | undefined)[] = [];
  const ended = (async () => {
    for await (const each of withPauses(items(), clock)) given.push(each);
  })();
  await clock.forward(4_000);
  assert.equal([given, asked], [[0], 2], 'the next one is asked for when the last one was taken');
  await clock.forward(200_000);
  await ended;
  assert.equal(
    given.map((each) => each ?? '-'),
    [0, 5, '-', '-', '-', 65, 20, 0],
  );
});

test('What it goes wrong with goes on, and who leaves ends it', async () => {
  const clock = fakeClock();
  const thrown = new Error('broken');
  let hasEnded = false;
  async function* items() {
    try {
      yield 1;
      throw thrown;
    } finally {
      hasEnded = true;
    }
  }
  const caught = await (async () => {
    for await (const _ of withPauses(items(), clock));
  })().catch((error: unknown) => error);
  assert.is(caught, thrown);

  hasEnded = false;
  for await (const _ of withPauses(items(), clock)) break;
  assert.is(hasEnded, true);
});

test.run();
