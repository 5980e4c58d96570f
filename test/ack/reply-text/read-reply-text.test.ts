import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readReplyText } from '../../../src/ack/reply-text/read-reply-text.js';

const own = async (...parts: (string | Buffer)[]) =>
  (
    await readReplyText(
      Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part))),
    )
  ).ownWords;
const text = (body: string, type = 'text/plain; charset=utf-8', more = '') =>
  own(
    `From: a@example.com\r\nMIME-Version: 1.0\r\nContent-Type: ${type}\r\n${more}\r\n${body.replaceAll('\n', '\r\n')}`,
  );

const quote =
  'On Sun, Mar 1, 2026 at 3:00 AM Alerts <alerts@example.com> wrote:\n> [CRITICAL] DiskFull\n> reply to acknowledge';

test('The own words are read out of a reply, without quote and signature.', async () => {
  assert.is(await text(`ack 2h\n\n${quote}\n`), 'ack 2h');
  assert.is(
    await text(`On it.\nWill take an hour.\n\n-- \nOps\n+49 1234\n\n${quote}\n`),
    'On it.\nWill take an hour.',
  );
  assert.is(await text(quote), '');
  assert.is(await text('\n\n'), '');
  assert.is(await text(`${quote}\n\nunack\n`), 'unack');
  assert.is(await text('ok\n\nSent from my iPhone\n'), 'ok');
});

test('Where there is no plain text, the HTML is read.', async () => {
  const html =
    '<html><head><style>p{color:red}</style></head><body><p>ack <b>1h</b></p><script>evil()</script>' +
    '<div class="gmail_quote">On Sun, Mar 1, 2026 at 3:00 AM Alerts &lt;alerts@example.com&gt; wrote:<br>' +
    '<blockquote>unack</blockquote></div></body></html>';
  assert.is(await text(html, 'text/html; charset=utf-8'), 'ack 1h');
  const both = [
    '--x\nContent-Type: text/plain\n\nplain words',
    '--x\nContent-Type: text/html\n\n<p>other words</p>',
    '--x--\n',
  ].join('\n');
  assert.is(await text(both, 'multipart/alternative; boundary=x'), 'plain words');
});

test('Charsets and transfer encodings of the world are decoded.', async () => {
  for (const [charset, bytes] of [
    ['iso-8859-1', Buffer.from('4772fcdf65', 'hex')],
    ['windows-1252', Buffer.from('4772fcdf65', 'hex')],
    ['utf-8', Buffer.from('Grüße')],
    ['no-such-charset', Buffer.from('plain')],
    ['', Buffer.from('plain')],
    ['utf-7', Buffer.from('+AGE-')],
  ] as const)
    assert.type(await own(`Content-Type: text/plain; charset=${charset}\r\n\r\n`, bytes), 'string');
  assert.is(
    await own(
      'Content-Type: text/plain; charset=iso-8859-1\r\n\r\n',
      Buffer.from('Gr\u00fc\u00dfe', 'latin1'),
    ),
    'Grüße',
  );
  assert.is(
    await own(
      'Content-Type: text/plain; charset=iso-2022-jp\r\n\r\n',
      Buffer.from('1b24422546253925481b2842', 'hex'),
    ),
    'テスト',
  );
  assert.is(
    await text(
      'Gr=C3=BC=\n=C3=9Fe',
      'text/plain; charset=utf-8',
      'Content-Transfer-Encoding: quoted-printable\r\n',
    ),
    'Grüße',
  );
  assert.is(
    await text(
      Buffer.from('ack 3h').toString('base64'),
      'text/plain; charset=utf-8',
      'Content-Transfer-Encoding: base64\r\n',
    ),
    'ack 3h',
  );
});

test("Attachments and embedded messages are not the person's words.", async () => {
  const mixed = [
    '--x\nContent-Type: text/plain\n\nsee below',
    '--x\nContent-Type: text/plain; name=log.txt\nContent-Disposition: attachment; filename=log.txt\n\nunack',
    '--x\nContent-Type: message/rfc822\n\nSubject: inner\nContent-Type: text/plain\n\nunack inner',
    '--x\nContent-Type: message/rfc822\nContent-Disposition: inline\n\nSubject: inner\n\nunack inner',
    '--x--\n',
  ].join('\n');
  assert.is(await text(mixed, 'multipart/mixed; boundary=x'), 'see below');
  const signed =
    '--x\nContent-Type: text/plain\n\nack 1h\n--x\nContent-Type: application/pgp-signature\n\n-----BEGIN\n--x--\n';
  assert.is(await text(signed, 'multipart/signed; boundary=x'), 'ack 1h');
});

test('Broken and cut messages are read as far as they go.', async () => {
  assert.is(await text('--x\nContent-Type: text/plain\n\nack 1h', 'multipart/mixed; boundary=x'), 'ack 1h');
  assert.type(await text('no boundary here', 'multipart/mixed'), 'string');
  assert.type(await text('text', 'text/plain; charset="'), 'string');
  assert.type(await text('a=ZZ=', 'text/plain', 'Content-Transfer-Encoding: quoted-printable\r\n'), 'string');
  assert.type(await text('text', '////;;;='), 'string');
  assert.type(await own(''), 'string');
  assert.type(
    await own(Buffer.from(Array.from({ length: 5_000 }, (_, index) => (index * 7) % 256))),
    'string',
  );
});

test('A wrong, missing or unknown charset does not garble what was written.', async () => {
  const word = 'Grüße – déjà';
  const utf8 = Buffer.from(word);
  const western = Buffer.from('Gr\xfc\xdfe \x96 d\xe9j\xe0', 'latin1');
  for (const label of [
    '',
    '; charset=us-ascii',
    '; charset=iso-8859-1',
    '; charset=utf-8',
    '; charset=nonsense',
  ])
    for (const bytes of [utf8, western])
      assert.is(await own(`Content-Type: text/plain${label}\r\n\r\n`, bytes), word, label);
  // Cut in the middle of a character.
  assert.match(
    await own('Content-Type: text/plain\r\n\r\n', Buffer.from('Grüße 👍').subarray(0, -1)),
    /^Grüße/,
  );
  for (const [charset, bytes, words] of [
    ['koi8-r', 'e2c5d2d5', 'Беру'],
    ['windows-1251', 'c1e5f0f3', 'Беру'],
    ['windows-1250', '8ce86c', 'Śčl'],
    ['windows-1253', 'cae1eb', 'Καλ'],
    ['windows-1254', 'fdfef0', 'ışğ'],
    ['windows-1256', 'c7e4', 'ان'],
    ['iso-8859-2', 'b1e6ea', 'ąćę'],
    ['gb18030', 'cad5b5bd', '收到'],
    ['GB2312', 'cad5b5bd', '收到'],
    ['cp936', 'cad5b5bd', '收到'],
    ['big5', 'a6aca8ec', '收到'],
    ['euc-kr', 'c8aec0ce', '확인'],
    ['ks_c_5601-1987', 'c8aec0ce', '확인'],
    ['euc-jp', 'b3cec7a7', '確認'],
    ['shift_jis', '8a6d9446', '確認'],
    ['iso-8859-8-i', 'e0f0e9', 'אני'],
    ['tis-620', 'a1d3c5', 'กำล'],
  ] as const)
    assert.is(
      await own(`Content-Type: text/plain; charset="${charset}"\r\n\r\n`, Buffer.from(bytes, 'hex')),
      words,
      charset,
    );
});

test('Words that cannot be read are told from no words.', async () => {
  const read = (type: string, body: string) =>
    readReplyText(Buffer.from(`Content-Type: ${type}\r\n\r\n${body.replaceAll('\n', '\r\n')}`));
  const encrypted =
    '--x\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--x\nContent-Type: application/octet-stream\n\nwcBM\n--x--\n';
  const winmail =
    '--x\nContent-Type: text/plain\n\n\n--x\nContent-Type: application/ms-tnef; name=winmail.dat\n\nx\n--x--\n';
  for (const [type, body] of [
    ['multipart/encrypted; protocol="application/pgp-encrypted"; boundary=x', encrypted],
    ['application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m', 'MIAG'],
    ['multipart/mixed; boundary=x', winmail],
    ['text/plain', '-----BEGIN PGP MESSAGE-----\n\nwcBMA\n-----END PGP MESSAGE-----\n'],
  ] as const)
    assert.equal(await read(type, body), { ownWords: '', sealed: true }, type);
  assert.equal(await read('text/plain', ''), { ownWords: '' });
  assert.equal(await read('multipart/mixed; boundary=x', winmail.replace('plain\n\n', 'plain\n\nack')), {
    ownWords: 'ack',
  });
});

test('A reaction of Gmail is read, and nothing that only looks like one.', async () => {
  const reacted = async (json: string, more = '') =>
    (
      await readReplyText(
        Buffer.from(
          `Content-Type: multipart/alternative; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\n👍 Ops reacted\r\n--x\r\nContent-Type: text/vnd.google.email-reaction+json; charset=UTF-8\r\n${more}\r\n${json}\r\n--x\r\nContent-Type: text/html\r\n\r\n<p>👍</p>\r\n--x--\r\n`,
        ),
      )
    ).reaction;
  assert.is(await reacted('{"emoji":"👍","version":1}'), '👍');
  const encoded = Buffer.from('{"emoji":"👍","version":1}').toString('base64');
  assert.is(await reacted(encoded, 'Content-Transfer-Encoding: base64\r\n'), '👍');
  for (const json of [
    '',
    '{',
    '[]',
    '{"version":1}',
    '{"emoji":"👍","version":2}',
    '{"emoji":"","version":1}',
  ])
    assert.is(await reacted(json), undefined, json);
  assert.is(await reacted('{"emoji":"👍","version":1}', 'Content-Disposition: attachment\r\n'), undefined);
  assert.is(await reacted(`{"emoji":"${'x'.repeat(100_000)}","version":1}`), undefined);
});

test('Lines of a megabyte and a hundred thousand lines are read in under a second each.', async () => {
  const many = (piece: string) => piece.repeat(Math.ceil(1_000_000 / piece.length));
  const lines = (line: string) => `${line}\n`.repeat(100_000).slice(0, 1_500_000);
  const bombs = [
    ...['a', ' ', '>', '-', '- ', '_', '@', 'a@', '11:11 2020 ', 'gesendet iphone ', '`', '<', ':'].map(many),
    ...['a:', 'a: 2020-01-01 a@b.c', 'On 2020-01-01 10:00 a@b.c wrote:', '<', '> wrote:', 'a > wrote:'].map(
      lines,
    ),
    ...['> a', '> a\n\nwords:', '| a', '```', '-----BEGIN PGP SIGNED MESSAGE-----', '', 'a a '].map(lines),
    ...['-- ', 'a. a. a. a. a. a.', `${'*'.repeat(199)}`, `>>> ${' >>>'.repeat(50)}x`].map(lines),
  ];
  const pages = [
    '<',
    '<b>',
    '<p>',
    '<blockquote>',
    '<pre>\n',
    '&',
    '<!--',
    '</b>',
    '<img alt=a>',
    '<td>',
  ].map(many);
  pages.push(`${'<b>'.repeat(30_000)}${'</i>'.repeat(30_000)}`, `<p style="${many('display ')}">x`);
  for (const [type, all] of [
    ['text/plain', bombs],
    ['text/plain; format=flowed; delsp=yes', ['a ', '> a \n', ' ', '>', 'a \n> a \n'].map(many)],
    ['text/html', pages],
  ] as const)
    for (const bomb of all) {
      // The time of this process: others may run beside it.
      const before = process.cpuUsage();
      assert.type(await own(`Content-Type: ${type}\r\n\r\n${bomb}`), 'string');
      const { user, system } = process.cpuUsage(before);
      const tookMs = (user + system) / 1_000;
      assert.ok(tookMs < 1_000, `${type} ${bomb.slice(0, 30)} ${tookMs}`);
    }
});

test('Hostile messages are gone through in bounded time.', async () => {
  const startedAt = performance.now();
  const bombs = [
    `--x\n${'Content-Type: text/plain\n\na\n--x\n'.repeat(400)}--x--`,
    'On a a '.repeat(30_000),
    'On a\n'.repeat(30_000),
    'Op aschreefa\n'.repeat(10_000),
    '\n'.repeat(200_000),
    'from<2020'.repeat(20_000),
    '11:112020"<'.repeat(20_000),
    ' '.repeat(200_000),
    '>'.repeat(200_000),
    '> a\n'.repeat(50_000),
    'a'.repeat(900_000),
  ];
  for (const bomb of bombs) {
    assert.type(
      await text(bomb, bomb.startsWith('--x') ? 'multipart/mixed; boundary=x' : 'text/plain'),
      'string',
    );
  }
  assert.type(await text(`<p>${'<b>'.repeat(50_000)}x`, 'text/html'), 'string');
  assert.type(await text(`<p>${'<div>x</div>'.repeat(80_000)}`, 'text/html'), 'string');
  const nested = Array.from(
    { length: 200 },
    (_, index) => `Content-Type: multipart/mixed; boundary=b${index}\n\n--b${index}\n`,
  ).join('');
  assert.type(await text(`--x\n${nested}`, 'multipart/mixed; boundary=x'), 'string');
  assert.ok(performance.now() - startedAt < 6_000, `${performance.now() - startedAt}`);
});

test('A megabyte of addresses, in a header or in that of a part, does not hold the process up.', async () => {
  const field = `Cc: ${'a:;'.repeat(340_000)}\r\n`;
  const part = `--x\r\nContent-Type: text/plain\r\n${field}\r\nack\r\n--x--\r\n`;
  await text('The parser is loaded now.');
  for (const message of [
    `${field}Content-Type: text/plain\r\n\r\nack\r\n`,
    `Content-Type: multipart/mixed; boundary=x\r\n\r\n${part}`,
  ]) {
    let worstMs = 0;
    let lastAt = performance.now();
    const look = () => {
      worstMs = Math.max(worstMs, performance.now() - lastAt);
      lastAt = performance.now();
    };
    const looking = setInterval(look, 2);
    // A part with such a header is set aside.
    await own(message).catch((error: Error) => assert.match(error.message, /header size/));
    clearInterval(looking);
    look();
    assert.ok(worstMs < 400, `${worstMs}`);
  }
  assert.is(await text('ack', 'text/plain', field), 'ack');
});

test.run();
