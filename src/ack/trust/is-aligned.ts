import { createRequire } from 'node:module';
import { asciiDomain } from './ascii-domain.js';

const load = createRequire(import.meta.url);

/**
 * Whether two domains are aligned: strictly, or by belonging to the same organisation, as the public suffix list has it
 * (RFC 7489 section 3.1). What is no domain is aligned with nothing.
 */
export function isAligned(one: string, other: string, mode: 'strict' | 'relaxed'): boolean {
  const [first, second] = [asciiDomain(one.toLowerCase()), asciiDomain(other.toLowerCase())];
  if (first === undefined || second === undefined) return false;
  if (first === second || mode === 'strict') return first === second;
  // Loaded when it is first needed: the list takes 7 MB.
  const { getDomain }: typeof import('tldts') = load('tldts');
  const organisation = getDomain(first, { allowPrivateDomains: true });
  return organisation !== null && organisation === getDomain(second, { allowPrivateDomains: true });
}
