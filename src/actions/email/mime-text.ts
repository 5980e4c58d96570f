import MailComposer from 'nodemailer/lib/mail-composer';
import { encode, wrap } from 'nodemailer/lib/qp';

/** The parts of a message, as nodemailer's composer takes them, with both texts. */
export type MimeMail = Omit<NonNullable<ConstructorParameters<typeof MailComposer>[0]>, 'text' | 'html'> & {
  readonly text: string;
  readonly html: string;
};

/**
 * The whole message (RFC 5322) in ASCII, lines ending in CRLF: the text and the HTML as alternatives, both in
 * quoted-printable.
 *
 * The composer makes the structure and the header fields. The two short bodies are put between them here,
 * since its streams cost several times as much as all the rest of a mail.
 */
export function mimeText(mail: MimeMail): string {
  const root = new MailComposer({
    ...mail,
    encoding: 'quoted-printable',
    // "=_" cannot stand in quoted-printable text, so nothing in an alert can end a part (RFC 2045 section 6.7).
    boundaryPrefix: '=_ackmail',
    disableFileAccess: true,
    disableUrlAccess: true,
  }).compile();
  const header = root.buildHeaders();
  const parts = root.childNodes.map((node, index) => {
    const body = wrap(encode([mail.text, mail.html][index]?.replace(/\r?\n/g, '\r\n') ?? ''), 76);
    return `--${root.boundary}\r\n${node.buildHeaders()}\r\n\r\n${body}\r\n`;
  });
  return `${header}\r\n\r\n${parts.join('')}--${root.boundary}--\r\n`;
}
