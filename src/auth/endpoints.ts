import type { Account, OAuthClient } from '../core/account.js';
import type { Clock } from '../core/clock.js';
import { Fault } from '../core/fault.js';
import type { Network } from '../core/network.js';
import { discover } from './discovery.js';
import type { Endpoints } from './grant.js';
import type { GrantRecord } from './grant-record.js';

/** Where the authorization server of an account is. */
export interface EndpointsSource {
  /** The endpoints as they are known, without asking where they were ever told. Throws `OAUTH_TEMPORARY`. */
  known(): Promise<Endpoints>;
  /** The endpoints, asked for again once a day where they are discovered. Throws `OAUTH_TEMPORARY`. */
  current(): Promise<Endpoints>;
}

/** What it takes to find the endpoints of an account. */
export interface EndpointsSetup {
  readonly account: Account;
  readonly oauth: OAuthClient;
  readonly record: GrantRecord;
  readonly network: Network;
  readonly clock: Clock;
  readonly timeLimitMs: number;
}

const dayMs = 86_400_000;

/**
 * Finds the endpoints of an account: what the settings say goes first, discovery fills in the rest.
 *
 * What was discovered stands in the grant of the account, so that an authorization URL can be had while
 * nothing can be reached.
 */
export function createEndpoints(setup: EndpointsSetup): EndpointsSource {
  const { account, oauth, record, clock } = setup;
  const { authorizationUrl, tokenUrl, deviceAuthorizationUrl, issuer, jwksUrl, revocationUrl } = oauth;
  const own = {
    ...(authorizationUrl ? { authorizationUrl } : {}),
    ...(tokenUrl ? { tokenUrl } : {}),
    ...(deviceAuthorizationUrl ? { deviceAuthorizationUrl } : {}),
  };
  let asked: { readonly at: Date; readonly endpoints: Endpoints } | undefined;

  const explicit: Endpoints | undefined =
    tokenUrl && (authorizationUrl || account.login.grant !== 'authorization_code')
      ? {
          tokenUrl,
          ...own,
          ...(issuer ? { issuer } : {}),
          ...(jwksUrl ? { jwksUrl } : {}),
          ...(revocationUrl ? { revocationUrl } : {}),
          sendsIssuer: false,
          clientAuthentication: 'body',
        }
      : undefined;

  const remembered = async () => {
    const { discovery } = await record.read();
    return discovery && discovery.from === issuer ? discovery.endpoints : undefined;
  };
  const ask = async (): Promise<Endpoints> => {
    if (!issuer)
      throw new Error('the settings name neither an issuer nor both authorizationUrl and tokenUrl');
    const endpoints = await discover(issuer, setup.network, setup.timeLimitMs);
    asked = { at: clock.now(), endpoints };
    await record.change((stored) =>
      JSON.stringify(stored.discovery) === JSON.stringify({ from: issuer, endpoints })
        ? stored
        : { ...stored, discovery: { from: issuer, endpoints } },
    );
    return endpoints;
  };
  const overridden = (found: Endpoints): Endpoints => ({ ...found, ...own });
  const temporary = (thrown: unknown) =>
    Fault.from(
      thrown,
      (detail) =>
        new Fault('OAUTH_TEMPORARY', {
          account: account.name,
          detail: `its endpoints are not known yet, and discovery fails: ${detail}`,
        }),
    );

  return {
    async known() {
      if (explicit) return explicit;
      const found = asked?.endpoints ?? (await remembered());
      if (found) return overridden(found);
      try {
        return overridden(await ask());
      } catch (thrown) {
        throw temporary(thrown);
      }
    },
    async current() {
      if (explicit) return explicit;
      if (asked && Math.abs(clock.now().getTime() - asked.at.getTime()) < dayMs)
        return overridden(asked.endpoints);
      try {
        return overridden(await ask());
      } catch (thrown) {
        const found = asked?.endpoints ?? (await remembered());
        if (!found) throw temporary(thrown);
        return overridden(found);
      }
    },
  };
}
