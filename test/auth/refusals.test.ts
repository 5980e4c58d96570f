import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { plainText } from '../../src/auth/plain-text.js';
import { classifyRefusal } from '../../src/auth/refusals.js';

test('An error that is named as something of every object is an unknown one.', () => {
  for (const error of ['constructor', 'toString', '__proto__', 'hasOwnProperty'])
    assert.is(classifyRefusal({ status: 400, body: { error } }).class, 'transient', error);
});

test('An unknown number is classed by its error.', () => {
  const classOf = (error: string) =>
    classifyRefusal({ status: 400, body: { error, error_description: 'AADSTS999999: New.' } }).class;
  assert.equal(
    ['invalid_grant', 'invalid_client', 'unauthorized_client', 'invalid_scope', 'interaction_required'].map(
      classOf,
    ),
    ['sign-in', 'administrator', 'administrator', 'administrator', 'sign-in'],
  );
  assert.equal(['invalid_request', 'unsupported_grant_type', 'teapot'].map(classOf), [
    'ours',
    'ours',
    'transient',
  ]);
});

test('What the server says of itself goes before any number.', () => {
  const body = { error: 'temporarily_unavailable', error_description: 'AADSTS50173', error_codes: [50173] };
  assert.is(classifyRefusal({ status: 400, body }).class, 'transient');
  for (const status of [408, 429, 500, 502, 503, 504])
    assert.is(
      classifyRefusal({ status, body: { error: 'invalid_client', error_codes: [7000222] } }).class,
      'transient',
    );
});

test('What is no OAuth error is transient, whatever it looks like.', () => {
  const bodies = [
    undefined,
    null,
    '',
    '<html>',
    [],
    7,
    { error: { code: 400 } },
    { error: 'a b\r\nc' },
    { error: '' },
  ];
  for (const body of bodies)
    for (const status of [undefined, 200, 302, 400, 401, 403, 404, 407])
      assert.is(classifyRefusal({ ...(status ? { status } : {}), body }).class, 'transient');
  assert.match(classifyRefusal({ cause: new Error('connect ECONNREFUSED') }).reason, 'ECONNREFUSED');
});

test('A reason holds neither the secrets of the request nor anything like a token.', () => {
  const token = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl-_0';
  const { reason } = classifyRefusal({
    status: 400,
    body: {
      error: 'invalid_grant',
      error_description: `Bad pa$$ and pa%24%24 and ${token}\r\n\u001b[31m\u202e.`,
    },
    secrets: ['pa$$', ''],
  });
  assert.is(
    reason,
    'the sign-in was revoked or has expired; the provider says: Bad … and … and … [31m . (invalid_grant)',
  );
});

test('A reason stays short and is made in no time.', () => {
  for (const letter of ['a', 'a1', ' ', '\u202e', "'"]) {
    const startedAt = Date.now();
    assert.ok(plainText(letter.repeat(1_000_000), ['secret']).length <= 200);
    assert.ok(Date.now() - startedAt < 200);
  }
  assert.is(
    plainText('https://outlook.office.com/SMTP.Send is not valid'),
    'https://outlook.office.com/SMTP.Send is not valid',
  );
});

test.run();
