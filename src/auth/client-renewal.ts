import type { Account } from '../core/account.js';
import { obtained } from './grant-change.js';
import type { Renewal } from './renewal.js';

/**
 * Renews by asking for a token anew (client credentials grant, RFC 6749 section 4.4): there is no refresh token
 * and no person, so whatever is refused is for an administrator to mend.
 */
export function clientRenewal(account: Account, scope: string): Renewal {
  return {
    obstacle: () => undefined,
    isPossible: () => true,
    async renew(_, client, askedAt) {
      const outcome = await client({ grant: 'client_credentials', scope });
      if (outcome.ok)
        return { ok: true, keep: (stored) => obtained(stored, account, outcome.tokens, askedAt) };
      const { refusal } = outcome;
      if (refusal.class !== 'sign-in') return outcome;
      return { ok: false, refusal: { ...refusal, class: 'administrator', remedy } };
    },
  };
}

const remedy =
  'Nobody signs in with grant: client_credentials. At the provider give the application the permission to mail ' +
  'by itself, with the consent of an administrator, and check clientId, the tenant and the client secret or certificate.';
