import type { Account } from '../core/account.js';
import { Fault, type FaultCode } from '../core/fault.js';
import type { Refusal } from './refusals.js';

const codes: Readonly<Record<Refusal['class'], FaultCode>> = {
  'sign-in': 'OAUTH_AUTHORIZATION_REQUIRED',
  administrator: 'OAUTH_CONFIGURATION_REQUIRED',
  transient: 'OAUTH_TEMPORARY',
  ours: 'OAUTH_TEMPORARY',
};

const byDevice =
  'Run `ackmail authorize {account}`, enter the code that it shows on any device and sign in as {user}.';

/** What a refusal to refresh means for everybody who wants a token. */
export function refusalFault(account: Account, refusal: Refusal): Fault {
  const { name, user, mailbox, login } = account;
  const { class: asksFor, reason } = refusal;
  // The other remedies for a person speak of a URL, which the device grant has none of.
  const remedy = asksFor === 'sign-in' && login.grant === 'device_code' ? byDevice : refusal.remedy;
  return new Fault(codes[asksFor], { account: name, user, mailbox, detail: reason, remedy });
}
