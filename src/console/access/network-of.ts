import { isIP } from 'node:net';

/**
 * Whom the tries of an address are counted for: the address itself, or of IPv6 (RFC 4291 section 2.5.4) the network of
 * 64 bits, all of whose addresses one machine may take.
 */
export function networkOf(address: string): string {
  if (isIP(address) !== 6) return address;
  // A URL writes every address in one way (RFC 5952).
  const { hostname } = new URL(`http://[${address.replace(/%.*$/, '')}]`);
  const [before = [], behind = []] = hostname
    .slice(1, -1)
    .split('::')
    .map((part) => part.split(':').filter(Boolean));
  const zeros = Array<string>(8 - before.length - behind.length).fill('0');
  return [...before, ...zeros, ...behind].slice(0, 4).join(':');
}
