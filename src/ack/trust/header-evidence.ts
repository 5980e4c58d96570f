import type { HeaderFields } from '../header-fields.js';
import type { AuthenticationPolicy } from './authentication-policy.js';
import type { Evidence } from './evidence.js';
import { genericEvidence } from './generic-evidence.js';
import { googleEvidence } from './google-evidence.js';
import { microsoft365Evidence } from './microsoft365-evidence.js';

/**
 * What the fields that the receiving server wrote say about who sent a mail, by the policy of the settings. Undefined
 * where they say nothing, and the signatures of the mail itself have to be verified.
 */
export function headerEvidence(
  fields: HeaderFields,
  sender: string,
  policy: AuthenticationPolicy,
): Evidence | undefined {
  switch (policy.kind) {
    case 'microsoft365':
      return microsoft365Evidence(fields, sender, policy);
    case 'google':
      return googleEvidence(fields, sender);
    case 'generic':
      return genericEvidence(fields, sender, policy.authservIds);
    case 'none':
      return { verdict: 'pass', text: 'not asked for (authentication: none)' };
  }
}
