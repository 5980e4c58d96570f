import { domainToASCII, domainToUnicode } from 'node:url';

/**
 * A domain as the DNS has it (RFC 5891): `bücher.example` is `xn--bcher-kva.example`. Undefined for what is no domain, and
 * for what only looks like one, such as with a full stop or letters of full width.
 */
export function asciiDomain(domain: string): string | undefined {
  const ascii = domainToASCII(domain);
  const isPlain = ascii === domain || domainToUnicode(ascii) === domain;
  return ascii !== '' && isPlain ? ascii : undefined;
}
