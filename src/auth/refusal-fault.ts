import type { Account } from '../core/account.js';
import { Fault } from '../core/fault.js';
import type { Refusal } from './refusals.js';

/** What a refusal to refresh means for everybody who wants a token. */
export function refusalFault({ name, user }: Account, { class: asksFor, reason, remedy }: Refusal): Fault {
  const facts = { account: name, detail: reason };
  if (asksFor === 'U') return new Fault('OAUTH_AUTHORIZATION_REQUIRED', { ...facts, user });
  if (asksFor === 'A') return new Fault('OAUTH_CONFIGURATION_REQUIRED', { ...facts, remedy });
  return new Fault('OAUTH_TEMPORARY', facts);
}
