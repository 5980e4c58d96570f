import type { Account, OAuthClient } from '../core/account.js';
import { refusalClasses } from '../core/refusals/refusal-classes.js';
import { explainShortLife } from './explain-short-life.js';
import type { GrantDocument } from './grant.js';
import { belongsTo, refreshed } from './grant-change.js';
import { refusalFault } from './refusal-fault.js';
import type { Renewal } from './renewal.js';
import type { TokenClient } from './token-client.js';
import type { TokenOutcome } from './token-request.js';

/** What came of a refresh, and which refresh token it was made with. */
interface RefreshOutcome {
  readonly outcome: TokenOutcome;
  readonly used: string;
}

const { remedy } = refusalClasses['sign-in'];

/** Renews by the refresh token of a sign-in (RFC 6749 section 6). */
export function refreshRenewal(account: Account, { scope, grantLife }: OAuthClient): Renewal {
  const required = (reason: string) =>
    refusalFault(account, { class: 'sign-in', code: 'grant', reason, remedy });
  return {
    obstacle(grant, now) {
      if (grant.user === undefined) return required('nobody has signed in yet.');
      if (!belongsTo(grant, account))
        return required(`${grant.user} was authorized, but the settings name ${account.user}.`);
      if (grant.refreshToken === undefined && !(grant.accessToken && grant.accessToken.expiresAt > now))
        return required('the provider gave no refresh token; offline_access must be in scope.');
      return undefined;
    },
    isPossible: ({ refreshToken }) => refreshToken !== undefined,
    async renew(grant, client, askedAt) {
      const { outcome, used } = await refresh(grant, client, scope);
      if (!outcome.ok)
        return { ok: false, refusal: explainShortLife(outcome.refusal, grant, grantLife, askedAt) };
      return { ok: true, keep: (stored) => refreshed(stored, outcome.tokens, used, askedAt) };
    },
  };
}

/**
 * Refreshes a grant, always with its scope, which Microsoft needs.
 *
 * A scope that is more than was granted is narrowed once. A refresh token that is refused without warning
 * gets its predecessor tried once, for a server that rotates and lost the newer one.
 */
async function refresh(grant: GrantDocument, client: TokenClient, scope: string): Promise<RefreshOutcome> {
  const attempt = async (used: string, asked: string): Promise<RefreshOutcome> => ({
    outcome: await client({ grant: 'refresh_token', refreshToken: used, scope: asked }),
    used,
  });
  const { refreshToken = '', previousRefreshToken, grantedScope = scope, refusal } = grant;
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
