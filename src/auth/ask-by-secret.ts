import { AuthorizationCode, ClientCredentials, type ModuleOptions } from 'simple-oauth2';
import { z } from 'zod';
import { readRefusal } from './read-refusal.js';
import { readTokens } from './read-tokens.js';
import { classifyRefusal, type Refusal } from './refusals.js';
import { secretsOf } from './secrets-of.js';
import { silenceLibrary } from './silence-library.js';
import type { TokenClientSetup } from './token-client.js';
import type { TokenOutcome, TokenRequest } from './token-request.js';
import { unclonedAgent } from './uncloned-agent.js';

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

/** The grants that the library knows. */
type KnownRequest = Exclude<TokenRequest, { readonly grant: 'device_code' }>;

/** Asks a token endpoint as a client with a secret (RFC 6749 section 2.3.1), by simple-oauth2. */
export function askBySecret(
  { oauth, endpoints, network, timeLimitMs }: TokenClientSetup,
  clientSecret: string,
): (request: KnownRequest) => Promise<TokenOutcome> {
  const options = (): ModuleOptions => {
    const agent = network.agent(endpoints.tokenUrl);
    return {
      client: { id: oauth.clientId, secret: clientSecret },
      // A whole URL as path, since the library drops the path of the host.
      auth: { tokenHost: new URL(endpoints.tokenUrl).origin, tokenPath: endpoints.tokenUrl },
      http: {
        timeout: timeLimitMs,
        maxBytes: 4_000_000,
        ...(agent ? { agent: unclonedAgent(agent) } : {}),
      },
      options: { authorizationMethod: endpoints.clientAuthentication },
    };
  };

  return async (request) => {
    let call: () => Promise<{ readonly token: unknown }>;
    try {
      silenceLibrary();
      call = prepare(request, options());
    } catch {
      // What the library says of its options shows the secret.
      return { ok: false, refusal: unusableClient };
    }
    try {
      return readTokens((await call()).token);
    } catch (thrown) {
      return { ok: false, refusal: readFailure(thrown, [clientSecret, ...secretsOf(request)]) };
    }
  };
}

function prepare(request: KnownRequest, options: ModuleOptions): () => Promise<{ readonly token: unknown }> {
  if (request.grant === 'client_credentials') {
    const library = new ClientCredentials(options);
    return () => library.getToken(request.scope === '' ? {} : { scope: request.scope });
  }
  const library = new AuthorizationCode(options);
  if (request.grant === 'refresh_token')
    return () =>
      library.createToken({ refresh_token: request.refreshToken }).refresh({ scope: request.scope });
  const { code, redirectUri, verifier } = request;
  const parameters = { code, redirect_uri: redirectUri, code_verifier: verifier };
  return () => library.getToken(parameters);
}

const unusableClient: Refusal = {
  class: 'administrator',
  code: 'client',
  reason: 'clientId or clientSecret holds characters that cannot be sent',
  remedy: 'Copy clientId and clientSecret again; they are printable ASCII (RFC 6749 appendix A).',
};

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
  const header = (name: string) => (headers[name] === undefined ? undefined : String(headers[name]));
  return readRefusal({ status, body: answer.payload, header }, secrets);
}
