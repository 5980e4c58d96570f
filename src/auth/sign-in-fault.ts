import type { Account } from '../core/account.js';
import { Fault } from '../core/fault.js';
import { refusalFault } from './refusal-fault.js';
import type { Refusal } from './refusals.js';

/**
 * What a refusal means to the person who is signing in.
 *
 * `redeemed` says that a code was shown: a bare `invalid_grant` is about that code then, and not about a grant.
 */
export function signInFault(account: Account, refusal: Refusal, redeemed: boolean): Fault {
  const { name, user } = account;
  const { class: asksFor, reason, remedy, code, error } = refusal;
  if (asksFor === 'ours' || (redeemed && error === 'invalid_grant' && code === error))
    return new Fault('OAUTH_RESTART', { account: name, detail: reason });
  if (asksFor === 'sign-in')
    return new Fault('OAUTH_REFUSED', { account: name, user, detail: reason, remedy });
  return refusalFault(account, refusal);
}
