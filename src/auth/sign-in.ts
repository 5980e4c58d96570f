import type { Account, OAuthClient } from '../core/account.js';
import type { Clock } from '../core/clock.js';
import { describe, Fault } from '../core/fault.js';
import type { Log } from '../core/host.js';
import type { History } from '../core/store.js';
import type { Callback } from './callback.js';
import type { EndpointsSource } from './endpoints.js';
import type { Endpoints, GrantDocument, PendingSignIn } from './grant.js';
import { belongsTo, signedIn } from './grant-change.js';
import type { GrantRecord } from './grant-record.js';
import { type Identity, readIdentity } from './identity.js';
import {
  findSignIn,
  fitsCookie,
  mintSignIn,
  reusableSignIn,
  type SignInTerms,
  withoutSignIn,
  withSignIn,
} from './pending.js';
import { refusalFault } from './refusal-fault.js';
import { classifyRefusal, type Refusal } from './refusals.js';
import { missingScopes } from './scopes.js';
import type { TokenGrant, Tokens } from './token-grant.js';
import { createVisits } from './visits.js';

/** What the sign-in of one account needs. */
export interface SignInSetup {
  readonly account: Account;
  readonly oauth: OAuthClient;
  readonly record: GrantRecord;
  readonly endpoints: EndpointsSource;
  readonly grantAt: (endpoints: Endpoints) => TokenGrant;
  readonly history: History;
  readonly clock: Clock;
  readonly log: Log;
  /** Told of the new grant, which is on disk. */
  readonly onGranted: (grant: GrantDocument) => Promise<void>;
  /** Told when the URL of a sign-in is used up without a grant. */
  readonly onSpent: () => Promise<void>;
}

/** The sign-in of one account, from the authorization URL to the grant. */
export interface SignIn {
  authorizationUrl(terms: Partial<SignInTerms>): Promise<string>;
  /** The sign-in of this account that a state belongs to. */
  find(state: string): Promise<PendingSignIn | undefined>;
  /** Finishes a sign-in that was found. Throws a `Fault`. */
  complete(
    begun: PendingSignIn,
    callback: Callback,
    cookie: string | undefined,
  ): Promise<{ readonly account: string; readonly user: string }>;
}

/**
 * Sends a person to the provider and takes what comes back.
 *
 * A state is used up by the grant that it led to, by a refusal of the provider, and by an answer that does
 * not fit. It stays good after a passing failure, and after a sign-in as somebody else, which is to be done
 * again in a private window with the same URL.
 */
export function createSignIn(setup: SignInSetup): SignIn {
  const { account, oauth, record, clock, log } = setup;
  const taken = new Set<string>();
  const visits = createVisits();

  const find = async (state: string) =>
    visits.find(state, clock.now()) ?? findSignIn(await record.read(), state, clock.now());
  const spend = async ({ state }: PendingSignIn) => {
    visits.end(state);
    await record.change((stored) => withoutSignIn(stored, state));
    await setup.onSpent();
  };
  /** A sign-in that any browser may finish: its URL stands in reports, so it outlives a restart. */
  const beginOpen = async (terms: SignInTerms, now: Date): Promise<PendingSignIn> => {
    const minted = mintSignIn(terms, now);
    const stored = await record.change((grant) =>
      reusableSignIn(grant.pending, terms, now) ? grant : withSignIn(grant, minted, now),
    );
    return reusableSignIn(stored.pending, terms, now) ?? minted;
  };
  const restart = (detail: string) => new Fault('OAUTH_RESTART', { account: account.name, detail });

  /** The answer of the authorization endpoint: a code, or the fault that it means. */
  const codeOf = (callback: Callback, { issuer, sendsIssuer }: Endpoints): string | Refusal => {
    // RFC 9207 section 2.4: an answer of another server is not looked at any further.
    const told = callback.iss === undefined ? sendsIssuer : callback.iss !== issuer;
    if (issuer !== undefined && !issuer.includes('{') && told)
      throw restart('the answer came from another authorization server.');
    if (callback.error !== undefined)
      return classifyRefusal({
        body: { error: callback.error, error_description: callback.errorDescription },
        secrets: [oauth.clientSecret],
      });
    if (callback.code === undefined) throw restart('the answer holds neither a code nor an error.');
    return callback.code;
  };
  /** What a refusal means to the person who is signing in. */
  const faultOf = ({ class: asksFor, reason, code, error, ...rest }: Refusal, redeemed: boolean): Fault => {
    const { name, user } = account;
    if (asksFor === 'ours' || (redeemed && error === 'invalid_grant' && code === error))
      return restart(reason);
    if (asksFor === 'sign-in')
      return new Fault('OAUTH_REFUSED', { account: name, user, detail: reason, remedy: rest.remedy });
    return refusalFault(account, { class: asksFor, reason, code, ...rest });
  };
  const identityOf = (
    tokens: Tokens,
    begun: PendingSignIn,
    endpoints: Endpoints,
  ): Identity | string | undefined => {
    if (tokens.idToken === undefined) {
      log.warn(
        { account: account.name },
        'The provider does not tell who signed in; the login at the mail server will show it.',
      );
      return undefined;
    }
    const outcome = readIdentity(tokens.idToken, {
      clientId: oauth.clientId,
      anyTenant: /\/(common|organizations|consumers)\//.test(endpoints.tokenUrl),
      now: clock.now(),
      ...(endpoints.issuer === undefined ? {} : { issuer: endpoints.issuer }),
      ...(oauth.scope.split(' ').includes('openid') ? { nonce: begun.nonce } : {}),
    });
    if (!outcome.ok) return outcome.problem;
    if (Math.abs(outcome.skewMs) > 600_000)
      log.warn(
        { account: account.name, skewSeconds: Math.round(outcome.skewMs / 1_000) },
        'The clock of this machine and that of the authorization server differ; set the clock.',
      );
    return outcome.identity;
  };
  /** The grant to store; throws when somebody else signed in. */
  const grantOf = (stored: GrantDocument, tokens: Tokens, askedAt: Date, identity: Identity | undefined) => {
    const pinned = belongsTo(stored, account) ? stored.identity : undefined;
    const same = pinned ? identity?.key === pinned.key : identity?.names.includes(account.user.toLowerCase());
    if (identity && !same) {
      const expected = pinned?.name ?? account.user;
      throw new Fault('OAUTH_WRONG_ACCOUNT', { account: account.name, actual: identity.name, expected });
    }
    return signedIn(stored, { account, tokens, askedAt, ...(identity ? { identity } : {}) });
  };
  const finish = async (callback: Callback, begun: PendingSignIn) => {
    const endpoints = await setup.endpoints.known();
    const code = codeOf(callback, endpoints);
    const askedAt = clock.now();
    const outcome =
      typeof code === 'string'
        ? await setup.grantAt(endpoints).redeem({ ...begun, code })
        : { ok: false as const, refusal: code };
    if (!outcome.ok) {
      if (outcome.refusal.class !== 'transient') await spend(begun);
      throw faultOf(outcome.refusal, typeof code === 'string');
    }
    const { tokens } = outcome;
    const identity = identityOf(tokens, begun, endpoints);
    if (typeof identity === 'string') {
      await spend(begun);
      throw restart(`${identity}.`);
    }
    const granted = await record.change((stored) =>
      withoutSignIn(grantOf(stored, tokens, askedAt, identity), begun.state),
    );
    visits.end(begun.state);
    const missing = missingScopes(oauth.scope, tokens.scope);
    if (missing.length > 0)
      log.warn({ account: account.name, missing }, 'The sign-in did not grant every scope.');
    if (granted.refreshToken === undefined)
      log.warn({ account: account.name }, 'The provider gave no refresh token: is offline_access in scope?');
    await setup.onGranted(granted);
    const user = identity?.name ?? account.user;
    log.info({ account: account.name, user }, 'Signed in.');
    await setup.history
      .append({ at: askedAt, kind: 'signed-in', account: account.name, user })
      .catch((thrown: unknown) =>
        log.warn({ account: account.name }, `The history has a gap: ${describe(thrown)}`),
      );
    return { account: account.name, user };
  };

  return {
    async authorizationUrl({ redirectUri = oauth.redirectUri, cookie }) {
      const endpoints = await setup.endpoints.known();
      const now = clock.now();
      const begun =
        cookie === undefined
          ? await beginOpen({ redirectUri }, now)
          : visits.begin({ redirectUri, cookie }, now);
      return setup.grantAt(endpoints).authorizationUrl({ ...begun, loginHint: account.user });
    },
    find,
    async complete(begun, callback, cookie) {
      if (!fitsCookie(begun, cookie)) throw new Fault('OAUTH_COOKIE_MISSING');
      // A code that is redeemed twice ends the grant at the provider (RFC 6749 section 4.1.2).
      if (taken.has(begun.state)) throw new Fault('OAUTH_STATE_UNKNOWN');
      taken.add(begun.state);
      try {
        return await finish(callback, begun);
      } catch (thrown) {
        if (await find(begun.state).catch(() => undefined)) taken.delete(begun.state);
        throw thrown;
      }
    },
  };
}
