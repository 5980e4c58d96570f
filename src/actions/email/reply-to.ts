import type { Reference } from '../../core/mail.js';

/** The watched mailbox with the reference as its subaddress, where that fits (RFC 5321 section 4.5.3.1.1). */
export function replyTo(mailbox: string, { subaddress }: Reference): string {
  const at = mailbox.lastIndexOf('@');
  const local = `${mailbox.slice(0, at)}+${subaddress}`;
  return Buffer.byteLength(local) > 64 ? mailbox : `${local}${mailbox.slice(at)}`;
}
