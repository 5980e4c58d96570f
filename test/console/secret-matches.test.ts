import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { secretMatches } from '../../src/console/secret-matches.js';

const basic = (pair: string) => `Basic ${Buffer.from(pair).toString('base64')}`;

test('The secret is taken as Bearer token and as password, whatever spaces are around it.', () => {
  for (const authorization of [
    'Bearer s3cret',
    'bearer   s3cret  ',
    basic('anybody:s3cret'),
    basic(':s3cret'),
  ])
    assert.ok(secretMatches(authorization, 's3cret'), authorization);
});

test('Anything else does not match.', () => {
  for (const authorization of [
    null,
    '',
    ' ',
    'Bearer',
    'Bearer ',
    's3cret',
    'Bearer s3cre',
    basic('s3cret'),
    'Digest s3cret',
  ])
    assert.not.ok(secretMatches(authorization, 's3cret'), String(authorization));
});

test('An endless row of spaces costs nothing.', () => {
  const startedAt = performance.now();
  assert.not.ok(secretMatches(`a${' '.repeat(60_000)}\u00a0`, 's3cret'));
  assert.ok(performance.now() - startedAt < 200);
});

test.run();
