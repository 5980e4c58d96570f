import { createHash } from 'node:crypto';
import type { HeaderFields } from './header-fields.js';

/** Names a reply for ever: by its Message-ID, or by its header where there is not exactly one. */
export function replyKey(fields: HeaderFields, header: Buffer): string {
  const [id, ...more] = fields.values('message-id');
  const hash = (bytes: string | Buffer) => createHash('sha256').update(bytes).digest('hex').slice(0, 40);
  return id !== undefined && id !== '' && more.length === 0
    ? `m${hash(id.replace(/\s+/g, ''))}`
    : `h${hash(header)}`;
}
