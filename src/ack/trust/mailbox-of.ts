import { asciiDomain } from './ascii-domain.js';
import { domainOf } from './domain-of.js';

/**
 * The mailbox that an address means, so that it can be compared: in lower case, without a subaddress (RFC 5233), the
 * domain as the DNS has it. `Ops+Alerts@BÜCHER.example` is `ops@xn--bcher-kva.example`.
 */
export function mailboxOf(address: string): string {
  const domain = domainOf(address);
  const local = address.slice(0, address.lastIndexOf('@')).toLowerCase();
  return `${local.replace(/(?<=.)\+.*$/s, '')}@${asciiDomain(domain) ?? domain}`;
}
