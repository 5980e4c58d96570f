import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { measureReplyText } from '../../../bench/measure-reply-text.js';

const folder = (path: string) => fileURLToPath(new URL(path, import.meta.url));

test('Of the corpus every first own line is read right, and at least 29 of 32 own texts.', async () => {
  const found = await measureReplyText(folder('../../corpora/reply-text'));
  assert.is(found.mails, 32);
  assert.is(found.firstLineEqual, 32, found.wrong.join(' '));
  assert.ok(found.ownTextEqual >= 29, found.wrong.join(' '));
});

test('In the forms of every client that is written down here, the own words are read right.', async () => {
  const found = await measureReplyText(folder('.'));
  assert.ok(found.mails >= 162, `${found.mails}`);
  assert.equal(found.wrong, []);
});

test.run();
