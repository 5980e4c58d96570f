import { DomUtils, parseDocument } from 'htmlparser2';
import { headerField } from './lab.js';
import { received } from './received.js';

let pressed = 0;

/** The link of the button that acknowledges, as it stands in the HTML of a mail; undefined when it has none. */
export function buttonOf(html: string): string | undefined {
  const links = DomUtils.getElementsByTagName('a', parseDocument(html));
  return links.map(({ attribs }) => attribs['href'] ?? '').find((href) => href.startsWith('mailto:'));
}

/**
 * What a phone sends when a person presses the button of a mail and then *Send*: a new mail that names no other, as
 * RFC 6068 says to read the link, with the signature of the phone; as it is received.
 */
export function pressButton(mail: string, from: string): string {
  const link = buttonOf(htmlOf(mail));
  if (link === undefined) throw new Error('There is no button in the mail.');
  const [, to = '', query = ''] = /^mailto:([^?]*)\?(.*)$/.exec(link) ?? [];
  const fields = new Map(
    query.split('&').map((pair) => {
      const [name = '', value = ''] = pair.split('=');
      return [decodeURIComponent(name), decodeURIComponent(value)];
    }),
  );
  pressed += 1;
  return received(
    [
      `From: ${from}`,
      `To: ${decodeURIComponent(to)}`,
      `Subject: =?utf-8?B?${Buffer.from(fields.get('subject') ?? '').toString('base64')}?=`,
      `Message-ID: <pressed-${pressed}-${process.pid}@phone.example.com>`,
      `Date: ${new Date(Date.now() + pressed * 1_000).toUTCString()}`,
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=utf-8',
      '',
      fields.get('body') ?? '',
      '',
      'Sent from my iPhone',
      '',
    ].join('\r\n'),
  );
}

/** The HTML of one of our mails. */
function htmlOf(mail: string): string {
  const boundary = /boundary="([^"]+)"/.exec(mail.slice(mail.lastIndexOf('multipart/alternative')))?.[1];
  if (boundary === undefined) throw new Error(`No alternatives: ${headerField(mail, 'Content-Type')}`);
  const part = mail.split(`--${boundary}`).find((each) => each.includes('Content-Type: text/html')) ?? '';
  const bytes = part
    .slice(part.indexOf('\r\n\r\n') + 4)
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
