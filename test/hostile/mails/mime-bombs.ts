import { type HostileMail, letter, mailsOf } from './hostile-mail.js';

const multipart = (boundary: string, subtype = 'mixed') => ({
  'Content-Type': `multipart/${subtype}; boundary="${boundary}"`,
});
const text = (words: string) => `Content-Type: text/plain\r\n\r\n${words}\r\n`;
const many = (count: number, part: string, end = '--b--\r\n') => `${`--b\r\n${part}`.repeat(count)}${end}`;
/** Multiparts in multiparts, with the words in the innermost. */
const deep = (depth: number, words: string) => {
  const open = Array.from(
    { length: depth },
    (_, level) => `--b${level}\r\nContent-Type: multipart/mixed; boundary=b${level + 1}\r\n\r\n`,
  );
  return `${open.join('')}--b${depth}\r\n${text(words)}`;
};
const body = (fields: Readonly<Record<string, string>>, content: string) => (mailId: string) =>
  letter(mailId, { fields, body: content });

/** Mails whose MIME structure is to wear the reader out, by an authenticated recipient. */
export const mimeBombs: readonly HostileMail[] = [
  ...mailsOf('MIME bomb', 'unreadable', {
    '10,000 parts': body(multipart('b'), many(10_000, text('ack'))),
    '10,000 empty parts': body(multipart('b'), many(10_000, '\r\n')),
    '10,000 attachments': body(
      multipart('b'),
      many(10_000, 'Content-Disposition: attachment; filename=x\r\n\r\nx\r\n'),
    ),
    '10,000 multiparts beside each other': body(
      multipart('b'),
      many(10_000, 'Content-Type: multipart/mixed; boundary=c\r\n\r\n--c--\r\n'),
    ),
    'a thousand multiparts in one another': body(multipart('b0'), deep(1_000, 'ack')),
    'five thousand multiparts in one another': body(multipart('b0'), deep(5_000, 'ack')),
    'a part with a header of 100 kB': body(
      multipart('b'),
      `--b\r\nX-Note: ${'x'.repeat(100_000)}\r\n\r\nack\r\n--b--\r\n`,
    ),
    'a part with a header of 20,000 lines': body(
      multipart('b'),
      `--b\r\n${'X-Note: a\r\n'.repeat(20_000)}\r\nack\r\n--b--\r\n`,
    ),
  }),
  ...mailsOf('odd MIME', 'acknowledge', {
    'a hundred multiparts in one another': body(multipart('b0'), deep(100, 'ack')),
    '400 parts, the first with the words': body(
      multipart('b'),
      `--b\r\n${text('ack')}${many(400, 'Content-Type: image/png\r\n\r\nx\r\n')}`,
    ),
    'no last boundary': body(multipart('b'), `--b\r\n${text('ack')}`),
    'no boundary at all': body(multipart('b'), text('ack')),
    'no boundary in the field': body({ 'Content-Type': 'multipart/mixed' }, 'ack\r\n'),
    'an empty boundary': body(multipart(''), `--\r\n${text('ack')}----\r\n`),
    'a boundary of 4,000 characters': body(
      multipart('x'.repeat(3_900)),
      `--${'x'.repeat(3_900)}\r\n${text('ack')}`,
    ),
    'boundaries that begin with one another': body(
      multipart('a'),
      `--a\r\nContent-Type: multipart/mixed; boundary=aa\r\n\r\n--aa\r\n${text('ack')}--aa--\r\n--a--\r\n`,
    ),
    'the same boundary inside': body(
      multipart('a'),
      `--a\r\nContent-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n${text('ack')}--a--\r\n--a--\r\n`,
    ),
    'white space behind the boundary': body(multipart('b'), `--b   \t\r\n${text('ack')}--b--   \r\n`),
    'words behind the last boundary': body(multipart('b'), `--b\r\n${text('ack')}--b--\r\nunack\r\n`),
    'words in front of the first boundary': body(multipart('b'), `unack\r\n--b\r\n${text('ack')}--b--\r\n`),
    'a boundary of characters of patterns': body(
      multipart('(.*)+$'),
      `--(.*)+$\r\n${text('ack')}--(.*)+$--\r\n`,
    ),
    'an encoded boundary': body(
      { 'Content-Type': "multipart/mixed; boundary*=utf-8''b" },
      `--b\r\n${text('ack')}--b--\r\n`,
    ),
    'two Content-Types': (mailId) => letter(mailId, { more: ['Content-Type: multipart/mixed; boundary=b'] }),
    'a type of nothing': body({ 'Content-Type': '' }, 'ack\r\n'),
    'a type of 10,000 characters': body({ 'Content-Type': `text/${'x'.repeat(10_000)}` }, 'ack\r\n'),
    'a thousand parameters': body(
      { 'Content-Type': `text/plain${Array.from({ length: 1_000 }, (_, at) => `; p${at}=v`).join('')}` },
      'ack\r\n',
    ),
    'a parameter in 10,000 pieces': body(
      { 'Content-Type': `text/plain${Array.from({ length: 10_000 }, (_, at) => `; name*${at}=v`).join('')}` },
      'ack\r\n',
    ),
    'parameters of the prototype': body(
      { 'Content-Type': 'text/plain; __proto__=x; constructor=y; toString=z' },
      'ack\r\n',
    ),
  }),
  // All of it is said, and what is said twice is asked back.
  ...mailsOf('odd MIME', 'question', {
    'the boundary twice in the field': body(
      { 'Content-Type': 'multipart/mixed; boundary=b; boundary=c' },
      `--b\r\n${text('ack')}--c\r\n${text('ack')}--b--\r\n`,
    ),
    'an alternative of 300 texts': body(multipart('b', 'alternative'), many(300, text('ack'))),
  }),
];
