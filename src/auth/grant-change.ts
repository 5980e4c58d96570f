import type { Account } from '../core/account.js';
import type { GrantDocument } from './grant.js';
import type { Identity } from './identity.js';
import { refreshTokenEnd } from './refresh-token-end.js';
import type { Tokens } from './token-request.js';

const earlyMs = 300_000;

/** Whether a grant is of the user that the settings name now, or of their client, so that it may be used. */
export function belongsTo(grant: GrantDocument, account: Account): boolean {
  return grant.user?.toLowerCase() === holderOf(account).toLowerCase();
}

/** Whom the grant of an account must be of. */
function holderOf({ user, login }: Account): string {
  return login.grant === 'client_credentials' ? login.oauth.clientId : user;
}

/** The grant after a sign-in. What was kept of the same user stays as fall-back. */
export function signedIn(
  stored: GrantDocument,
  given: {
    readonly account: Account;
    readonly tokens: Tokens;
    readonly askedAt: Date;
    readonly identity?: Identity;
  },
): GrantDocument {
  const { refusal: _refusal, refreshTokenEnd: _end, ...rest } = stored;
  const { identity: pinned, refreshToken, previousRefreshToken, ...kept } = rest;
  const own = belongsTo(stored, given.account) ? { pinned, refreshToken, previousRefreshToken } : {};
  const identity = given.identity ? { key: given.identity.key, name: given.identity.name } : own.pinned;
  return {
    ...withTokens({ ...kept, ...defined(own) }, given.tokens, own.refreshToken, given.askedAt),
    user: holderOf(given.account),
    signedInAt: given.askedAt,
    ...(identity ? { identity } : {}),
  };
}

/** The grant after a refresh with `used`, one of its refresh tokens. */
export function refreshed(stored: GrantDocument, tokens: Tokens, used: string, askedAt: Date): GrantDocument {
  const { refusal: _refusal, ...kept } = stored;
  return withTokens(kept, tokens, used, askedAt);
}

/** The grant after a token was obtained for the client itself. What a person once granted is kept, unused. */
export function obtained(
  stored: GrantDocument,
  account: Account,
  tokens: Tokens,
  askedAt: Date,
): GrantDocument {
  const { refusal: _refusal, identity: _identity, grantedScope: _scope, ...kept } = stored;
  return { ...kept, ...issued(kept, tokens, askedAt), user: holderOf(account) };
}

/** The grant after it was refused for good; no refresh token is ever dropped. */
export function refused(
  stored: GrantDocument,
  account: Account,
  refusal: NonNullable<GrantDocument['refusal']>,
  distrusted: string | undefined,
): GrantDocument {
  const { accessToken, ...kept } = stored;
  const usable = accessToken && accessToken.token !== distrusted;
  return { ...kept, ...(usable ? { accessToken } : {}), user: holderOf(account), refusal };
}

/** What is left of a grant that was given up: only what is no secret. No late refresh may bring it back. */
export function forgotten({ account, generation, discovery }: GrantDocument): GrantDocument {
  return { account, generation: generation + 1, ...(discovery ? { discovery } : {}), pending: [] };
}

function withTokens(
  kept: GrantDocument,
  tokens: Tokens,
  used: string | undefined,
  askedAt: Date,
): GrantDocument {
  // RFC 6749 section 6: without a new refresh token in the answer, the old one goes on.
  const current = tokens.refreshToken ?? used;
  const previous = [used, kept.refreshToken, kept.previousRefreshToken].find(
    (each) => each !== undefined && each !== current,
  );
  const { refreshTokenEnd: _end, ...others } = kept;
  const end = refreshTokenEnd(kept, tokens, askedAt);
  return {
    ...others,
    ...issued(kept, tokens, askedAt),
    ...(end === undefined ? {} : { refreshTokenEnd: end }),
    ...(current === undefined ? {} : { refreshToken: current }),
    ...(previous === undefined ? {} : { previousRefreshToken: previous }),
  };
}

/** What every new access token brings: one more generation, and when to renew it. */
function issued({ generation }: GrantDocument, { accessToken, lifetimeMs, scope }: Tokens, askedAt: Date) {
  const expiresAtMs = askedAt.getTime() + lifetimeMs;
  return {
    generation: generation + 1,
    refreshedAt: askedAt,
    accessToken: {
      token: accessToken,
      expiresAt: new Date(expiresAtMs),
      renewAt: new Date(expiresAtMs - Math.min(earlyMs, lifetimeMs / 2)),
    },
    ...(scope === undefined ? {} : { grantedScope: scope }),
  };
}

function defined(own: {
  readonly refreshToken?: string | undefined;
  readonly previousRefreshToken?: string | undefined;
}): { readonly refreshToken?: string; readonly previousRefreshToken?: string } {
  const { refreshToken, previousRefreshToken } = own;
  return {
    ...(refreshToken === undefined ? {} : { refreshToken }),
    ...(previousRefreshToken === undefined ? {} : { previousRefreshToken }),
  };
}
