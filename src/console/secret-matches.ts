import { createHash, timingSafeEqual } from 'node:crypto';

/**
 * Tells whether an Authorization field carries `secret`, as a Bearer token (RFC 6750 section 2.1) or as the
 * password of basic authentication (RFC 7617), in a time that does not depend on how much of it is right.
 */
export function secretMatches(authorization: string | null, secret: string): boolean {
  const field = (authorization ?? '').trim();
  // No regular expression: anybody may send this field, and one that backtracks holds up everything.
  const end = field.indexOf(' ');
  const credentials = end < 0 ? '' : field.slice(end).trim();
  switch (field.slice(0, Math.max(end, 0)).toLowerCase()) {
    case 'bearer':
      return equal(credentials, secret);
    case 'basic': {
      const pair = Buffer.from(credentials, 'base64').toString('utf8');
      return pair.includes(':') && equal(pair.slice(pair.indexOf(':') + 1), secret);
    }
    default:
      return false;
  }
}

function equal(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
