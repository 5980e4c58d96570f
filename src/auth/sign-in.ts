import { createHash } from 'node:crypto';
import type { Account, OAuthClient } from '../core/account.js';
import type { Clock } from '../core/clock.js';
import { Fault } from '../core/fault.js';
import { refusalClasses } from '../core/refusals/refusal-classes.js';
import type { SignedIn } from '../core/signed-in.js';
import type { AcceptGrant } from './accept-grant.js';
import { authorizationUrl } from './authorization-url.js';
import type { Callback } from './callback.js';
import type { EndpointsSource } from './endpoints.js';
import type { Endpoints, PendingSignIn } from './grant.js';
import type { GrantRecord } from './grant-record.js';
import {
  findSignIn,
  fitsCookie,
  mintSignIn,
  reusableSignIn,
  type SignInTerms,
  withoutSignIn,
  withSignIn,
} from './pending.js';
import { classifyRefusal, type Refusal } from './refusals.js';
import { signInFault } from './sign-in-fault.js';
import type { TokenClient } from './token-client.js';
import type { TokenOutcome } from './token-request.js';
import { createVisits } from './visits.js';

/** What the sign-in of one account needs. */
export interface SignInSetup {
  readonly account: Account;
  readonly oauth: OAuthClient;
  readonly record: GrantRecord;
  readonly endpoints: EndpointsSource;
  readonly clientAt: (endpoints: Endpoints) => TokenClient;
  readonly accept: AcceptGrant;
  readonly clock: Clock;
  /** Told when the URL of a sign-in is used up without a grant. */
  readonly onSpent: () => Promise<void>;
}

/** The sign-in of one account, from the authorization URL to the grant. */
export interface SignIn {
  authorizationUrl(terms: Partial<Omit<SignInTerms, 'boundTo'>>): Promise<string>;
  /** The sign-in of this account that a state belongs to. */
  find(state: string): Promise<PendingSignIn | undefined>;
  /** Finishes a sign-in that was found. Throws a `Fault`. */
  complete(begun: PendingSignIn, callback: Callback, cookie: string | undefined): Promise<SignedIn>;
}

/**
 * Sends a person to the provider with a browser (authorization code grant with PKCE, RFC 6749 section 4.1 and
 * RFC 7636) and takes what comes back.
 *
 * A state is used up by the grant that it led to, by a refusal of the provider, and by an answer that does
 * not fit. It stays good after a passing failure, and after a sign-in as somebody else, which is to be done
 * again in a private window with the same URL.
 */
export function createSignIn(setup: SignInSetup): SignIn {
  const { account, oauth, record, clock } = setup;
  const taken = new Set<string>();
  /** Codes that gave tokens: a server ends what it gave for a code that it sees again (RFC 6749 section 4.1.2). */
  const redeemed = new Set<string>();
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
        secrets: oauth.clientSecret === undefined ? [] : [oauth.clientSecret],
      });
    if (callback.code === undefined) throw restart('the answer holds neither a code nor an error.');
    return callback.code;
  };
  const redeem = async (code: string, begun: PendingSignIn, endpoints: Endpoints): Promise<TokenOutcome> => {
    if (redeemed.has(digest(code))) return { ok: false, refusal: redeemedAlready };
    const outcome = await setup.clientAt(endpoints)({ grant: 'authorization_code', ...begun, code });
    if (outcome.ok) redeemed.add(digest(code));
    return outcome;
  };
  const finish = async (callback: Callback, begun: PendingSignIn): Promise<SignedIn> => {
    const endpoints = await setup.endpoints.known();
    if (begun.boundTo !== undefined && begun.boundTo !== boundTo(oauth, endpoints))
      throw restart('it was begun with another authorization server or client.');
    const code = codeOf(callback, endpoints);
    const askedAt = clock.now();
    const outcome =
      typeof code === 'string' ? await redeem(code, begun, endpoints) : { ok: false as const, refusal: code };
    if (!outcome.ok) {
      if (outcome.refusal.class !== 'transient') await spend(begun);
      throw signInFault(account, outcome.refusal, typeof code === 'string');
    }
    const { tokens } = outcome;
    const { nonce, state } = begun;
    try {
      const signedIn = await setup.accept({ tokens, askedAt, endpoints, nonce, state });
      visits.end(state);
      return signedIn;
    } catch (thrown) {
      if (thrown instanceof Fault && thrown.code === 'OAUTH_RESTART') await spend(begun);
      throw thrown;
    }
  };

  return {
    async authorizationUrl({ redirectUri = oauth.redirectUri, cookie }) {
      const endpoints = await setup.endpoints.known();
      if (endpoints.authorizationUrl === undefined)
        throw new Fault('OAUTH_NO_PAGE', {
          account: account.name,
          detail: 'the provider names no authorization endpoint.',
        });
      const now = clock.now();
      const terms = { redirectUri, boundTo: boundTo(oauth, endpoints) };
      const begun =
        cookie === undefined ? await beginOpen(terms, now) : visits.begin({ ...terms, cookie }, now);
      return authorizationUrl(endpoints.authorizationUrl, oauth, { ...begun, loginHint: account.user });
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

const redeemedAlready: Refusal = {
  class: 'ours',
  code: 'redeemed',
  reason: 'its code was redeemed already.',
  remedy: refusalClasses.ours.remedy,
};

/** What a state is good for alone: an answer to another server or client must not be taken for ours. */
function boundTo({ clientId }: OAuthClient, { issuer, authorizationUrl: url = '' }: Endpoints): string {
  return `${clientId} at ${issuer ?? ''} ${url}`;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
