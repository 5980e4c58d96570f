import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Account } from '../../src/core/account.js';
import { withoutCredentials } from '../../src/core/without-credentials.js';

const server = { host: 'mail.example.com', port: 587, security: 'starttls', connections: 3 } as const;
const account = (password: string): Account => ({
  name: 'relay',
  mailbox: 'relay@example.com',
  user: 'relay@example.com',
  from: 'relay@example.com',
  login: { grant: 'password', password },
  smtp: { ...server, user: 'relay@example.com' },
});
const base64 = (text: string) => Buffer.from(text).toString('base64');

test('A server that says back what it was shown at the login shows it to nobody else.', () => {
  const password = 'Zo8Q~x+/=';
  for (const shown of [
    password,
    base64(password),
    base64(`\0relay@example.com\0${password}`),
    base64(`user=relay@example.com\x01auth=Bearer ${'t0ken'.repeat(10)}\x01\x01`),
    'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJlLXNpZ25hdHVyZQ',
    '_K6is1oywrsUM41DWdoB-cRzns5PPyQK6SjS1V1aJhL',
  ])
    assert.is(
      withoutCredentials(`535 5.7.8 bad\r\n credentials: ${shown} again`, account(password)),
      '535 5.7.8 bad credentials: … again',
    );
});

test('What tells the support of a provider where to look is left.', () => {
  const reply =
    '535 5.7.3 Authentication unsuccessful [AM0PR0102CA0012.eurprd01.prod.exchangelabs.com 2026-03-01T00:00:00.000Z 08DC3A1B2C3D4E5F] Trace 0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0';
  assert.is(withoutCredentials(reply, account('a')), reply);
  assert.is(withoutCredentials('x'.repeat(1_000), account('secret')).length, 300);
});

test('What a server says moves no cursor of a terminal.', () => {
  const reply = '535 \x1b[2J\x1b]0;title\x07 no\0\x7f\x9b31m\r\nmore';
  assert.is(withoutCredentials(reply, account('secret')), '535 [2J ]0;title no 31m more');
});

test('A reply of a megabyte costs no more than reading it.', () => {
  const begun = process.cpuUsage();
  for (const reply of ['x'.repeat(1_000_000), 'a.'.repeat(500_000), `${'x'.repeat(39)} `.repeat(25_000)])
    withoutCredentials(reply, account('secret'));
  const { user } = process.cpuUsage(begun);
  assert.ok(user < 2_000_000, `${user} µs`);
});

test.run();
