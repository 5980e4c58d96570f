import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createGate } from '../../src/core/gate.js';

test('never more than the limit at once, in the order in which they came, also when some fail', async () => {
  const gate = createGate(3);
  const begun: number[] = [];
  let running = 0;
  let most = 0;
  const results = await Promise.allSettled(
    Array.from({ length: 50 }, (_, n) =>
      gate(async () => {
        begun.push(n);
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
        if (n % 4 === 0) throw new Error('no');
        return n;
      }),
    ),
  );
  assert.is(most, 3);
  assert.equal(
    begun,
    [...begun].sort((a, b) => a - b),
  );
  assert.is(results.filter(({ status }) => status === 'rejected').length, 13);
  assert.is(await gate(async () => 'open again'), 'open again');
});

test.run();
