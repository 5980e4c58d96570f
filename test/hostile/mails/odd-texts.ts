import { type HostileMail, letter, mailsOf } from './hostile-mail.js';

const charset = (label: string, bytes: Buffer | string) => (mailId: string) => {
  const head = letter(mailId, { fields: { 'Content-Type': `text/plain; charset=${label}` }, body: '' });
  return Buffer.concat([Buffer.from(head), Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes)]);
};
const words = (text: string) => (mailId: string) => letter(mailId, { body: text });
const bytes = (...values: readonly number[]) =>
  Buffer.concat([Buffer.from('ack\r\n\r\n'), Buffer.from(values)]);
const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le');

/** Mails whose text is not what it says, or does more than say something; by an authenticated recipient. */
export const oddTexts: readonly HostileMail[] = [
  ...mailsOf('odd charset', 'acknowledge', {
    'invalid UTF-8': charset('utf-8', bytes(0xff, 0xfe, 0xc0, 0x80, 0xed, 0xa0, 0x80)),
    'UTF-8 that is longer than it need be': charset('utf-8', bytes(0xc0, 0xaf, 0xe0, 0x80, 0xaf)),
    'half a character at the end': charset('utf-8', bytes(0xf0, 0x9f, 0x91)),
    'half a surrogate': charset('utf-8', bytes(0xed, 0xb0, 0x80)),
    'every byte': charset('utf-8', bytes(...Array.from({ length: 256 }, (_, at) => at))),
    'US-ASCII with other bytes': charset('us-ascii', bytes(0xe4, 0xf6, 0xfc)),
    'no label': charset('', 'ack'),
    'a charset that does not exist': charset('klingon-8', 'ack'),
    'a charset of 3,000 characters': charset('x'.repeat(3_000), 'ack'),
    'a charset of the prototype': charset('__proto__', 'ack'),
    'a charset that is a constructor': charset('constructor', 'ack'),
    'a charset that is a path': charset('"../../etc/passwd"', 'ack'),
    binary: charset('binary', 'ack'),
    'UTF-16': charset('utf-16le', utf16('ack')),
    'ISO-2022-JP without an end': charset('iso-2022-jp', 'ack\r\n\r\n\u001b$B'),
    'ISO-2022-JP that goes back and forth': charset(
      'iso-2022-jp',
      `ack\r\n\r\n${'\u001b$B\u001b(B'.repeat(50_000)}`,
    ),
    HZ: charset('hz-gb-2312', 'ack\r\n\r\n~{~}~'),
    'GB18030 of four bytes': charset('gb18030', bytes(0x81, 0x30, 0x81, 0x30)),
    'EBCDIC, which nobody knows': charset('ebcdic-cp-us', 'ack'),
    'a byte order mark': charset('utf-8', '\ufeffack'),
  }),
  ...mailsOf('odd charset', 'refused', {
    'a charset with a NUL': charset('"utf-8\0"', 'ack'),
  }),
  // It is read as what it is, and not as what it would say.
  ...mailsOf('odd charset', 'acknowledge', {
    'UTF-7': charset('utf-7', 'ack +AHUAbgBhAGMAaw-'),
  }),
  ...mailsOf('trick in the text', 'acknowledge', {
    'a right-to-left override': words('ack \u202ekcanu'),
    'ack with a Cyrillic letter': words('a\u0441k 2h'),
    isolates: words('ack \u2066x\u2069'),
    'escape sequences': words('ack \u001b[2J\u001b]0;owned\u0007'),
    'control characters': words(
      `ack ${Array.from({ length: 31 }, (_, at) => String.fromCharCode(at + 1)).join('')}`,
    ),
    NULs: words('ack\0\0\0 x'),
    'a command of a monitor behind a semicolon': words('ack ;ACKNOWLEDGE_HOST_PROBLEM;x'),
    'a command of a monitor in the next line': words('ack x\r\n[1700000000] DISABLE_NOTIFICATIONS'),
    'a header field in the comment': words('ack x\rBcc: evil@example.org'),
    'line ends of Unicode': words('ack x\u2028y\u2029z\u0085w'),
    'SMTP commands': words('ack x\r\n.\r\nRCPT TO:<evil@example.org>'),
    HTML: words('ack <script>alert(1)</script><img src=x onerror=alert(1)>'),
    'a template': words('ack {{ 7 | times: 7 }}${7*7}<%= 7 %>'),
    'a shell command': words('ack $(reboot) `reboot` && reboot'),
    'JSON and SQL': words('ack "}],{"a": \'; DROP TABLE alerts; --'),
    'a link': words('ack javascript:alert(1)'),
    'a thousand combining marks': words(`ack a${'\u0301'.repeat(1_000)}`),
    'a lone surrogate': (mailId) =>
      letter(mailId, { fields: { 'Content-Type': 'text/html' }, body: '<p>ack &#xd800;</p>' }),
    'emoji over the longest comment': words(`ack ${'\u{1f468}\u200d\u{1f469}\u200d\u{1f467}'.repeat(400)}`),
    'CR alone as line end': (mailId) => letter(mailId, { body: 'ack\r\r> unack\r' }),
    'LF alone as line end everywhere': (mailId) => letter(mailId, { end: '\n', body: 'ack\n' }),
  }),
  // What looks like a command and is none must not act.
  ...mailsOf('trick in the text', 'acknowledge', {
    'hidden words in HTML': (mailId) =>
      letter(mailId, {
        fields: { 'Content-Type': 'text/html' },
        body: '<p>ack</p><div style="display:none">unack</div><style>unack</style>',
      }),
    'an empty text beside HTML': (mailId) =>
      letter(mailId, {
        fields: { 'Content-Type': 'multipart/alternative; boundary=b' },
        body: '--b\r\nContent-Type: text/plain\r\n\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>ack</p>\r\n--b--\r\n',
      }),
    'a command in an attachment': (mailId) =>
      letter(mailId, {
        fields: { 'Content-Type': 'multipart/mixed; boundary=b' },
        body: '--b\r\n\r\nack\r\n--b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment\r\n\r\nunack\r\n--b--\r\n',
      }),
  }),
  ...mailsOf('trick in the text', 'comment', {
    'a reaction that is no emoji': (mailId) =>
      letter(mailId, {
        fields: { 'Content-Type': 'text/vnd.google.email-reaction+json' },
        body: '{"version":1,"emoji":"ack all; unack"}',
      }),
  }),
  ...mailsOf('trick in the text', 'refused', {
    'CR alone as line end everywhere': (mailId) => letter(mailId, { end: '\r', body: 'ack\r' }),
  }),
  ...mailsOf('trick in the text', 'question', {
    'marks that turn the direction in the command': words('\u200fack\u200e'),
  }),
];
