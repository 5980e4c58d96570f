import type { Refusal } from './refusals.js';

/** What a token endpoint is asked for (RFC 6749 sections 4.1.3, 4.4.2 and 6, RFC 8628 section 3.4). */
export type TokenRequest =
  | {
      readonly grant: 'authorization_code';
      readonly code: string;
      /** The PKCE code verifier (RFC 7636 section 4.5). */
      readonly verifier: string;
      readonly redirectUri: string;
    }
  | { readonly grant: 'refresh_token'; readonly refreshToken: string; readonly scope: string }
  | { readonly grant: 'client_credentials'; readonly scope: string }
  | { readonly grant: 'device_code'; readonly deviceCode: string };

/** What a token endpoint gave (RFC 6749 section 5.1). Tokens have no size limit. */
export interface Tokens {
  readonly accessToken: string;
  /** How long the access token lives; an hour where the answer does not say. */
  readonly lifetimeMs: number;
  readonly refreshToken?: string;
  /** How long the refresh token lives, where it was told. */
  readonly refreshLifetimeMs?: number;
  readonly idToken?: string;
  /** What was granted, where it was told. */
  readonly scope?: string;
}

/** Tokens, or why there are none. */
export type TokenOutcome =
  | { readonly ok: true; readonly tokens: Tokens }
  | { readonly ok: false; readonly refusal: Refusal };
