import MimeNode, { type MimeNodeHeaderValue } from 'nodemailer/lib/mime-node';
import { encode, wrap } from 'nodemailer/lib/qp';

/** What a message is made of. */
export interface MimeParts {
  readonly header: Readonly<Record<string, MimeNodeHeaderValue>>;
  /** Names the boundary between the parts; the same id gives the same bytes. */
  readonly id: string;
  readonly text: string;
  readonly html: string;
  /** A text file that goes along. */
  readonly attachment?: { readonly file: string; readonly text: string } | undefined;
}

/**
 * The whole message (RFC 5322) in ASCII, lines ending in CRLF: the text and the HTML as alternatives, both in
 * quoted-printable.
 *
 * nodemailer's composer would do the same with streams, at several times the price of all the rest of a mail;
 * so its node makes the header fields, and its encoder the two short bodies.
 */
export function mimeText({ header, id, text, html, attachment }: MimeParts): string {
  const root = new MimeNode(attachment ? 'multipart/mixed' : 'multipart/alternative', {
    baseBoundary: id,
    // "=_" cannot stand in quoted-printable text, so nothing in an alert can end a part (RFC 2045 section 6.7).
    boundaryPrefix: '=_ackmail',
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  for (const [name, value] of Object.entries(header)) root.setHeader(name, value);
  const fields = root.buildHeaders();
  const boundary = String(root.boundary);
  const part = (limit: string, type: string, body: string, field = '') =>
    `--${limit}\r\nContent-Type: ${type}; charset=utf-8\r\n${field}Content-Transfer-Encoding: quoted-printable\r\n\r\n${quotedPrintable(body)}\r\n`;
  const alternatives = (limit: string) =>
    `${part(limit, 'text/plain', text)}${part(limit, 'text/html', html)}--${limit}--\r\n`;
  if (!attachment) return `${fields}\r\n\r\n${alternatives(boundary)}`;
  const inner = `${boundary}-inner`;
  const disposition = `Content-Disposition: attachment; filename=${attachment.file}\r\n`;
  return [
    `${fields}\r\n\r\n--${boundary}\r\nContent-Type: multipart/alternative; boundary="${inner}"\r\n\r\n`,
    alternatives(inner),
    part(boundary, 'text/plain', attachment.text, disposition),
    `--${boundary}--\r\n`,
  ].join('');
}

function quotedPrintable(body: string): string {
  return wrap(encode(body.replace(/\r?\n/g, '\r\n')), 76);
}
