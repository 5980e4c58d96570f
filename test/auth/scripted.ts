import { idToken, startTokenEndpoint, type TokenReply } from '../helpers/token-endpoint.js';
import { type Fixture, redirectUri, type Settings, startFixture } from './fixture.js';

// A sign-in at a scripted token endpoint, one for each test file: for what no real authorization server does.

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;

/** The token endpoint; whoever imports it closes it. */
export const endpoint = await startTokenEndpoint();

/** Settings that lead to it. */
export const oauth = { authorizationUrl: 'http://127.0.0.1:1/auth', tokenUrl: endpoint.url };

/** A good answer: the access token `access-NAME`, for an hour. */
export const tokens = (name: string, more: object = {}): TokenReply => ({
  body: { access_token: `access-${name}`, token_type: 'Bearer', expires_in: 3_600, ...more },
});

/** A refusal as Microsoft writes it. */
export const refused = (number: number, error = 'invalid_grant'): TokenReply => ({
  status: 400,
  body: {
    error,
    error_description: `AADSTS${number}: Some long text. Trace ID: 0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0`,
    error_codes: [number],
    correlation_id: '0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0',
  },
});

/** How often the endpoint was called, and with what the last time. */
export const calls = () => endpoint.requests.length;
export const lastCall = () => endpoint.requests.at(-1)?.parameters ?? {};

/** Makes the endpoint wait with its answer until `open` is called. */
export function held(): { readonly wait: Promise<void>; open(): void } {
  let open = () => {};
  const wait = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { wait, open: () => open() };
}

/** Signs in as `alerts@example.com`, with the tokens `access-0` and `refresh-0` unless told. */
export async function signIn(fixture: Fixture, more: object = {}, manager = fixture.manager): Promise<void> {
  const url = new URL(await manager.authorizationUrl('alerts'));
  const iatS = fixture.clock.now().getTime() / 1_000;
  const claims = {
    iss: 'https://login.example.com/tenant/v2.0',
    sub: 'subject',
    aud: 'ackmail',
    iat: iatS,
    exp: iatS + 3_600,
    nonce: url.searchParams.get('nonce'),
    preferred_username: 'Alerts@Example.com',
  };
  endpoint.answer(tokens('0', { refresh_token: 'refresh-0', id_token: idToken(claims), ...more }));
  const state = url.searchParams.get('state') ?? '';
  // Another code each time, since none is redeemed twice.
  await manager.complete(`${redirectUri}?code=code-of-${state}&state=${state}`);
}

/** A fixture whose account `alerts` is signed in. */
export async function signedIn(settings: Partial<Settings> = {}, more: object = {}): Promise<Fixture> {
  const fixture = await startFixture({ oauth, ...settings });
  await signIn(fixture, more);
  return fixture;
}
