import { references } from '../../ack/scene.js';
import { type HostileMail, letter, mailsOf } from './hostile-mail.js';

const mebibyte = 1_048_576;
const noise = (length: number) => 'x'.repeat(length);
const lines = (count: number) => Array.from({ length: count }, (_, at) => `X-${at}: y`);
/** An honest header that goes on and on, and never ends. */
const endless = (mailId: string, more: string) => letter(mailId).replace(/\r\n\r\n[\s\S]*$/, `\r\n${more}`);

/** Mails that are very long. The header that a server hands out is cut at 64 kB, the message at 1 MB. */
export const endlessMails: readonly HostileMail[] = [
  ...mailsOf('endless mail', 'acknowledge', {
    'a body of 64 MB': (mailId) =>
      letter(mailId, { body: `ack\r\n\r\n${`${noise(998)}\r\n`.repeat(64 * 1_049)}` }),
    'a body of 64 MB in one line': (mailId) => letter(mailId, { body: `ack\r\n\r\n${noise(64 * mebibyte)}` }),
    'an attachment of 64 MB': (mailId) =>
      letter(mailId, {
        fields: { 'Content-Type': 'multipart/mixed; boundary=b' },
        body: `--b\r\nContent-Type: text/plain\r\n\r\nack\r\n--b\r\nContent-Type: application/zip\r\nContent-Transfer-Encoding: base64\r\n\r\n${`${'QUJD'.repeat(19)}\r\n`.repeat(800_000)}--b--\r\n`,
      }),
    'a header of 10,000 fields': (mailId) => letter(mailId, { more: lines(5_000) }),
    'a header of 500 kB, the reference in front': (mailId) =>
      letter(mailId, { more: [`X-Note: ${noise(500_000)}`] }),
    'a field folded 20,000 times': (mailId) =>
      letter(mailId, { more: [`X-Note: a${'\r\n b'.repeat(20_000)}`] }),
  }),
  ...mailsOf('endless header', 'refused', {
    'of 1,000,000 fields': (mailId) => letter(mailId, { more: lines(1_000_000) }),
    'of 1,000,000 fields without an end': (mailId) => endless(mailId, lines(1_000_000).join('\r\n')),
    'of one line of 64 MB': (mailId) => letter(mailId, { more: [`X-Note: ${noise(64 * mebibyte)}`] }),
    'without an end': (mailId) => endless(mailId, ''),
    'of 66 kB without an end': (mailId) => endless(mailId, `X-Note: ${noise(66_000)}`),
    'of 2 MB without an end': (mailId) => endless(mailId, `X-Note: ${noise(2 * mebibyte)}`),
    'of 1,000,000 folded lines': (mailId) => endless(mailId, `X-Note: a${'\r\n b'.repeat(1_000_000)}`),
    'of lines without a colon': (mailId) => endless(mailId, 'xxxx\r\n'.repeat(200_000)),
  }),
  ...mailsOf('endless header', 'ignored', {
    'of 1,000,000 fields in front of the reference': (mailId) => {
      const { messageId } = references.mint(mailId, 'example.com');
      return `${lines(1_000_000).join('\r\n')}\r\nIn-Reply-To: ${messageId}\r\n\r\nack\r\n`;
    },
    'of nothing but colons': () => `${':'.repeat(mebibyte)}\r\n\r\nack`,
    'of nothing but line ends': () => '\r\n'.repeat(mebibyte),
    'of nothing but CR': () => '\r'.repeat(mebibyte),
    'of nothing but NUL': () => Buffer.alloc(mebibyte),
    'of nothing': () => '',
    'of nothing but random bytes': () =>
      Buffer.from(Array.from({ length: 65_536 }, (_, at) => (at * 7_919 + (at >> 3)) % 256)),
  }),
];
