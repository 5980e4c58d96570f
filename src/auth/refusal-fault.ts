import type { Account } from '../core/account.js';
import { Fault, type FaultCode } from '../core/fault.js';
import type { Refusal } from './refusals.js';

const codes: Readonly<Record<Refusal['class'], FaultCode>> = {
  'sign-in': 'OAUTH_AUTHORIZATION_REQUIRED',
  administrator: 'OAUTH_CONFIGURATION_REQUIRED',
  transient: 'OAUTH_TEMPORARY',
  ours: 'OAUTH_TEMPORARY',
};

/** What a refusal to refresh means for everybody who wants a token. */
export function refusalFault(
  { name, user, mailbox }: Account,
  { class: asksFor, reason, remedy }: Refusal,
): Fault {
  return new Fault(codes[asksFor], { account: name, user, mailbox, detail: reason, remedy });
}
