import { readHeaderFields } from '../header-fields.js';

/**
 * When a mail arrived, by the topmost `Received`, which the server that has the mailbox wrote (RFC 5321 section 4.4), else
 * by its `Date`; undefined where neither says. POP3 itself does not tell.
 */
export function arrivedAt(header: Buffer): Date | undefined {
  const fields = readHeaderFields(header);
  const [received] = fields.values('received');
  const [date = ''] = fields.values('date');
  const at = new Date(received?.slice(received.lastIndexOf(';') + 1) ?? date);
  return Number.isNaN(at.getTime()) ? undefined : at;
}
