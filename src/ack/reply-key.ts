import { createHash } from 'node:crypto';
import type { HeaderFields } from './header-fields.js';

/** Devices write `<>` or `<0@localhost>` into every mail: by that, all but the first would be copies. */
const ownId = /^<[^<>@]{3,}@[^<>@]+>$/;

/** Names a reply for ever: by its Message-ID, or by its header where there is not exactly one that is its own. */
export function replyKey(fields: HeaderFields, header: Buffer): string {
  const [id, ...more] = fields.values('message-id');
  const hash = (bytes: string | Buffer) => createHash('sha256').update(bytes).digest('hex').slice(0, 40);
  const bare = id?.replace(/\s+/g, '') ?? '';
  return ownId.test(bare) && more.length === 0 ? `m${hash(bare)}` : `h${hash(header)}`;
}
