import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { plainText } from '../../src/auth/plain-text.js';
import { classifyRefusal } from '../../src/auth/refusals.js';

const microsoft: Readonly<Record<'T' | 'U' | 'A' | 'B', readonly number[]>> = {
  U: [
    50173, 70008, 700082, 70000, 50132, 50133, 50089, 70043, 700084, 50076, 50074, 50078, 50079, 50072, 50055,
    50144, 65001, 65004, 50126, 50020, 16000, 50158, 50140, 50199, 700020,
  ],
  A: [
    7000215, 7000222, 700027, 50012, 700016, 700011, 90002, 70001, 7000112, 700025, 7000218, 50194, 9001023,
    9002332, 90130, 50011, 70011, 28002, 28003, 500011, 50001, 650052, 650056, 650057, 65005, 90094, 90095,
    50105, 50034, 50057, 53000, 53001, 53002, 53003, 530032, 530035, 53011,
  ],
  B: [54005, 501481, 70018, 70019, 28000, 700022, 900144, 90014, 9002313, 50196],
  T: [50053, 50033, 50087, 50088, 90006, 90012, 90024, 90033, 90055, 90090, 80001, 80002, 80005],
};

for (const [asksFor, numbers] of Object.entries(microsoft))
  test(`Every AADSTS number of class ${asksFor} is known, by error_codes and by its text alone.`, () => {
    for (const number of numbers) {
      const text = `AADSTS${number}: Something. Trace ID: 6f0cfa7a Timestamp: 2026-03-01 03:00:00Z`;
      for (const body of [
        { error: 'invalid_grant', error_description: text, error_codes: [number] },
        { error: 'invalid_client', error_description: text },
        { error: 'interaction_required', error_codes: [String(number)] },
      ]) {
        const refusal = classifyRefusal({ status: 400, body });
        assert.is(refusal.class, asksFor, String(number));
        assert.is(refusal.code, `AADSTS${number}`);
        assert.match(refusal.reason, `(AADSTS${number})`);
        assert.ok(refusal.remedy.length > 10);
      }
    }
  });

test('An error that is named as something of every object is an unknown one.', () => {
  for (const error of ['constructor', 'toString', '__proto__', 'hasOwnProperty'])
    assert.is(classifyRefusal({ status: 400, body: { error } }).class, 'T', error);
});

test('An unknown number is classed by its error.', () => {
  const classOf = (error: string) =>
    classifyRefusal({ status: 400, body: { error, error_description: 'AADSTS999999: New.' } }).class;
  assert.equal(
    ['invalid_grant', 'invalid_client', 'unauthorized_client', 'invalid_scope', 'interaction_required'].map(
      classOf,
    ),
    ['U', 'A', 'A', 'A', 'U'],
  );
  assert.equal(['invalid_request', 'unsupported_grant_type', 'teapot'].map(classOf), ['T', 'T', 'T']);
});

test('What the server says of itself goes before any number.', () => {
  const body = { error: 'temporarily_unavailable', error_description: 'AADSTS50173', error_codes: [50173] };
  assert.is(classifyRefusal({ status: 400, body }).class, 'T');
  for (const status of [408, 429, 500, 502, 503, 504])
    assert.is(
      classifyRefusal({ status, body: { error: 'invalid_client', error_codes: [7000222] } }).class,
      'T',
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
      assert.is(classifyRefusal({ ...(status ? { status } : {}), body }).class, 'T');
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
