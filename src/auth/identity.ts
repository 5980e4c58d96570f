import { z } from 'zod';

/** Who signed in. */
export interface Identity {
  /** Stays the same when the person is renamed: `oid` and `tid` at Microsoft, else `iss` and `sub`. */
  readonly key: string;
  /** What the provider calls the person, for people. */
  readonly name: string;
  /** All names that the configured user may be meant by, in lower case. */
  readonly names: readonly string[];
}

/** What an id_token must fit. */
export interface IdentityExpectation {
  readonly clientId: string;
  /** What the authorization request held, where it asked for an id_token. */
  readonly nonce?: string;
  /** Where it is known; `{tenantid}` in it stands for the tenant of the token, as Microsoft writes it. */
  readonly issuer?: string;
  /** Anybody's tenant may sign in here, so that an `email` proves nothing. */
  readonly anyTenant: boolean;
  readonly now: Date;
}

/** An identity, or what is wrong with the id_token, in words that follow a colon. */
export type IdentityOutcome =
  | { readonly ok: true; readonly identity: Identity; readonly skewMs: number }
  | { readonly ok: false; readonly problem: string };

const claimsSchema = z.object({
  iss: z.string().min(1),
  sub: z.string().min(1),
  aud: z.union([z.string(), z.array(z.string())]),
  azp: z.string().optional(),
  exp: z.number(),
  iat: z.number(),
  nonce: z.string().optional(),
  oid: z.string().min(1).optional(),
  tid: z.string().min(1).optional(),
  preferred_username: z.string().optional().catch(undefined),
  upn: z.string().optional().catch(undefined),
  email: z.string().optional().catch(undefined),
  email_verified: z.union([z.boolean(), z.string()]).optional().catch(undefined),
});
type Claims = z.infer<typeof claimsSchema>;

const leewayMs = 86_400_000;

/**
 * Reads an id_token that came straight from the token endpoint (OpenID Connect Core 1.0 section 3.1.3.7, which
 * then lets TLS stand in for the signature).
 *
 * The token was made a moment ago, so its `iat` is the server's clock, and how far that is from ours is
 * answered as `skewMs`; a clock of ours that is wrong by less than a day refuses nobody.
 */
export function readIdentity(idToken: string, expected: IdentityExpectation): IdentityOutcome {
  const claims = readClaims(idToken);
  const problem = claims ? problemOf(claims, expected) : 'the id_token cannot be read';
  if (!claims || problem !== undefined) return { ok: false, problem: problem ?? '' };
  const { iss, sub, oid, tid } = claims;
  const names = namesOf(claims, expected.anyTenant);
  return {
    ok: true,
    skewMs: claims.iat * 1_000 - expected.now.getTime(),
    identity: {
      key: oid && tid ? `tid ${tid} oid ${oid}` : `iss ${iss} sub ${sub}`,
      name: (names[0] ?? sub).slice(0, 320),
      names: [...names, sub].map((name) => name.toLowerCase()),
    },
  };
}

function readClaims(idToken: string): Claims | undefined {
  const parts = idToken.split('.');
  if (parts.length !== 3) return undefined;
  try {
    return claimsSchema.safeParse(JSON.parse(Buffer.from(parts[1] ?? '', 'base64url').toString())).data;
  } catch {
    return undefined;
  }
}

function problemOf(claims: Claims, expected: IdentityExpectation): string | undefined {
  const audiences = [claims.aud].flat();
  if (!audiences.includes(expected.clientId)) return 'the id_token is for another client';
  if (claims.azp !== undefined && claims.azp !== expected.clientId)
    return 'the id_token was made for another client';
  if (expected.issuer !== undefined && claims.iss !== expected.issuer.replace('{tenantid}', claims.tid ?? ''))
    return 'the id_token is from another issuer';
  if (claims.nonce !== expected.nonce) return 'the id_token belongs to another sign-in';
  if (claims.exp <= claims.iat || claims.exp * 1_000 + leewayMs < expected.now.getTime())
    return 'the id_token has expired';
  return undefined;
}

function namesOf(claims: Claims, anyTenant: boolean): readonly string[] {
  const { preferred_username: preferred, upn, email, email_verified: verified } = claims;
  // In Entra the owner of a tenant writes any email there, so it counts only for a tenant of our own choice.
  const emailCounts = !['false', 'no'].includes(String(verified)) && !(claims.tid !== undefined && anyTenant);
  return [preferred ?? '', upn ?? '', emailCounts ? (email ?? '') : ''].filter((name) => name !== '');
}
