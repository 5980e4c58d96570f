import { type HostileMail, letter, mailsOf } from './hostile-mail.js';

const encoded =
  (encoding: string, body: string, type = 'text/plain; charset=utf-8') =>
  (mailId: string) =>
    letter(mailId, { fields: { 'Content-Type': type, 'Content-Transfer-Encoding': encoding }, body });
const html = 'text/html; charset=utf-8';
const large = 900_000;

/** Mails whose body costs a lot to decode, by an authenticated recipient. */
export const encodingBombs: readonly HostileMail[] = [
  ...mailsOf('encoding bomb', 'acknowledge', {
    'base64 of 900 kB': encoded('base64', Buffer.from(`ack\n${'x'.repeat(600_000)}`).toString('base64')),
    'base64 in lines of one character': encoded(
      'base64',
      Array.from(Buffer.from(`ack\n${'x'.repeat(150_000)}`).toString('base64')).join('\r\n'),
    ),
    'base64 with much that is none': encoded('base64', `YWNr${'!*'.repeat(large / 2)}`),
    'base64 that ends in the middle': encoded('base64', 'YWNrCg'),
    'quoted-printable of equals signs': encoded('quoted-printable', `ack\r\n${'='.repeat(large)}`),
    'quoted-printable of soft line breaks': encoded(
      'quoted-printable',
      `ack\r\n${'=\r\n'.repeat(large / 3)}`,
    ),
    'quoted-printable of codes': encoded('quoted-printable', `ack=0A${'=41'.repeat(large / 3)}`),
    'quoted-printable of white space': encoded('quoted-printable', `ack\r\n${' \t'.repeat(large / 2)}`),
    'quoted-printable of broken codes': encoded(
      'quoted-printable',
      `ack\r\n${'=4G=G4=\u0000'.repeat(90_000)}`,
    ),
    'an unknown encoding': encoded('x-bomb', 'ack\r\n'),
    'an encoding of 100 kB': encoded('x'.repeat(60_000), 'ack\r\n'),
    'a line of 1 MB': encoded('8bit', `ack\r\n${'x'.repeat(1_000_000)}`),
    'half a million lines': encoded('8bit', `ack\r\n${'\r\n'.repeat(500_000)}`),
    'half a million lines of quotation': encoded('8bit', `ack\r\n${'>\n'.repeat(500_000)}`),
    'quotation 100,000 deep': encoded('8bit', `ack\r\n${'>'.repeat(100_000)} x`),
    'flowed text of 300,000 lines': encoded(
      '8bit',
      `ack\r\n\r\n${'x \r\n'.repeat(300_000)}`,
      'text/plain; format=flowed; delsp=yes',
    ),
    'HTML of 100,000 open elements': encoded('8bit', `<p>ack</p>${'<div>'.repeat(100_000)}`, html),
    'HTML of 100,000 quotations': encoded('8bit', `<p>ack</p>${'<blockquote>'.repeat(100_000)}`, html),
    'HTML of 100,000 closing elements': encoded('8bit', `<p>ack</p>${'</b>'.repeat(100_000)}`, html),
    'HTML of open and closing elements': encoded(
      '8bit',
      `<p>ack</p>${'<b>'.repeat(16_000)}${'</i>'.repeat(16_000)}`,
      html,
    ),
    'HTML with 100,000 attributes': encoded('8bit', `<p>ack</p><p ${'a=b '.repeat(100_000)}>`, html),
    'HTML with an attribute of 900 kB': encoded('8bit', `<p>ack</p><p title="${'x'.repeat(large)}">`, html),
    'HTML with a style of 900 kB': encoded(
      '8bit',
      `<p>ack</p><p style="${'display '.repeat(large / 8)}">x</p>`,
      html,
    ),
    'HTML with an open comment': encoded('8bit', `<p>ack</p><!--${'-'.repeat(large)}`, html),
    'HTML of entities': encoded('8bit', `<p>ack</p><p>${'&amp;'.repeat(large / 5)}`, html),
    'HTML of broken entities': encoded('8bit', `<p>ack</p><p>${'&#x'.repeat(large / 3)}`, html),
    'HTML of 200,000 line breaks': encoded('8bit', `<p>ack</p>${'<br>'.repeat(200_000)}`, html),
    'HTML of white space': encoded('8bit', `<p>ack</p>${' \n\t'.repeat(large / 3)}`, html),
    'HTML of tables in tables': encoded('8bit', `<p>ack</p>${'<table><tr><td>'.repeat(8_000)}x`, html),
    'HTML with CDATA and instructions': encoded('8bit', `<p>ack</p>${'<![CDATA[<?x '.repeat(60_000)}`, html),
    'HTML with an SVG that is open': encoded('8bit', `<p>ack</p><svg>${'<g>'.repeat(40_000)}`, html),
  }),
];
