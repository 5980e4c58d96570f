import { BlockList, isIP } from 'node:net';
import type { Context } from 'hono';
import type { ConsoleEnv } from '../console-env.js';

/** The proxies in front of us, whose word counts. */
export interface Proxies {
  /** Who a named proxy says that this is; undefined where it says nothing, or somebody else sent the request. */
  nameOf(c: Context<ConsoleEnv>): string | undefined;
  /** Where the request came from, as far as it is known: what a named proxy says, else the other end. */
  addressOf(c: Context<ConsoleEnv>): string;
}

/** What the settings say of proxies. */
export interface ProxiesSettings {
  /** IP addresses, or ranges such as 10.0.0.0/24. */
  readonly addresses: readonly string[];
  /** Absent: they sign nobody in. */
  readonly userHeader?: string | undefined;
}

const plain = (address: string) => address.replace(/^::ffff:(?=\d+\.)/i, '');

/** Makes the rule whose word counts: a header field is believed only where the other end is one of the addresses. */
export function createProxies(settings: ProxiesSettings | undefined): Proxies {
  const named = new BlockList();
  for (const each of settings?.addresses ?? []) {
    const [address = '', length] = each.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (length === undefined) named.addAddress(address, family);
    else named.addSubnet(address, Number(length), family);
  }
  const isNamed = (address: string) => {
    const family = isIP(address);
    return family !== 0 && named.check(address, family === 6 ? 'ipv6' : 'ipv4');
  };
  return {
    nameOf(c) {
      const { userHeader } = settings ?? {};
      if (userHeader === undefined || !isNamed(plain(c.env.peer ?? ''))) return undefined;
      const name = Buffer.from(c.req.header(userHeader) ?? '', 'latin1')
        .toString('utf8')
        .trim();
      // Two fields are one with a comma: then one of them is not the proxy's.
      return /^[^\p{C},\ufffd]{1,100}$/u.test(name) ? name : undefined;
    },
    addressOf(c) {
      const peer = plain(c.env.peer ?? 'unknown');
      const said = plain(c.req.header('x-forwarded-for')?.split(',').at(-1)?.trim() ?? '');
      return isNamed(peer) && isIP(said) !== 0 ? said : peer;
    },
  };
}
