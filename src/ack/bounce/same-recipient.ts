import { domainToASCII } from 'node:url';

/** Whether two addresses are of one mailbox: letters are the same in both cases, a domain also in its ASCII form. */
export function sameRecipient(one: string, other: string): boolean {
  return plain(one) === plain(other);
}

function plain(address: string): string {
  const at = address.lastIndexOf('@');
  const domain = address.slice(at + 1);
  return `${address.slice(0, at)}@${domainToASCII(domain) || domain}`.toLowerCase();
}
