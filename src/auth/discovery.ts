import { z } from 'zod';
import { describe } from '../core/fault.js';
import type { Network } from '../core/network.js';
import { timeLimit } from '../core/time-limit.js';
import type { Endpoints } from './grant.js';
import { plainText } from './plain-text.js';
import { readText } from './read-text.js';

const httpUrl = z.url({ protocol: /^https?$/ });

const metadata = z.object({
  issuer: z.url(),
  // Absent where no grant needs it (RFC 8414 section 2).
  authorization_endpoint: httpUrl.optional(),
  token_endpoint: httpUrl,
  device_authorization_endpoint: httpUrl.optional().catch(undefined),
  jwks_uri: httpUrl.optional().catch(undefined),
  revocation_endpoint: httpUrl.optional().catch(undefined),
  token_endpoint_auth_methods_supported: z.array(z.string()).optional(),
  authorization_response_iss_parameter_supported: z.boolean().optional(),
});

/**
 * Asks an issuer for its endpoints (OpenID Connect Discovery 1.0 section 4, RFC 8414 section 2).
 *
 * The issuer must call itself as the settings do, except for its path: Microsoft answers the id of a tenant
 * where the settings have its domain. An https issuer must not name http endpoints. Throws an error with a
 * line for people when there is nothing that can be used.
 */
export async function discover(issuer: string, network: Network, timeLimitMs: number): Promise<Endpoints> {
  const url = `${issuer.replace(/\/+$/, '')}/.well-known/openid-configuration`;
  const found = metadata.safeParse(await fetchJson(url, network, timeLimitMs)).data;
  if (!found) throw new Error(`${url} does not name the endpoints`);
  if (new URL(found.issuer).origin !== new URL(issuer).origin)
    throw new Error(`${url} describes another issuer: ${plainText(found.issuer)}`);
  const {
    authorization_endpoint: authorizationUrl,
    token_endpoint: tokenUrl,
    device_authorization_endpoint: deviceAuthorizationUrl,
    jwks_uri: jwksUrl,
    revocation_endpoint: revocationUrl,
  } = found;
  const urls = [authorizationUrl, tokenUrl, deviceAuthorizationUrl, jwksUrl, revocationUrl];
  if (issuer.startsWith('https:') && urls.some((each) => each !== undefined && !each.startsWith('https:')))
    throw new Error(`${url} names an endpoint without https`);
  // RFC 8414: what is left out means client_secret_basic.
  const methods = found.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
  return {
    tokenUrl,
    ...(authorizationUrl === undefined ? {} : { authorizationUrl }),
    ...(deviceAuthorizationUrl === undefined ? {} : { deviceAuthorizationUrl }),
    ...(jwksUrl === undefined ? {} : { jwksUrl }),
    ...(revocationUrl === undefined ? {} : { revocationUrl }),
    issuer: found.issuer,
    sendsIssuer: found.authorization_response_iss_parameter_supported ?? false,
    clientAuthentication: methods.includes('client_secret_post') ? 'body' : 'header',
  };
}

async function fetchJson(url: string, network: Network, timeLimitMs: number): Promise<unknown> {
  let text: string;
  try {
    const response = await network.fetch(url, {
      headers: { accept: 'application/json' },
      signal: timeLimit(timeLimitMs),
    });
    text = await readText(response);
    if (response.status !== 200) throw new Error(`it answers HTTP ${response.status}`);
  } catch (thrown) {
    // What undici throws hides the reason in its cause.
    const reason = thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause : thrown;
    throw new Error(`${url} cannot be read: ${describe(reason)}`);
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`${url} is not JSON`);
  }
}
