import { references } from '../../ack/scene.js';
import { type HostileMail, letter, mailsOf } from './hostile-mail.js';

const evil = 'evil@example.org';
const strangers = { From: evil, To: 'alerts@example.com', 'In-Reply-To': undefined, References: undefined };
/** A multipart body of these parts. */
const parts = (...all: readonly string[]) => `${all.map((part) => `--b\r\n${part}\r\n`).join('')}--b--\r\n`;
const mixed = { 'Content-Type': 'multipart/mixed; boundary=b' };
const embedded = (mail: string) => `Content-Type: message/rfc822\r\n\r\n${mail}`;
const text = (words: string) => `Content-Type: text/plain\r\n\r\n${words}`;
const nested = (mail: string, depth: number): string =>
  depth === 0 ? mail : nested(`Content-Type: message/rfc822\r\nMIME-Version: 1.0\r\n\r\n${mail}`, depth - 1);

/** Mails in mails. */
export const nestedMails: readonly HostileMail[] = [
  ...mailsOf('a real reply inside the mail of a stranger', 'ignored', {
    attached: (mailId) =>
      letter('other00000000', { fields: { ...strangers, ...mixed }, body: parts(embedded(letter(mailId))) }),
    'as the whole body': (mailId) =>
      letter('other00000000', {
        fields: { ...strangers, 'Content-Type': 'message/rfc822' },
        body: letter(mailId),
      }),
    'as text': (mailId) => letter('other00000000', { fields: strangers, body: letter(mailId) }),
    'in 50 others': (mailId) =>
      letter('other00000000', {
        fields: { ...strangers, 'Content-Type': 'message/rfc822' },
        body: nested(letter(mailId), 50),
      }),
    'in base64': (mailId) =>
      letter('other00000000', {
        fields: { ...strangers, 'Content-Type': 'message/rfc822', 'Content-Transfer-Encoding': 'base64' },
        body: Buffer.from(letter(mailId)).toString('base64'),
      }),
  }),
  ...mailsOf('a real reply inside the mail of a stranger', 'refused', {
    'attached, with its reference': (mailId) =>
      letter(mailId, { fields: { From: evil, ...mixed }, body: parts(embedded(letter(mailId))) }),
    'in front of his words': (mailId) =>
      letter(mailId, {
        fields: { From: evil, ...mixed },
        body: parts(embedded(letter(mailId)), text('ack')),
      }),
    'as an external body': (mailId) =>
      letter(mailId, {
        fields: {
          From: evil,
          'Content-Type': 'message/external-body; access-type=URL; URL="http://127.0.0.1/"',
        },
        body: letter(mailId),
      }),
  }),
  ...mailsOf('the mail of a stranger inside a real reply', 'comment', {
    'attached, with another command': (mailId) => {
      const inner = letter('other00000000', { fields: { From: evil }, body: 'unack' });
      return letter(mailId, { fields: mixed, body: parts(text('comment see below'), embedded(inner)) });
    },
    'in front of the words': (mailId) => {
      const inner = letter('other00000000', { fields: { From: evil }, body: 'unack' });
      return letter(mailId, { fields: mixed, body: parts(embedded(inner), text('comment see above')) });
    },
    'with the boundary of the outer one': (mailId) => {
      const inner = letter('other00000000', { fields: { From: evil, ...mixed }, body: parts(text('unack')) });
      return letter(mailId, { fields: mixed, body: parts(text('comment see below'), embedded(inner)) });
    },
    'with a reference of another mail': (mailId) => {
      const { root } = references.mint('other00000000', 'example.com');
      return letter(mailId, {
        fields: mixed,
        body: parts(text('comment here'), embedded(`References: ${root}\r\n\r\nunack`)),
      });
    },
  }),
];
