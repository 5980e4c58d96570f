import { genericTokenEndpointRequest } from 'oauth4webapi';
import { callServer } from './call-server.js';
import { readTokens } from './read-tokens.js';
import { secretsOf } from './secrets-of.js';
import type { TokenClient, TokenClientSetup } from './token-client.js';
import type { TokenRequest } from './token-request.js';

const grantTypes = {
  authorization_code: 'authorization_code',
  refresh_token: 'refresh_token',
  client_credentials: 'client_credentials',
  device_code: 'urn:ietf:params:oauth:grant-type:device_code',
};

/** Asks a token endpoint as a public client, or with a certificate, or for the device grant, by oauth4webapi. */
export function askByProof(setup: TokenClientSetup): TokenClient {
  const { oauth, endpoints } = setup;
  const server = { issuer: endpoints.issuer ?? endpoints.tokenUrl, token_endpoint: endpoints.tokenUrl };
  const client = { client_id: oauth.clientId };

  return async (request) => {
    const answer = await callServer(
      setup,
      (proof, options) =>
        genericTokenEndpointRequest(
          server,
          client,
          proof,
          grantTypes[request.grant],
          parametersOf(request),
          options,
        ),
      secretsOf(request),
    );
    return answer.ok ? readTokens(answer.body) : answer;
  };
}

function parametersOf(request: TokenRequest): Record<string, string> {
  switch (request.grant) {
    case 'authorization_code':
      return { code: request.code, redirect_uri: request.redirectUri, code_verifier: request.verifier };
    case 'refresh_token':
      return { refresh_token: request.refreshToken, scope: request.scope };
    case 'client_credentials':
      return request.scope === '' ? {} : { scope: request.scope };
    case 'device_code':
      return { device_code: request.deviceCode };
  }
}
