import { asciiDomain } from './ascii-domain.js';
import { domainOf } from './domain-of.js';

/** An address so that it can be compared: in lower case, the domain as the DNS has it (`BÜCHER.example` is `xn--bcher-kva.example`). */
export function plainAddress(address: string): string {
  const domain = domainOf(address);
  return `${address.slice(0, address.lastIndexOf('@')).toLowerCase()}@${asciiDomain(domain) ?? domain}`;
}
