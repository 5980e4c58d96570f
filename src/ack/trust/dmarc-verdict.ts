import type { MethodResult } from './authentication-results.js';
import { domainOf } from './domain-of.js';
import { isAligned } from './is-aligned.js';

/**
 * What a field says of DMARC (RFC 7489) about the domain of the From: its verdict in lower case; undefined where it has
 * none. A verdict about another domain, and a pass for none, is a `mismatch`; two verdicts are a `contradiction`.
 */
export function dmarcVerdict(results: readonly MethodResult[], domain: string): string | undefined {
  const [dmarc, ...more] = results.filter(({ method }) => method === 'dmarc');
  if (!dmarc) return undefined;
  if (more.length > 0) return 'contradiction';
  const about = dmarc.property('header.from');
  if (about === undefined) return dmarc.result === 'pass' ? 'mismatch' : dmarc.result;
  return isAligned(domainOf(about), domain, 'strict') ? dmarc.result : 'mismatch';
}
