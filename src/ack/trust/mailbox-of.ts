import { plainAddress } from './plain-address.js';

/** The mailbox that an address means, so that it can be compared: without a subaddress (RFC 5233), which `Ops+Alerts@` has. */
export function mailboxOf(address: string): string {
  return plainAddress(address).replace(/(?<=.)\+.*(?=@)/s, '');
}
