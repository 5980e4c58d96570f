import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { percentile } from '../../../src/reports/status-report/percentile.js';
import { createRandom } from '../../helpers/random.js';

const lists = (...given: readonly (readonly number[])[]) =>
  given.map((list) => Float64Array.from(list).sort());

test('Of nothing there is no percentile', () => {
  assert.is(percentile([], 50), undefined);
  assert.is(percentile(lists([], []), 90), undefined);
});

test('It is the value at the nearest rank, also where all are the same, one is alone, or a list is empty', () => {
  assert.is(percentile(lists([7]), 50), 7);
  assert.is(percentile(lists([0, 0, 0]), 90), 0);
  assert.is(percentile(lists([1, 2, 3, 4]), 50), 2);
  assert.is(percentile(lists([4, 1], [], [3, 2]), 50), 2);
  assert.is(percentile(lists([4, 1], [], [3, 2]), 90), 4);
  assert.is(percentile(lists([1_000_000_000_000], [5]), 100), 1_000_000_000_000);
});

test('Of many lists it is that of all their numbers in one', () => {
  const random = createRandom(20_261_123);
  for (let round = 0; round < 300; round += 1) {
    const given = Array.from({ length: random.whole(1, 9) }, () =>
      Array.from({ length: random.whole(0, 30) }, () => Math.floor(random.between(0, 1) ** 3 * 100_000)),
    );
    const all = given.flat().sort((a, b) => a - b);
    for (const percent of [1, 50, 90, 99, 100])
      assert.is(
        percentile(lists(...given), percent),
        all[Math.max(1, Math.ceil((all.length * percent) / 100)) - 1],
      );
  }
});

test.run();
