import type { GrantDocument } from './grant.js';
import type { TokenGrant, TokenOutcome } from './token-grant.js';

/** What came of a refresh, and which refresh token it was made with. */
export interface RefreshOutcome {
  readonly outcome: TokenOutcome;
  readonly used: string;
}

/**
 * Refreshes a grant (RFC 6749 section 6), always with its scope, which Microsoft needs.
 *
 * A scope that is more than was granted is narrowed once. A refresh token that is refused without warning
 * gets its predecessor tried once, for a server that rotates and lost the newer one.
 */
export async function refreshGrant(
  call: TokenGrant['refresh'],
  grant: GrantDocument & { readonly refreshToken: string },
  scope: string,
): Promise<RefreshOutcome> {
  const attempt = async (used: string, asked: string): Promise<RefreshOutcome> => ({
    outcome: await call({ refreshToken: used, scope: asked }),
    used,
  });
  const { refreshToken, previousRefreshToken, grantedScope = scope, refusal } = grant;
  let last = await attempt(refreshToken, scope);
  if (errorOf(last) === 'invalid_scope' && grantedScope !== scope)
    last = await attempt(refreshToken, grantedScope);
  if (errorOf(last) !== 'invalid_grant' || refusal || previousRefreshToken === undefined) return last;
  const fallBack = await attempt(previousRefreshToken, scope);
  return fallBack.outcome.ok ? fallBack : last;
}

function errorOf({ outcome }: RefreshOutcome): string | undefined {
  return outcome.ok ? undefined : outcome.refusal.error;
}
