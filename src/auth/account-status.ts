import type { Account } from '../core/account.js';
import type { AccountState, AccountStatus, Expiry } from '../core/status.js';
import type { GrantDocument } from './grant.js';
import { missingScopes } from './scopes.js';
import type { Trouble } from './trouble.js';

/** What is known of the tokens of an account. */
export interface TokenFacts {
  /** What is asked for, separated by spaces. */
  readonly scope: string;
  /** Absent where it is of somebody else. */
  readonly grant: GrantDocument | undefined;
  readonly trouble: Trouble | undefined;
  readonly expiries: readonly Expiry[];
  /** Whether the token endpoint is being asked. */
  readonly refreshing: boolean;
}

/** How an account is doing, as far as its tokens tell. */
export function accountStatus(account: Account, facts: TokenFacts): AccountStatus {
  const { trouble, expiries } = facts;
  const { accessToken, identity, refreshedAt, user, grantedScope } = facts.grant ?? {};
  const byPerson = account.login.grant !== 'client_credentials';
  const authorizedAs = byPerson ? (identity?.name ?? user) : undefined;
  const missing = byPerson ? missingScopes(facts.scope, grantedScope) : [];
  const detail = trouble?.fault.message ?? (accessToken ? undefined : 'no access token was asked for yet');
  return {
    account: account.name,
    mailbox: account.mailbox,
    grant: account.login.grant,
    state: stateOf(facts),
    ...(authorizedAs === undefined ? {} : { authorizedAs }),
    ...(accessToken ? { accessTokenExpiresAt: accessToken.expiresAt } : {}),
    ...(refreshedAt ? { refreshedAt } : {}),
    ...(accessToken ? { scopes: (grantedScope ?? facts.scope).split(/\s+/).filter(Boolean) } : {}),
    ...(missing.length > 0 ? { missingScopes: missing } : {}),
    ...(expiries.length > 0 ? { expiries } : {}),
    ...(detail === undefined ? {} : { detail }),
    ...(trouble ? { remedy: trouble.fault.remedy, nextTryAt: trouble.retryAt } : {}),
    ...(trouble && !trouble.final ? { since: trouble.since } : {}),
  };
}

function stateOf({ grant, trouble, expiries, refreshing }: TokenFacts): AccountState {
  if (trouble?.final)
    return trouble.fault.code === 'OAUTH_CONFIGURATION_REQUIRED'
      ? 'configuration-required'
      : 'authorization-required';
  if (trouble) return 'degraded';
  if (!grant?.accessToken) return refreshing ? 'refreshing' : 'degraded';
  if (expiries.some(({ warnedDays }) => warnedDays !== undefined)) return 'expiring';
  return refreshing ? 'refreshing' : 'authorized';
}
