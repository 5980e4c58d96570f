import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readHeaderFields } from '../../../src/ack/header-fields.js';
import { arrivalOf } from '../../../src/ack/judgement/arrival-of.js';

const now = new Date('2026-03-02T12:00:00Z');
const arrival = (...fields: string[]) =>
  arrivalOf(readHeaderFields(Buffer.from(`${fields.join('\r\n')}\r\n\r\n`)), now).toISOString();

test('A mail in a file arrived when the last server says, else when it was written, and never later than now.', () => {
  const date = 'Date: Sun, 01 Mar 2026 09:00:00 +0100';
  const received =
    'Received: from a.example.com (a [192.0.2.1])\r\n\tby b.example.com; Sun, 1 Mar 2026 09:00:05 +0100 (CET)';
  const older = 'Received: from c by a.example.com; Sun, 1 Mar 2026 09:00:01 +0100';
  assert.is(arrival(received, older, date), '2026-03-01T08:00:05.000Z');
  assert.is(arrival(date), '2026-03-01T08:00:00.000Z');
  assert.is(arrival('Received: by b.example.com', date), '2026-03-01T08:00:00.000Z');
  assert.is(arrival('Date: Tue, 03 Mar 2026 09:00:00 +0000'), now.toISOString());
  assert.is(arrival('Date: yesterday'), now.toISOString());
  assert.is(arrival('Subject: x'), now.toISOString());
  assert.is(arrival(`Date: ${'('.repeat(100_000)}`), now.toISOString());
});

test.run();
