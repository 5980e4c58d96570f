import { randomBytes } from 'node:crypto';
import type { Log } from '../../core/host.js';
import { networkOf } from './network-of.js';
import { passwordHash } from './password-hash.js';
import { createTryLimit } from './try-limit.js';

/** Who signs in with a password. */
export interface Logins {
  /** Whether the settings have anybody. */
  readonly hasUsers: boolean;
  /**
   * Tries a name and a password for somebody at an address; `wait` says in how many milliseconds one may try again,
   * where too many were wrong.
   */
  attempt(
    name: string,
    password: string,
    address: string,
  ): Promise<'right' | 'wrong' | { readonly waitMs: number }>;
}

/** What logins are made of; `users` maps names to hashes as `passwordHash` makes them. */
export interface LoginsParts {
  readonly users: Readonly<Record<string, string>>;
  readonly log: Log;
  now(): Date;
}

const overall = '';
const perAddress = { burst: 10, refillMs: 60_000 };
const together = { burst: 60, refillMs: 5_000 };
const tellEveryMs = 60_000;

/**
 * Makes the check of passwords. From one address (of IPv6: one network of 64 bits) 10 may be wrong, and one more a
 * minute; from all together 60, and one more each 5 seconds. A try counts before its password is looked at, so that many at once gain nothing.
 */
export function createLogins({ users, log, now }: LoginsParts): Logins {
  const byAddress = createTryLimit({ ...perAddress, now });
  const byAll = createTryLimit({ ...together, now });
  const hashes = new Map(Object.entries(users));
  // Who is not there costs the same time.
  const [first = ''] = hashes.values();
  const nobody = first.replace(/[^:]*$/, randomBytes(32).toString('base64url'));
  let toldAt = 0;

  const take = (network: string) => {
    const alone = byAddress.take(network);
    if (alone !== undefined) return alone;
    const all = byAll.take(overall);
    if (all !== undefined) byAddress.giveBack(network);
    return all;
  };
  return {
    hasUsers: hashes.size > 0,
    async attempt(name, password, address) {
      const network = networkOf(address);
      const waitMs = take(network);
      if (waitMs !== undefined) {
        const at = now().getTime();
        if (at - toldAt >= tellEveryMs) {
          toldAt = at;
          log.warn(
            { address },
            'Sign-ins at the console are refused for now: too many passwords were wrong.',
          );
        }
        return { waitMs };
      }
      if (await passwordHash.matches(password, hashes.get(name) ?? nobody)) {
        byAddress.giveBack(network);
        byAll.giveBack(overall);
        return 'right';
      }
      // What was typed as a name may be a password.
      log.warn(
        { address, ...(hashes.has(name) ? { name } : {}) },
        'A sign-in at the console was refused: name or password is wrong.',
      );
      return 'wrong';
    },
  };
}
