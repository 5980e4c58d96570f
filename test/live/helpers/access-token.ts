import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { AuthorizationServer } from '../../helpers/authorization-server.js';

const tokenAnswer = z.object({ access_token: z.string() });

/** Signs a person in, and answers an access token (RFC 6749 section 4.1, with PKCE). */
export async function accessToken(
  server: AuthorizationServer,
  client: { readonly clientId: string; readonly clientSecret: string; readonly redirectUri: string },
  user: string,
): Promise<string> {
  const verifier = randomBytes(32).toString('base64url');
  const url = new URL(server.authorizationEndpoint);
  url.search = new URLSearchParams({
    client_id: client.clientId,
    redirect_uri: client.redirectUri,
    response_type: 'code',
    scope: 'openid email',
    state: 'a state',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  }).toString();
  const callback = new URL(await server.signIn(url.href, user));
  const response = await fetch(server.tokenEndpoint, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code: callback.searchParams.get('code') ?? '',
      redirect_uri: client.redirectUri,
      code_verifier: verifier,
      client_id: client.clientId,
      client_secret: client.clientSecret,
    }),
  });
  return tokenAnswer.parse(await response.json()).access_token;
}
