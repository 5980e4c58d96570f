import type { OAuthClient } from '../core/account.js';
import type { Clock } from '../core/clock.js';
import type { Network } from '../core/network.js';
import { askByProof } from './ask-by-proof.js';
import { askBySecret } from './ask-by-secret.js';
import type { Endpoints } from './grant.js';
import type { TokenOutcome, TokenRequest } from './token-request.js';

/** What it takes to talk to the authorization server of an account. */
export interface TokenClientSetup {
  readonly oauth: OAuthClient;
  readonly endpoints: Endpoints;
  readonly network: Network;
  readonly clock: Clock;
  /** How long a call of the authorization server may take. */
  readonly timeLimitMs: number;
}

/** The door to a token endpoint: any grant, any way to prove who the client is. Failures are values. */
export type TokenClient = (request: TokenRequest) => Promise<TokenOutcome>;

/**
 * Makes the door that fits the client: simple-oauth2 where it knows the grant and there is a secret, else
 * oauth4webapi.
 */
export function createTokenClient(setup: TokenClientSetup): TokenClient {
  const { clientSecret } = setup.oauth;
  const byProof = askByProof(setup);
  if (clientSecret === undefined) return byProof;
  const bySecret = askBySecret(setup, clientSecret);
  return (request) => (request.grant === 'device_code' ? byProof(request) : bySecret(request));
}
