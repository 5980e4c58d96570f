import MimeNode from 'nodemailer/lib/mime-node';

const fromField = /^From:(?:[^\r\n]|\r\n[ \t])*\r\n/im;

/** A composed message with another From header field (RFC 5322 section 3.6.2), everything else as it is. */
export function withFrom(raw: string, from: string): string {
  const node = new MimeNode('text/plain', { disableFileAccess: true, disableUrlAccess: true });
  const [field = ''] = fromField.exec(`${node.setHeader('From', from).buildHeaders()}\r\n`) ?? [];
  const headerEnd = raw.indexOf('\r\n\r\n') + 2;
  // A function, since a dollar sign in a text to put in has a meaning of its own.
  return `${raw.slice(0, headerEnd).replace(fromField, () => field)}${raw.slice(headerEnd)}`;
}
