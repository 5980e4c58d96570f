import { person } from '../../ack/scene.js';
import { type HostileMail, letter, mailsOf } from './hostile-mail.js';

const evil = 'evil@example.org';
const from =
  (value: string | undefined, more: readonly string[] = []) =>
  (mailId: string) =>
    letter(mailId, { fields: { From: value }, more });
const line = (text: string) => (mailId: string) =>
  letter(mailId, { fields: { From: undefined }, more: [text] });

/**
 * Mails that only seem to be by a recipient. The receiving server says `dmarc=pass` of each, as if it had looked at the
 * other address.
 */
export const forgedSenders: readonly HostileMail[] = [
  ...mailsOf('forged sender', 'refused', {
    'a stranger': from(evil),
    'the address as display name': from(`"${person}" <${evil}>`),
    'the address as display name without quotes': from(`${person} <${evil}>`),
    'the address in angle brackets inside quotes': from(`"<${person}>" <${evil}>`),
    'the address in a comment': from(`<${evil}> (${person})`),
    'the address in a comment in front': from(`(${person}) ${evil}`),
    'an encoded word as display name': from(`=?utf-8?q?ops=40example=2Ecom?= <${evil}>`),
    'an encoded word as address': from('=?utf-8?q?ops=40example=2Ecom?='),
    'an encoded word in angle brackets': from('<=?utf-8?b?b3BzQGV4YW1wbGUuY29t?=>'),
    'a long display name that pushes the address out of sight': from(
      `"${person}${' '.repeat(900)}" <${evil}>`,
    ),
    'two addresses': from(`${person}, ${evil}`),
    'two addresses, the stranger first': from(`${evil}, ${person}`),
    'two addresses with a semicolon': from(`${person}; ${evil}`),
    'two in angle brackets': from(`<${person}> <${evil}>`),
    'two in one pair of angle brackets': from(`<${person},${evil}>`),
    'the same address twice': from(`${person}, ${person}`),
    'a group': from(`Team: ${person};`),
    'a group of two': from(`Team: ${person}, ${evil};`),
    'an empty group in front': from(`undisclosed:; ${person}`),
    'a source route': from(`<@example.org:${person}>`),
    'two at signs': from('<ops@example.com@example.org>'),
    'two at signs, ours last': from('<evil@example.org@example.com>'),
    'a percent route': from('<ops%example.com@example.org>'),
    'a bang path': from('<example.com!ops@example.org>'),
    'a domain that ends in ours': from('<ops@notexample.com>'),
    'a domain that begins with ours': from('<ops@example.com.example.org>'),
    'a subdomain of ours': from('<ops@sub.example.com>'),
    'a local part that ends in ours': from('<xops@example.com>'),
    'a subaddress of the recipient': from('<ops+x@example.com>'),
    'a dot behind the domain': from('<ops@example.com.>'),
    'a quoted local part': from('<"ops"@example.com>'),
    'a domain literal': from('<ops@[127.0.0.1]>'),
    'a tab in the address': from('<ops@\texample.com>'),
    'a space in the address': from('<ops @example.com>'),
    'a Cyrillic o': from('<\u043eps@example.com>'),
    'a Cyrillic a in the domain': from('<ops@ex\u0430mple.com>'),
    'a fullwidth at sign': from('<ops\uff20example.com>'),
    'an ideographic full stop': from('<ops@example\u3002com>'),
    'a zero-width space': from('<ops\u200b@example.com>'),
    'a soft hyphen': from('<ops@exam\u00adple.com>'),
    'a right-to-left override': from('<\u202eops@example.com>'),
    'a long s': from('<op\u017f@example.com>'),
    'a Kelvin sign for a k': from('<\u212aim@example.com>'),
    'a NUL behind the address': from(`<${person}\0>`),
    'a NUL in front of another': from(`<${person}\0${evil}>`),
    'an escape sequence': from('<ops\u001b[31m@example.com>'),
    'invalid UTF-8 in the address': (mailId) =>
      Buffer.from(letter(mailId, { fields: { From: '<op\xff\xfes@example.com>' } }), 'latin1'),
    'no From': from(undefined),
    'an empty From': from(''),
    'empty angle brackets': from('<>'),
    'only white space': from(' \t '),
    'a Sender in place of a From': from(undefined, [`Sender: ${person}`]),
    'a Resent-From in place of a From': from(undefined, [`Resent-From: ${person}`]),
    'a From of 3,000 characters': from(`"${'x'.repeat(3_000)}" <${person}>`),
    'an address of 3,000 characters': from(`<${'x'.repeat(3_000)}@example.com>`),
    'an open quotation': from(`"${person} <${evil}>`),
    'an open comment': from(`${person} (${evil}`),
    'an open angle bracket': from(`${evil} <${person}`),
    'a closing bracket too many': from(`<${person}>>`),
    'a comment that ends behind an escaped bracket': from(`${evil} (\\) <${person}> (x))`),
    'a quotation mark in a comment': from(`${person} (") <${evil}> (")`),
    'a comment in the middle of the address': from(`ops(x)@example.com(y), ${evil}`),
    'an escaped quotation mark': from(`"x\\" <${person}> \\"" <${evil}>`),
    'a second From': from(person, [`From: ${evil}`]),
    'a second From, ours below': from(evil, [`From: ${person}`]),
    'a second From that is the same': from(person, [`From: ${person}`]),
    'a second From in capitals': from(person, [`FROM: ${evil}`]),
    'a second From with a space before the colon': from(person, [`From : ${evil}`]),
    'a second From with a tab before the colon': from(person, [`From\t: ${evil}`]),
    'a second From behind a lone CR': from(`${person}\rFrom: ${evil}`),
    'a second From behind a lone LF': from(`${person}\nFrom: ${evil}`),
    'a second From behind a NUL': from(`${person}\0\nFrom: ${evil}`),
    'a folded second address': from(`${person}\r\n , ${evil}`),
    'our From behind a lone CR in another field': line(`X-Note: a\rFrom: ${person}\r\nFrom: ${evil}`),
    'the header ends at a lone CR, and goes on with another From': line(
      `From: ${person}\r\nX-Note: a\r\r\nFrom: ${evil}`,
    ),
    'the header ends at lone LFs, and goes on with another From': line(
      `From: ${person}\r\nX-Note: a\n\nFrom: ${evil}`,
    ),
    'our From hidden from others, theirs behind an end that only we see': line(
      `X-Note: a\rFrom: ${person}\r\r\nFrom: ${evil}`,
    ),
    'our own address': from('Alerts <alerts@example.com>'),
    'our own address in capitals': from('ALERTS@EXAMPLE.COM'),
    'our own mail': from(person, ['X-Ackmail-Mail: aaaaaaaaaaaaa']),
  }),
  ...mailsOf('honest sender in an odd form', 'acknowledge', {
    'in capitals': from('OPS@EXAMPLE.COM'),
    'a name with an at sign in quotes': from(`"ops @ night" <${person}>`),
    'a name with a comma in quotes': from(`"Person, Ops" <${person}>`),
    'a name in an encoded word': from(`=?utf-8?q?Gr=C3=BC=C3=9Fe?= <${person}>`),
    'a comment': from(`${person} (Ops (night) Person)`),
    folded: from(`"Ops\r\n Person"\r\n <${person}>`),
    'a Sender that is somebody else': from(person, ['Sender: assistant@example.com']),
  }),
];
