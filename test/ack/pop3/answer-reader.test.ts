import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Answer, createAnswerReader, type ExpectedAnswer } from '../../../src/ack/pop3/answer-reader.js';
import { collectGarbage } from '../../helpers/collect-garbage.js';

const all = 1_048_576;

/** Reads one answer from pieces of a stream: what it was, and what stood behind it. */
function read(pieces: readonly Buffer[], expected: ExpectedAnswer = { isMultiline: true, keep: all }) {
  const reader = createAnswerReader(expected);
  for (const [index, piece] of pieces.entries()) {
    const found = reader.push(piece);
    if (!found) continue;
    const behind = Buffer.concat([found.rest, ...pieces.slice(index + 1)]);
    return { ...found.answer, body: found.answer.body.toString('latin1'), rest: behind.toString('latin1') };
  }
  return undefined;
}

const bytes = (text: string) => Buffer.from(text, 'latin1');
const whole = (text: string, expected?: ExpectedAnswer) => read([bytes(text)], expected);

/** The answer as it is on the wire, by what the mail is. */
const sent = (body: string) => `+OK 120 octets\r\n${body}.\r\n`;

/** Multi-line answers that are not told apart easily: what is sent, and what it means. */
const bodies: Readonly<Record<string, readonly [wire: string, meaning: string]>> = {
  nothing: ['', ''],
  'an empty line': ['\r\n', '\r\n'],
  'a mail': ['A: b\r\n\r\nack\r\n', 'A: b\r\n\r\nack\r\n'],
  'a line that is a dot': ['..\r\n', '.\r\n'],
  'lines of dots': ['...\r\n....\r\na..\r\n', '..\r\n...\r\na..\r\n'],
  'dots everywhere': ['..\r\n..a\r\n\r\n..\r\n\r\n', '.\r\n.a\r\n\r\n.\r\n\r\n'],
  'a lone LF in front of a dot': ['a\n.\nb\n.\r\n', 'a\n.\nb\n.\r\n'],
  'a lone CR in front of a dot': ['a\r.\rb\r..\r\n', 'a\r.\rb\r..\r\n'],
  'CR CR LF': ['a\r\r\n..\r\r\n', 'a\r\r\n.\r\r\n'],
  'LF CR': ['a\n\r..\n\r\r\n', 'a\n\r..\n\r\r\n'],
  'almost an end': ['..\r\n..\r\n.\rx\r\n.\nx\r\n', '.\r\n.\r\n\rx\r\n\nx\r\n'],
  'bytes of every kind': ['\0\xff\xfe\x80..\r\n', '\0\xff\xfe\x80..\r\n'],
  'what looks like answers': ['-ERR no\r\n+OK yes\r\n', '-ERR no\r\n+OK yes\r\n'],
};

test('An answer is the same however the stream is split.', () => {
  let splits = 0;
  for (const [name, [wire, meaning]] of Object.entries(bodies)) {
    const stream = bytes(`${sent(wire)}+OK next\r\n`);
    const expected = {
      ...{ status: '+OK', text: '120 octets', body: meaning, isCut: false, rest: '+OK next\r\n' },
    };
    assert.equal(read([stream]), expected, name);
    assert.equal(read([...stream].map((byte) => Buffer.from([byte]))), expected, `${name}, byte by byte`);
    for (let first = 0; first <= stream.length; first += 1)
      for (let second = first; second <= stream.length; second += 1) {
        const pieces = [
          stream.subarray(0, first),
          stream.subarray(first, second),
          stream.subarray(second),
        ].filter((piece) => piece.length > 0);
        assert.equal(read(pieces), expected, `${name}, split at ${first} and ${second}`);
        splits += 1;
      }
  }
  console.log(`${splits} splits of ${Object.keys(bodies).length} answers`);
});

test('An answer ends with CRLF, a dot and CRLF, and nothing else ends it.', () => {
  for (const ending of [
    '.\n',
    '.\r',
    '.\r\r\n',
    '. \r\n',
    '..\r\n',
    '\n.\r\n',
    'a.\r\n',
    '.\0\r\n',
    '\r.\r\n',
  ])
    assert.is(whole(`+OK\r\nabc${ending.startsWith('.') ? '\r\n' : ''}${ending}`), undefined, `${ending}`);
  assert.is(whole('+OK\r\n.\n'), undefined);
  assert.is(whole('+OK\r\n.\r'), undefined);
  assert.throws(() => whole('+OK\n.\r\n'), /what is no POP3/);
  assert.is(whole('+OK\r\n.\r\n')?.body, '');
});

test('Nothing that is read goes to the next answer but what stands behind the end.', () => {
  const stream = bytes(`${sent('a\r\n')}${sent('..b\r\n')}-ERR gone\r\n${sent('')}+OK\r\n`);
  for (let size = 1; size <= stream.length; size += 1) {
    const found: Answer[] = [];
    let rest = stream;
    let reader = createAnswerReader({ isMultiline: true, keep: all });
    let pending = Buffer.alloc(0);
    while (rest.length + pending.length > 0 && found.length < 4) {
      const piece = pending.length > 0 ? pending : rest.subarray(0, size);
      if (pending.length === 0) rest = rest.subarray(size);
      pending = Buffer.alloc(0);
      const taken = reader.push(piece);
      if (!taken) continue;
      found.push(taken.answer);
      pending = Buffer.from(taken.rest);
      reader = createAnswerReader({ isMultiline: true, keep: all });
    }
    assert.equal(
      found.map(({ status, body }) => `${status} ${body.toString()}`),
      ['+OK a\r\n', '+OK .b\r\n', '-ERR ', '+OK '],
    );
    assert.is(Buffer.concat([pending, rest]).toString(), '+OK\r\n');
  }
});

test('Of a long answer the beginning is kept, and the rest is read to its end.', () => {
  const body = `A: b\r\n\r\n${'0123456789\r\n'.repeat(5_000)}`;
  const stream = bytes(`${sent(body)}+OK next\r\n`);
  for (const keep of [0, 1, 5, 6, 7, 100, 65_535, body.length - 1])
    for (const size of [1, 7, 4_096, stream.length]) {
      const pieces = Array.from({ length: Math.ceil(stream.length / size) }, (_, index) =>
        stream.subarray(index * size, (index + 1) * size),
      );
      const found = read(pieces, { isMultiline: true, keep });
      assert.is(found?.body, body.slice(0, keep), `${keep} bytes`);
      assert.is(found?.isCut, keep < body.length);
      assert.is(found?.rest, '+OK next\r\n');
    }
  assert.is(whole(sent(body), { isMultiline: true, keep: body.length })?.isCut, false);
});

test('A cut in the middle of a stuffed line leaves the beginning of the mail.', () => {
  const [wire, meaning] = ['..a\r\n...\r\n..\r\n.b\r\n', '.a\r\n..\r\n.\r\nb\r\n'];
  for (let keep = 0; keep <= wire.length; keep += 1) {
    const { body = '', isCut } = whole(sent(wire), { isMultiline: true, keep }) ?? {};
    assert.ok(meaning.startsWith(body), `${keep}: ${JSON.stringify(body)}`);
    assert.is(isCut, keep < wire.length);
  }
});

test('A refusal has no lines, also where lines were asked for.', () => {
  assert.equal(whole('-ERR no such message\r\n.\r\n'), {
    ...{ status: '-ERR', text: 'no such message', body: '', isCut: false, rest: '.\r\n' },
  });
  assert.is(whole('+ AQ==\r\n')?.text, 'AQ==');
});

test('A status may stand alone, and what is behind it may be anything but an end of a line.', () => {
  const single = { isMultiline: false, keep: 0 };
  for (const [line, status, text] of [
    ['+OK', '+OK', ''],
    ['+OK ', '+OK', ''],
    ['-ERR', '-ERR', ''],
    ['+', '+', ''],
    ['+ ', '+', ''],
    ['+OK a\nb', '+OK', 'a\nb'],
    ['+OK a\rb', '+OK', 'a\rb'],
    ['+OK .', '+OK', '.'],
    ['-ERR [IN-USE] maildrop', '-ERR', '[IN-USE] maildrop'],
  ] as const)
    assert.equal(whole(`${line}\r\n`, single), { status, text, body: '', isCut: false, rest: '' });
});

test('What is no POP3 is said to be none, without its control characters.', () => {
  const single = { isMultiline: false, keep: 0 };
  const lines = [
    ...[
      '',
      ' ',
      '.',
      'OK',
      '+ok',
      '+OKAY',
      '+OK\tyes',
      '-err',
      '-ERROR',
      '+FINE',
      ' +OK',
      '* OK [CAPABILITY]',
    ],
    ...['220 mail.example.com ESMTP', 'HTTP/1.1 400 Bad Request', 'SSH-2.0-OpenSSH_9.6', '\0\0\0', '\n+OK'],
    ...['\x15\x03\x01\x00\x02\x02\x46', '\x1b[2J+OK', '\xff\xfe+OK'],
  ];
  for (const line of lines)
    assert.throws(
      () => whole(`${line}\r\n`, single),
      (error: Error) => /^the server says what is no POP3: [ -~]{0,100}$/.test(error.message),
      JSON.stringify(line),
    );
});

test('A line or an answer without an end is given up, and not kept.', () => {
  const lineOf = (length: number) => bytes(`+OK ${'x'.repeat(length)}`);
  assert.throws(() => read([lineOf(9_000)]), /a line of the server has no end/);
  assert.throws(() => read([lineOf(9_000), bytes('\r\n.\r\n')]), /a line of the server has no end/);
  assert.is(read([lineOf(8_000), bytes('\r\n.\r\n')])?.text.length, 8_000);
  const reader = createAnswerReader({ isMultiline: true, keep: 65_536 });
  reader.push(bytes('+OK\r\n'));
  const chunk = Buffer.alloc(65_536, 'x');
  const before = process.memoryUsage();
  assert.throws(() => {
    for (let sentBytes = 0; sentBytes < 2 ** 30; sentBytes += chunk.length) reader.push(chunk);
  }, /an answer of the server has no end/);
  const after = process.memoryUsage();
  const grown = after.arrayBuffers - before.arrayBuffers;
  assert.ok(grown < 64 * 1_048_576, `${grown} bytes`);
});

test('What is kept of an answer takes no more memory where it comes byte by byte.', async () => {
  const reader = createAnswerReader({ isMultiline: true, keep: all });
  reader.push(bytes('+OK\r\n'));
  await collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  for (let count = 0; count < 500_000; count += 1) reader.push(Buffer.alloc(1, 'x'));
  await collectGarbage();
  const now = process.memoryUsage();
  const grown = now.heapUsed + now.external - heapUsed - external;
  assert.ok(grown < 8 * 1_048_576, `${Math.round(grown / 1_048_576)} MB`);
  assert.is(reader.push(bytes('\r\n.\r\n'))?.answer.body.length, 500_002);
});

test.run();
