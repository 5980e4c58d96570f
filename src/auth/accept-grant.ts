import type { Account, OAuthClient } from '../core/account.js';
import type { Clock } from '../core/clock.js';
import { describe, Fault } from '../core/fault.js';
import type { Log } from '../core/host.js';
import type { Network } from '../core/network.js';
import type { SignedIn } from '../core/signed-in.js';
import type { History } from '../core/store.js';
import { checkSignature } from './check-signature.js';
import type { Endpoints, GrantDocument } from './grant.js';
import { belongsTo, signedIn } from './grant-change.js';
import type { GrantRecord } from './grant-record.js';
import { type Identity, readIdentity } from './identity.js';
import { withoutSignIn } from './pending.js';
import { missingScopes } from './scopes.js';
import type { Tokens } from './token-request.js';

/** What taking a grant needs. */
export interface AcceptGrantSetup {
  readonly account: Account;
  readonly oauth: OAuthClient;
  readonly record: GrantRecord;
  readonly network: Network;
  readonly history: History;
  readonly clock: Clock;
  readonly log: Log;
  readonly timeLimitMs: number;
  /** Told of the new grant, which is on disk. */
  readonly onGranted: (grant: GrantDocument) => Promise<void>;
}

/** What the token endpoint gave to a sign-in. */
export interface GivenGrant {
  readonly tokens: Tokens;
  readonly askedAt: Date;
  readonly endpoints: Endpoints;
  /** What the authorization request asked to be said back; absent where it could not (RFC 8628). */
  readonly nonce?: string;
  /** The state of the sign-in, which is used up by the grant. */
  readonly state?: string;
}

/**
 * Takes what a sign-in gave, once it is known who signed in: the first time the user of the settings, and the
 * same person from then on.
 *
 * Throws OAUTH_WRONG_ACCOUNT, or OAUTH_RESTART for an id_token that is not for this sign-in; what was kept
 * before is unchanged then.
 */
export type AcceptGrant = (given: GivenGrant) => Promise<SignedIn>;

const mostSkewMs = 600_000;
const keysLimitMs = 5_000;

/** Makes the one door by which a grant of a person comes in. */
export function createAcceptGrant(setup: AcceptGrantSetup): AcceptGrant {
  const { account, oauth, record, clock, log } = setup;
  const { name } = account;
  const restart = (detail: string) => new Fault('OAUTH_RESTART', { account: name, detail });

  const identityOf = async ({ tokens, endpoints, nonce }: GivenGrant): Promise<Identity | undefined> => {
    const { idToken } = tokens;
    if (idToken === undefined) {
      log.warn(
        { account: name },
        'The provider does not tell who signed in; the login at the mail server will show it.',
      );
      return undefined;
    }
    const outcome = readIdentity(idToken, {
      clientId: oauth.clientId,
      anyTenant: /\/(common|organizations|consumers)\//.test(endpoints.tokenUrl),
      now: clock.now(),
      ...(endpoints.issuer === undefined ? {} : { issuer: endpoints.issuer }),
      ...(nonce !== undefined && oauth.scope.split(' ').includes('openid') ? { nonce } : {}),
    });
    if (!outcome.ok) throw restart(`${outcome.problem}.`);
    const { jwksUrl } = endpoints;
    const signature = await checkSignature(idToken, {
      network: setup.network,
      timeLimitMs: Math.min(setup.timeLimitMs, keysLimitMs),
      ...(jwksUrl === undefined ? {} : { jwksUrl }),
      ...(oauth.clientSecret === undefined ? {} : { clientSecret: oauth.clientSecret }),
    });
    if (signature === 'wrong') throw restart('the id_token is not signed by the provider.');
    if (signature === 'unknown' && jwksUrl !== undefined)
      log.info({ account: name }, 'The keys of the provider cannot be had; TLS vouches for who signed in.');
    if (Math.abs(outcome.skewMs) > mostSkewMs)
      log.warn(
        { account: name, skewSeconds: Math.round(outcome.skewMs / 1_000) },
        'The clock of this machine and that of the authorization server differ; set the clock.',
      );
    return outcome.identity;
  };
  /** The grant to store; throws when somebody else signed in. */
  const grantOf = (
    stored: GrantDocument,
    { tokens, askedAt }: GivenGrant,
    identity: Identity | undefined,
  ) => {
    const pinned = belongsTo(stored, account) ? stored.identity : undefined;
    const same = pinned ? identity?.key === pinned.key : identity?.names.includes(account.user.toLowerCase());
    if (identity && !same) {
      const expected = pinned?.name ?? account.user;
      throw new Fault('OAUTH_WRONG_ACCOUNT', { account: name, actual: identity.name, expected });
    }
    return signedIn(stored, { account, tokens, askedAt, ...(identity ? { identity } : {}) });
  };

  return async (given) => {
    const { tokens, askedAt, state } = given;
    const identity = await identityOf(given);
    const granted = await record.change((stored) => {
      const next = grantOf(stored, given, identity);
      return state === undefined ? next : withoutSignIn(next, state);
    });
    const missing = missingScopes(oauth.scope, tokens.scope);
    if (missing.length > 0) log.warn({ account: name, missing }, 'The sign-in did not grant every scope.');
    if (granted.refreshToken === undefined)
      log.warn({ account: name }, 'The provider gave no refresh token: is offline_access in scope?');
    await setup.onGranted(granted);
    const user = identity?.name ?? account.user;
    log.info({ account: name, user }, 'Signed in.');
    await setup.history
      .append({ at: askedAt, kind: 'signed-in', account: name, user })
      .catch((thrown: unknown) => log.warn({ account: name }, `The history has a gap: ${describe(thrown)}`));
    return { account: name, user, missingScopes: missing };
  };
}
