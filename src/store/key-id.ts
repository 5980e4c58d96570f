import { createHmac } from 'node:crypto';

/** A name for a key, which tells a wrong key from a damaged file, and tells nothing else about the key. */
export function keyId(key: Buffer): string {
  return createHmac('sha256', key).update('ackmail key id').digest('hex').slice(0, 16);
}
