import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { oneAhead } from '../../../src/ack/mailbox/one-ahead.js';

const turns = async () => {
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
};

test('The next one is asked for while the one before is used, and not two of them.', async () => {
  const made: number[] = [];
  async function* numbers() {
    for (let number = 1; number <= 4; number += 1) {
      made.push(number);
      yield number;
    }
  }
  const used: number[] = [];
  for await (const number of oneAhead(numbers())) {
    await turns();
    assert.equal(made, [1, 2, 3, 4].slice(0, number + 1));
    used.push(number);
  }
  assert.equal(used, [1, 2, 3, 4]);
});

test('What goes wrong comes after all that went well, and bothers nobody who has left.', async () => {
  async function* failing() {
    yield 'good';
    throw new Error('lost');
  }
  const used: string[] = [];
  const all = (async () => {
    for await (const each of oneAhead(failing())) {
      await turns();
      used.push(each);
    }
  })();
  await all.then(
    () => assert.unreachable(),
    (error: Error) => assert.is(error.message, 'lost'),
  );
  assert.equal(used, ['good']);
  // A rejection that nobody hears would end the process.
  for await (const each of oneAhead(failing())) {
    assert.is(each, 'good');
    break;
  }
  await new Promise((resolve) => setTimeout(resolve, 5));
});

test.run();
