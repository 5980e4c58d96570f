import { z } from 'zod';
import type { DocumentType } from '../core/store.js';

const date = z.iso.datetime().transform((text) => new Date(text));

const endpoints = z.object({
  /** Absent where nobody signs in with a browser. */
  authorizationUrl: z.string().exactOptional(),
  tokenUrl: z.string(),
  /** Where the device grant begins (RFC 8628 section 3.1), where it is offered. */
  deviceAuthorizationUrl: z.string().exactOptional(),
  /** Where tokens are revoked (RFC 7009), where that is offered. */
  revocationUrl: z.string().exactOptional(),
  /** Where the keys are that id_tokens are signed with. */
  jwksUrl: z.string().exactOptional(),
  /** The issuer that the authorization server calls itself; absent where nobody told. */
  issuer: z.string().exactOptional(),
  /** Whether every authorization response carries `iss` (RFC 9207 section 3). */
  sendsIssuer: z.boolean(),
  /** Where the client secret goes (RFC 6749 section 2.3.1): `client_secret_post` or `client_secret_basic`. */
  clientAuthentication: z.enum(['body', 'header']),
});

const pendingSignIn = z.object({
  state: z.string(),
  /** The PKCE code verifier (RFC 7636 section 4.1). */
  verifier: z.string(),
  nonce: z.string(),
  redirectUri: z.string(),
  /** The client and the authorization server that it was begun for: no other one may answer it. */
  boundTo: z.string().exactOptional(),
  mintedAt: date,
  expiresAt: date,
  /** The SHA-256 of the cookie of the browser that must finish it; absent where any browser may. */
  cookieHash: z.string().exactOptional(),
});

const grantDocument = z.object({
  account: z.string(),
  /** Counted up by every sign-in and every refresh, so that a late result cannot replace a newer one. */
  generation: z.int(),
  /** Whom it is of: the `user` of the settings at the sign-in, or the client id where nobody signs in. */
  user: z.string().exactOptional(),
  /** Who signed in: the stable key that is pinned, and the name for people. */
  identity: z.object({ key: z.string(), name: z.string() }).exactOptional(),
  /** When somebody signed in last. */
  signedInAt: date.exactOptional(),
  refreshedAt: date.exactOptional(),
  accessToken: z.object({ token: z.string(), expiresAt: date, renewAt: date }).exactOptional(),
  refreshToken: z.string().exactOptional(),
  /** When the refresh token ends, where the token endpoint told, and whether refreshes do not put that off. */
  refreshTokenEnd: z.object({ at: date, fixed: z.boolean() }).exactOptional(),
  /** The one before, as a fall-back where the newer one is refused. */
  previousRefreshToken: z.string().exactOptional(),
  /** What was granted, as the token endpoint tells it. */
  grantedScope: z.string().exactOptional(),
  /** Why it does not work, since the authorization server refused for good. */
  refusal: z
    .object({
      class: z.enum(['sign-in', 'administrator']),
      code: z.string(),
      reason: z.string(),
      remedy: z.string(),
    })
    .exactOptional(),
  /** What discovery found for the issuer of the settings. */
  discovery: z.object({ from: z.string(), endpoints }).exactOptional(),
  /** Sign-ins that were begun and not finished, the oldest first. */
  pending: z.array(pendingSignIn),
});

/** Where an authorization server is reached, and how it wants to be talked to. */
export type Endpoints = Readonly<z.infer<typeof endpoints>>;

/** A sign-in that was begun: what its callback must show, and what redeems its code. */
export type PendingSignIn = Readonly<z.infer<typeof pendingSignIn>>;

/** All that is kept of one account's authorization. */
export type GrantDocument = Readonly<z.infer<typeof grantDocument>>;

/** How a grant is kept: encrypted, under the name of its account. */
export const grantType: DocumentType<GrantDocument> = {
  version: 1,
  parse: (value) => grantDocument.parse(value),
  encrypted: true,
};
