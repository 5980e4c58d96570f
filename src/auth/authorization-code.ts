import { createHash } from 'node:crypto';
import { AuthorizationCode } from 'simple-oauth2';
import { z } from 'zod';
import type { OAuthClient } from '../core/account.js';
import type { Network } from '../core/network.js';
import type { Endpoints } from './grant.js';
import { classifyRefusal, type Refusal } from './refusals.js';
import { silenceLibrary } from './silence-library.js';
import type { TokenGrant, TokenOutcome } from './token-grant.js';
import { unclonedAgent } from './uncloned-agent.js';

/** What it takes to talk to the authorization server of an account. */
export interface AuthorizationCodeSetup {
  readonly oauth: OAuthClient;
  readonly endpoints: Endpoints;
  readonly network: Network;
  /** How long a call of the token endpoint may take. */
  readonly timeLimitMs: number;
}

const standardLifetimeMs = 3_600_000;
const longestPauseMs = 3_600_000;
const optionalText = z.string().min(1).optional().catch(undefined);

const tokenAnswer = z.object({
  access_token: z.string().min(1),
  // A number by RFC 6749, a string by some; what is neither, or is not positive, says nothing.
  expires_in: z.coerce.number().positive().max(1e9).optional().catch(undefined),
  refresh_token: optionalText,
  id_token: optionalText,
  scope: optionalText,
});

const failedAnswer = z.object({
  data: z.object({
    res: z.object({
      statusCode: z.number(),
      headers: z.record(z.string(), z.unknown()),
    }),
    payload: z.unknown(),
  }),
});

const libraryError = z.object({
  isBoom: z.boolean().catch(false),
  data: z.instanceof(Error).optional().catch(undefined),
});

/** The authorization code grant with PKCE (RFC 6749 section 4.1, RFC 7636) and a client secret, by simple-oauth2. */
export function authorizationCodeGrant(setup: AuthorizationCodeSetup): TokenGrant {
  const { oauth, endpoints, network } = setup;

  const client = () => {
    silenceLibrary();
    const agent = network.agent(endpoints.tokenUrl);
    return new AuthorizationCode({
      client: { id: oauth.clientId, secret: oauth.clientSecret },
      // A whole URL as path, since the library drops the path of the host.
      auth: { tokenHost: new URL(endpoints.tokenUrl).origin, tokenPath: endpoints.tokenUrl },
      http: {
        timeout: setup.timeLimitMs,
        maxBytes: 4_000_000,
        ...(agent ? { agent: unclonedAgent(agent) } : {}),
      },
      options: { authorizationMethod: endpoints.clientAuthentication },
    });
  };
  const exchange = async (
    secrets: readonly string[],
    call: (library: AuthorizationCode) => Promise<{ readonly token: unknown }>,
  ): Promise<TokenOutcome> => {
    let library: AuthorizationCode;
    try {
      library = client();
    } catch {
      // What the library says of its options shows the secret.
      return { ok: false, refusal: unusableClient };
    }
    try {
      return readTokens((await call(library)).token);
    } catch (thrown) {
      return { ok: false, refusal: readFailure(thrown, [oauth.clientSecret, ...secrets]) };
    }
  };

  return {
    authorizationUrl({ state, nonce, redirectUri, verifier, loginHint }) {
      const url = new URL(endpoints.authorizationUrl);
      const parameters = {
        login_hint: loginHint,
        ...oauth.authorizationParameters,
        response_type: 'code',
        client_id: oauth.clientId,
        redirect_uri: redirectUri,
        scope: oauth.scope,
        state,
        code_challenge: createHash('sha256').update(verifier).digest('base64url'),
        code_challenge_method: 'S256',
        ...(oauth.scope.split(' ').includes('openid') ? { nonce } : {}),
      };
      for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
      return url.href;
    },
    redeem: ({ code, verifier, redirectUri }) =>
      exchange([code, verifier], (library) => {
        const parameters = { code, redirect_uri: redirectUri, code_verifier: verifier };
        return library.getToken(parameters);
      }),
    refresh: ({ refreshToken, scope }) =>
      exchange([refreshToken], (library) =>
        library.createToken({ refresh_token: refreshToken }).refresh({ scope }),
      ),
  };
}

const unusableClient: Refusal = {
  class: 'administrator',
  code: 'client',
  reason: 'clientId or clientSecret holds characters that cannot be sent',
  remedy: 'Copy clientId and clientSecret again; they are printable ASCII (RFC 6749 appendix A).',
};

function readTokens(answer: unknown): TokenOutcome {
  const tokens = tokenAnswer.safeParse(answer).data;
  if (!tokens) return { ok: false, refusal: classifyRefusal({ status: 200 }) };
  const { expires_in: expiresInS, refresh_token: refreshToken, id_token: idToken, scope } = tokens;
  return {
    ok: true,
    tokens: {
      accessToken: tokens.access_token,
      lifetimeMs: expiresInS === undefined ? standardLifetimeMs : expiresInS * 1_000,
      ...(refreshToken === undefined ? {} : { refreshToken }),
      ...(idToken === undefined ? {} : { idToken }),
      ...(scope === undefined ? {} : { scope }),
    },
  };
}

/** The one place where errors of simple-oauth2 are read; they hold the whole request, so none is passed on. */
function readFailure(thrown: unknown, secrets: readonly string[]): Refusal {
  const answer = failedAnswer.safeParse(thrown).data?.data;
  if (!answer) {
    const { isBoom, data } = libraryError.parse(thrown);
    // What is not of its own making is the library tripping over an answer that is no JSON object.
    if (!isBoom) return classifyRefusal({ status: 200 });
    return classifyRefusal({ cause: data ?? thrown, secrets });
  }
  const { statusCode: status, headers } = answer.res;
  const refusal = classifyRefusal({ status, body: answer.payload, secrets });
  const pauseMs = retryAfterMs(headers);
  return pauseMs === undefined ? refusal : { ...refusal, pauseMs: Math.max(pauseMs, refusal.pauseMs ?? 0) };
}

/** Retry-After (RFC 9110 section 10.2.3), at most an hour; a date is held against the server's own clock. */
function retryAfterMs(headers: Readonly<Record<string, unknown>>): number | undefined {
  const text = String(headers['retry-after'] ?? '').trim();
  if (text === '') return undefined;
  const pauseMs = /^\d+$/.test(text)
    ? Number(text) * 1_000
    : Date.parse(text) - Date.parse(String(headers['date'] ?? ''));
  return Number.isFinite(pauseMs) && pauseMs > 0 ? Math.min(pauseMs, longestPauseMs) : undefined;
}
