import { createHash } from 'node:crypto';

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';

/**
 * The first characters of the SHA-256 of some texts, in lower-case base32 (RFC 4648 section 6): 5 bits each.
 *
 * The texts are kept apart, so that ('ab', 'c') and ('a', 'bc') differ. At most 51 characters.
 */
export function shortHash(length: number, ...texts: readonly string[]): string {
  const digest = createHash('sha256').update(JSON.stringify(texts)).digest();
  let hash = '';
  let bits = 0;
  let bitCount = 0;
  for (const byte of digest) {
    bits = (bits << 8) | byte;
    bitCount += 8;
    while (bitCount >= 5 && hash.length < length) {
      bitCount -= 5;
      hash += alphabet.charAt((bits >> bitCount) & 31);
    }
    bits &= (1 << bitCount) - 1;
  }
  return hash;
}
