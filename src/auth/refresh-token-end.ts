import type { GrantDocument } from './grant.js';
import type { Tokens } from './token-request.js';

/**
 * When the refresh token ends after a refresh at `askedAt`, where the server tells such things.
 *
 * It is fixed where the refresh did not put it off, or by less than half of the time since the one before: a
 * server that counts down tells a shorter life each time, one that begins anew tells the same.
 */
export function refreshTokenEnd(
  stored: GrantDocument,
  { refreshToken, refreshLifetimeMs }: Tokens,
  askedAt: Date,
): GrantDocument['refreshTokenEnd'] {
  const before = stored.refreshTokenEnd;
  if (refreshLifetimeMs === undefined) {
    const same = refreshToken === undefined || refreshToken === stored.refreshToken;
    return same && before ? { at: before.at, fixed: true } : undefined;
  }
  const at = new Date(askedAt.getTime() + refreshLifetimeMs);
  const sinceMs = askedAt.getTime() - (stored.refreshedAt ?? askedAt).getTime();
  return { at, fixed: before !== undefined && at.getTime() - before.at.getTime() < sinceMs / 2 };
}
