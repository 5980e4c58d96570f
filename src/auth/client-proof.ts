import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import {
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  modifyAssertion,
  None,
  PrivateKeyJwt,
} from 'oauth4webapi';
import type { ClientCertificate, OAuthClient } from '../core/account.js';
import type { Endpoints } from './grant.js';

const assertionLifetimeS = 300;

/** How a client proves who it is at an endpoint, at `now`: by a certificate, a secret, or not at all. */
export async function clientProof(
  { certificate, clientSecret }: OAuthClient,
  endpoints: Endpoints,
  now: Date,
): Promise<ClientAuth> {
  if (certificate) return byCertificate(certificate, endpoints.tokenUrl, now);
  if (clientSecret === undefined) return None();
  return endpoints.clientAuthentication === 'body'
    ? ClientSecretPost(clientSecret)
    : ClientSecretBasic(clientSecret);
}

/**
 * A signed assertion in place of a secret (RFC 7523 section 2.2), by PS256, which names the certificate by its
 * SHA-256 (`x5t#S256`, RFC 7515 section 4.1.8) and the token endpoint as its audience, as Microsoft wants it.
 */
async function byCertificate(
  { certificate, key }: ClientCertificate,
  tokenUrl: string,
  now: Date,
): Promise<ClientAuth> {
  const signingKey = await crypto.subtle.importKey(
    'pkcs8',
    createPrivateKey(key).export({ type: 'pkcs8', format: 'der' }),
    { name: 'RSA-PSS', hash: 'SHA-256' },
    false,
    ['sign'],
  );
  const thumbprint = createHash('sha256').update(new X509Certificate(certificate).raw).digest('base64url');
  return PrivateKeyJwt(signingKey, {
    [modifyAssertion](header, payload) {
      const nowS = Math.floor(now.getTime() / 1_000);
      header['typ'] = 'JWT';
      header['x5t#S256'] = thumbprint;
      Object.assign(payload, { aud: tokenUrl, iat: nowS, nbf: nowS, exp: nowS + assertionLifetimeS });
    },
  });
}
