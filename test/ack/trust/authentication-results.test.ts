import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readAuthenticationResults } from '../../../src/ack/trust/authentication-results.js';

/** Each result as `method=result`, with those of the properties asked for that it has. */
const read = (value: string, ...properties: string[]) => {
  const found = readAuthenticationResults(value);
  return (
    found && [
      found.authservId ?? '(none)',
      ...found.results.map((result) =>
        [
          `${result.method}=${result.result}`,
          ...properties.flatMap((name) => {
            const each = result.property(name);
            return each === undefined ? [] : [`${name}=${each}`];
          }),
        ].join(' '),
      ),
    ]
  );
};

test('Fields are read as mail servers write them.', () => {
  // The examples of RFC 8601, appendix B.
  assert.equal(read('example.org 1; none'), ['example.org']);
  assert.equal(read('example.com;\r\n spf=pass smtp.mailfrom=example.net', 'smtp.mailfrom'), [
    'example.com',
    'spf=pass smtp.mailfrom=example.net',
  ]);
  assert.equal(
    read(
      'example.com; dkim=pass reason="good signature" header.i=@mail-router.example.net; dkim=fail reason="bad signature" header.i=@newyork.example.com',
      'reason',
      'header.i',
    ),
    [
      'example.com',
      'dkim=pass reason=good signature header.i=@mail-router.example.net',
      'dkim=fail reason=bad signature header.i=@newyork.example.com',
    ],
  );
  assert.equal(
    read(
      "foo.example.net (foobar) 1 (baz);\r\n dkim (Because I like it) / 1 (One yay) = (wait for it) fail\r\n policy (A dot can go here) . (like that) expired\r\n (this surprised me) = (as I wasn't expecting it) 1362471462",
      'policy.expired',
    ),
    ['foo.example.net', 'dkim=fail policy.expired=1362471462'],
  );
  // Exchange Online, Google, rspamd.
  assert.equal(
    read(
      'spf=pass (sender IP is 192.0.2.1)\r\n smtp.mailfrom=contoso.com; dkim=pass (signature was verified)\r\n header.d=contoso.com;dmarc=pass action=none\r\n header.from=contoso.com;compauth=pass reason=100',
      'header.from',
      'reason',
      'action',
    ),
    [
      '(none)',
      'spf=pass',
      'dkim=pass',
      'dmarc=pass header.from=contoso.com action=none',
      'compauth=pass reason=100',
    ],
  );
  assert.equal(
    read(
      'mx.google.com;\r\n dkim=pass header.i=@gmail.com header.s=20230601 header.b=AbC/d+e=;\r\n spf=pass (google.com: domain of a@gmail.com designates 192.0.2.1 as permitted sender) smtp.mailfrom=a@gmail.com;\r\n dmarc=pass (p=NONE sp=QUARANTINE dis=NONE) header.from=gmail.com',
      'header.b',
      'header.from',
    ),
    ['mx.google.com', 'dkim=pass header.b=abc/d+e=', 'spf=pass', 'dmarc=pass header.from=gmail.com'],
  );
  assert.equal(read('MX.Example.com;\tDKIM=PASS\theader.d=Example.com', 'header.d'), [
    'mx.example.com',
    'dkim=pass header.d=example.com',
  ]);
  assert.equal(read('"mx.example.com" 1; dmarc=pass header.from="example.com"', 'header.from'), [
    'mx.example.com',
    'dmarc=pass header.from=example.com',
  ]);
});

test('What only looks like a verdict is none.', () => {
  // In a comment, in a quoted string, in the value of a property, behind an escape.
  assert.equal(read('mx.example.com; spf=fail (; dmarc=pass header.from=example.com)'), [
    'mx.example.com',
    'spf=fail',
  ]);
  assert.equal(read('mx.example.com; spf=fail (\\); dmarc=pass) smtp.mailfrom=x'), [
    'mx.example.com',
    'spf=fail',
  ]);
  assert.equal(read('mx.example.com; spf=fail (a (; dmarc=pass) b)'), ['mx.example.com', 'spf=fail']);
  assert.equal(read('mx.example.com; spf=fail reason="; dmarc=pass"'), ['mx.example.com', 'spf=fail']);
  assert.equal(read('mx.example.com; spf=fail reason="\\"; dmarc=pass"'), ['mx.example.com', 'spf=fail']);
  assert.equal(read('mx.example.com; spf=fail smtp.mailfrom=a;dmarc-like=x'), [
    'mx.example.com',
    'spf=fail',
    'dmarc-like=x',
  ]);
  assert.equal(read('mx.example.com; spf=fail smtp.mailfrom="a dmarc=pass"'), ['mx.example.com', 'spf=fail']);
  assert.equal(read('mx.example.com; x.dmarc=pass'), ['mx.example.com', 'x.dmarc=pass']);
  assert.equal(read('mx.example.com; dmarc=passive'), ['mx.example.com', 'dmarc=passive']);
  // A property that stands twice with two values has none.
  assert.equal(
    read('mx.example.com; dmarc=pass header.from=a.example header.from=b.example', 'header.from'),
    ['mx.example.com', 'dmarc=pass'],
  );
});

test('A field that does not keep to the grammar says nothing.', () => {
  for (const value of [
    'mx.example.com; dmarc=pass (open',
    'mx.example.com; dmarc="pass',
    'mx.example.com; dmarc=',
    'mx.example.com; =pass',
    'mx.example.com; dmarc pass',
    'mx.example.com 2; dmarc=pass',
    'mx.example.com 1 x; dmarc=pass',
    '; dmarc=pass',
    '',
    'mx.example.com; dmarc=pass )',
    'mx.example.com; dmarc=pass \\',
    `mx.example.com; ${'dkim=pass; '.repeat(101)}`,
    `mx.example.com; dmarc=pass header.from=${'a'.repeat(20_000)}`,
  ])
    assert.is(read(value), undefined, value.slice(0, 80));
});

test('Hostile fields are gone through quickly.', () => {
  const startedAt = performance.now();
  for (const value of ['(', '(\\', '"', '"\\', ';', '=', 'a=b;', 'a.', 'a ', '((()', '\\', ' ', '"" '])
    read(`mx.example.com; ${value.repeat(19_000 / value.length)}`);
  assert.ok(performance.now() - startedAt < 1_000, `${performance.now() - startedAt}`);
});

test('A quotation in a comment makes the field worth nothing: an address in it may have ended the comment.', () => {
  const injected = '"x); dmarc=pass header.from=example.com; y=(z"@evil.test';
  assert.is(
    readAuthenticationResults(
      `mx.google.com; spf=pass (domain of ${injected} permits) smtp.mailfrom=${injected}`,
    ),
    undefined,
  );
});

test.run();
