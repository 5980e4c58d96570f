import { createHash } from 'node:crypto';
import type { OAuthClient } from '../core/account.js';

/** What a person is sent to the authorization server with. */
export interface AuthorizationRequest {
  readonly state: string;
  readonly nonce: string;
  readonly redirectUri: string;
  /** The PKCE code verifier; only its SHA-256 goes into the URL (RFC 7636 section 4.2). */
  readonly verifier: string;
  /** Who is expected to sign in. */
  readonly loginHint: string;
}

/** Where a person signs in (RFC 6749 section 4.1.1): the query of the endpoint is kept, and nothing overrides ours. */
export function authorizationUrl(
  endpoint: string,
  oauth: OAuthClient,
  request: AuthorizationRequest,
): string {
  const { state, nonce, redirectUri, verifier, loginHint } = request;
  const url = new URL(endpoint);
  const parameters = {
    login_hint: loginHint,
    ...oauth.authorizationParameters,
    response_type: 'code',
    client_id: oauth.clientId,
    redirect_uri: redirectUri,
    scope: oauth.scope,
    state,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...(oauth.scope.split(' ').includes('openid') ? { nonce } : {}),
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href;
}
