import { revocationRequest } from 'oauth4webapi';
import { callServer } from './call-server.js';
import type { GrantDocument } from './grant.js';
import type { TokenClientSetup } from './token-client.js';

/** What came of telling a provider that a grant is to end. */
export type Revocation =
  | {
      readonly ok: true;
      /** Until when the access token is good all the same, where the provider cannot revoke it. */
      readonly accessTokenExpiresAt?: Date;
    }
  | { readonly ok: false; readonly reason: string };

/** What a provider says of a token that it does not know: it has ended already. Google answers so with 400. */
const ended = ['invalid_token'];

/**
 * Revokes all tokens of a grant (RFC 7009), the refresh token first: where it works, providers end the whole grant.
 *
 * A provider may have no revocation for access tokens (section 2.2.1); such a token ends by itself. Failures are
 * values, and the tokens after the first one that fails are left alone.
 */
export async function revokeGrant(setup: TokenClientSetup, grant: GrantDocument): Promise<Revocation> {
  const { oauth, endpoints, clock } = setup;
  const { refreshToken, previousRefreshToken, accessToken } = grant;
  if (endpoints.revocationUrl === undefined)
    return { ok: false, reason: 'it offers no revocation (RFC 7009)' };
  const server = {
    issuer: endpoints.issuer ?? endpoints.tokenUrl,
    revocation_endpoint: endpoints.revocationUrl,
  };
  const tokens = [refreshToken, previousRefreshToken, accessToken?.token].filter(
    (each) => each !== undefined,
  );
  const revoke = (token: string, hint: 'refresh_token' | 'access_token') =>
    callServer(
      setup,
      (proof, options) =>
        revocationRequest(server, { client_id: oauth.clientId }, proof, token, {
          ...options,
          additionalParameters: { token_type_hint: hint },
        }),
      tokens,
    );

  for (const token of [refreshToken, previousRefreshToken]) {
    if (token === undefined) continue;
    const answer = await revoke(token, 'refresh_token');
    if (!answer.ok && !ended.includes(answer.refusal.error ?? ''))
      return { ok: false, reason: answer.refusal.reason };
  }
  if (!accessToken || accessToken.expiresAt <= clock.now()) return { ok: true };
  const answer = await revoke(accessToken.token, 'access_token');
  if (answer.ok || ended.includes(answer.refusal.error ?? '')) return { ok: true };
  // Without a refresh token, the access token is all that there was to revoke.
  if (answer.refusal.error === 'unsupported_token_type' || refreshToken !== undefined)
    return { ok: true, accessTokenExpiresAt: accessToken.expiresAt };
  return { ok: false, reason: answer.refusal.reason };
}
