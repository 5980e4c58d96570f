import type { HeaderFields } from '../header-fields.js';
import type { AuthenticationPolicy } from './authentication-policy.js';
import { readAuthenticationResults } from './authentication-results.js';

/**
 * What an administrator may set where a mail has neither a verdict of our own mail server nor a signature that counts;
 * undefined where there is nothing to say.
 */
export function authenticationAdvice(fields: HeaderFields, policy: AuthenticationPolicy): string | undefined {
  if (policy.kind !== 'generic') return undefined;
  const ids = fields
    .values('authentication-results')
    .flatMap((value) => readAuthenticationResults(value)?.authservId ?? []);
  const [topmost] = ids;
  if (policy.authservIds.length === 0)
    return topmost === undefined
      ? 'Let your mail server check what it receives and say so in Authentication-Results, and name it in acknowledgement.authservId (docs/trust.md).'
      : `If ${topmost} is your own mail server, set acknowledgement.authservId: ${topmost} (docs/trust.md).`;
  if (topmost === undefined)
    return `Your mail server wrote no Authentication-Results; let it check what it receives (docs/trust.md).`;
  return policy.authservIds.includes(topmost)
    ? `The verdict of ${topmost} stands below a hop of another domain, or has neither DMARC nor DKIM; name the hosts in front of the mailbox in acknowledgement.authservId, too (docs/trust.md).`
    : `The verdict is by ${topmost}; if that is your own mail server, name it in acknowledgement.authservId (docs/trust.md).`;
}
