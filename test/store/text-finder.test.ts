import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createTextFinder } from '../../src/store/text-finder.js';

test('A text is found wherever it stands, and nowhere else', () => {
  // Few letters, so that pieces of the text stand in many places.
  let state = 7;
  const letters = 'zza-q 3é';
  const random = (length: number) =>
    Array.from({ length }, () => {
      state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
      return letters[(state >> 12) % letters.length];
    }).join('');
  for (let round = 0; round < 2_000; round += 1) {
    const bytes = Buffer.from(random(60));
    const text = random(1 + (round % 9));
    const find = createTextFinder(text);
    const found: number[] = [];
    for (let at = find(bytes, 0); at !== -1; at = find(bytes, at + 1)) found.push(at);
    const wanted: number[] = [];
    for (let at = bytes.indexOf(text); at !== -1; at = bytes.indexOf(text, at + 1)) wanted.push(at);
    assert.equal(found, wanted, `${JSON.stringify(text)} in ${JSON.stringify(bytes.toString())}`);
  }
});

test('A text that is cut off at the end is not found', () => {
  assert.is(createTextFinder('abczdefghij')(Buffer.from('  abczdefghi'), 0), -1);
  assert.is(createTextFinder('zdefghij')(Buffer.from('zdefgh'), 0), -1);
});

test.run();
