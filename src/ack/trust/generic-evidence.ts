import type { HeaderFields } from '../header-fields.js';
import { type AuthenticationResults, readAuthenticationResults } from './authentication-results.js';
import { dmarcVerdict } from './dmarc-verdict.js';
import { domainOf } from './domain-of.js';
import type { Evidence } from './evidence.js';
import { isAligned } from './is-aligned.js';

/**
 * What our own mail server says about who sent a mail, in the topmost `Authentication-Results` field by one of its
 * names (RFC 8601 section 5): dmarc=pass, or where it has no verdict of DMARC, dkim=pass of the domain of the From.
 *
 * Undefined where it says nothing of either. What stands below the first hop of somebody else, or below its topmost
 * field, was there when the mail came in, and may be by the sender.
 */
export function genericEvidence(
  fields: HeaderFields,
  sender: string,
  authservIds: readonly string[],
): Evidence | undefined {
  const own = ownResults(fields, authservIds);
  if (!own) return undefined;
  const { authservId, results } = own;
  const evidence = (verdict: 'pass' | 'fail', text: string): Evidence => ({
    verdict,
    text: `${text} (${authservId})`,
  });
  const domain = domainOf(sender);
  const dmarc = dmarcVerdict(results, domain);
  if (dmarc !== undefined && dmarc !== 'none')
    return evidence(dmarc === 'pass' ? 'pass' : 'fail', `dmarc=${dmarc}`);
  const dkim = results.filter(({ method }) => method === 'dkim');
  if (dkim.length === 0) return undefined;
  const passed = dkim
    .filter(({ result }) => result === 'pass')
    .map((each) => domainOf(each.property('header.d') ?? each.property('header.i') ?? ''));
  const aligned = passed.find((each) => isAligned(each, domain, 'relaxed'));
  if (aligned !== undefined) return evidence('pass', `dkim=pass of ${aligned}`);
  return passed.length > 0
    ? evidence('fail', `dkim=pass of ${passed[0]}, which is not the domain of the sender`)
    : evidence('fail', `dkim=${dkim[0]?.result}`);
}

function ownResults(
  fields: HeaderFields,
  authservIds: readonly string[],
): (AuthenticationResults & { readonly authservId: string }) | undefined {
  if (authservIds.length === 0) return undefined;
  for (const { name, value } of fields.all) {
    if (name === 'received' && !isOwnHop(value, authservIds)) return undefined;
    if (name !== 'authentication-results') continue;
    const results = readAuthenticationResults(value);
    const { authservId } = results ?? {};
    if (results && authservId !== undefined && authservIds.includes(authservId))
      return { ...results, authservId };
  }
  return undefined;
}

/** Whether a `Received` field was written by a server of ours: by a host of the domain of one of its names, or local. */
function isOwnHop(value: string, authservIds: readonly string[]): boolean {
  const bare = value.slice(0, 4_000).replace(/\([^()]*\)/g, ' ');
  const [, host = ''] = /(?:^|\s)by\s+([^\s;]+)/i.exec(bare) ?? [];
  const isLocal = /^[a-z0-9_-]*$/i.test(host) || /^\[?(127\.|::1)/.test(host);
  return isLocal || authservIds.some((id) => isAligned(host, id, 'relaxed'));
}
