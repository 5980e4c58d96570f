import type { Refusal } from './refusals.js';

/** What a token endpoint gave (RFC 6749 section 5.1). Tokens have no size limit. */
export interface Tokens {
  readonly accessToken: string;
  /** How long the access token lives; an hour where the answer does not say. */
  readonly lifetimeMs: number;
  readonly refreshToken?: string;
  readonly idToken?: string;
  /** What was granted, where it was told. */
  readonly scope?: string;
}

/** Tokens, or why there are none. */
export type TokenOutcome =
  | { readonly ok: true; readonly tokens: Tokens }
  | { readonly ok: false; readonly refusal: Refusal };

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

/** A way to be authorized: everything that is asked of an authorization server. Failures are values. */
export interface TokenGrant {
  /** Where a person signs in. */
  authorizationUrl(request: AuthorizationRequest): string;
  /** Exchanges the code of a callback for tokens. */
  redeem(request: {
    readonly code: string;
    readonly verifier: string;
    readonly redirectUri: string;
  }): Promise<TokenOutcome>;
  /** Exchanges a refresh token for an access token (RFC 6749 section 6). */
  refresh(request: { readonly refreshToken: string; readonly scope: string }): Promise<TokenOutcome>;
}
