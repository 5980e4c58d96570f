import type { Account } from '../core/account.js';
import type { AccountStatus } from '../core/status.js';
import type { GrantDocument } from './grant.js';
import { missingScopes } from './scopes.js';
import type { Trouble } from './trouble.js';

/** How an account is doing, as far as its tokens tell; `grant` is absent where it is of somebody else. */
export function accountStatus(
  account: Account,
  scope: string,
  grant: GrantDocument | undefined,
  trouble: Trouble | undefined,
): AccountStatus {
  const { accessToken, identity, refreshedAt, user, grantedScope } = grant ?? {};
  const authorizedAs = account.login.grant === 'client_credentials' ? undefined : (identity?.name ?? user);
  const missing = missingScopes(scope, grantedScope);
  const detail = trouble?.fault.message ?? (accessToken ? undefined : 'no access token was asked for yet');
  return {
    account: account.name,
    mailbox: account.mailbox,
    grant: account.login.grant,
    state: stateOf(trouble, accessToken !== undefined),
    ...(authorizedAs === undefined ? {} : { authorizedAs }),
    ...(accessToken ? { accessTokenExpiresAt: accessToken.expiresAt } : {}),
    ...(refreshedAt ? { refreshedAt } : {}),
    ...(missing.length > 0 ? { missingScopes: missing } : {}),
    ...(detail === undefined ? {} : { detail }),
  };
}

function stateOf(trouble: Trouble | undefined, hasToken: boolean): AccountStatus['state'] {
  if (!trouble) return hasToken ? 'authorized' : 'degraded';
  if (!trouble.final) return 'degraded';
  return trouble.fault.code === 'OAUTH_CONFIGURATION_REQUIRED'
    ? 'configuration-required'
    : 'authorization-required';
}
