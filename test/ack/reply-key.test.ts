import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readHeaderFields } from '../../src/ack/header-fields.js';
import { replyKey } from '../../src/ack/reply-key.js';

const keyOf = (...ids: string[]) => {
  const header = Buffer.from([...ids.map((id) => `Message-ID: ${id}`), 'Subject: a', '', ''].join('\r\n'));
  return replyKey(readHeaderFields(header), header);
};

test('A reply is known by its Message-ID, wherever it was folded.', () => {
  assert.is(keyOf('<reply-1@client.example.com>'), keyOf('\r\n <reply-1@client.example.com>'));
  assert.is.not(keyOf('<reply-1@client.example.com>'), keyOf('<reply-2@client.example.com>'));
  assert.match(keyOf('<reply-1@client.example.com>'), /^m/);
});

test('What software writes into all its mails is no Message-ID, nor are two.', () => {
  for (const ids of [[], [''], ['<>'], ['<@>'], ['<0@localhost>'], ['none'], ['<abcdefg@a>', '<abcdefh@a>']])
    assert.match(keyOf(...ids), /^h/, ids.join());
});

test.run();
