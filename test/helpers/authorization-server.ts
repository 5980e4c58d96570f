import { createServer, type RequestListener } from 'node:http';
import type { AdapterFactory, ClientMetadata, KoaContextWithOIDC } from 'oidc-provider';
import { type Browser, createBrowser, type Page } from './browser.js';
import { freePort } from './free-port.js';
import { createOidcRecords } from './oidc-records.js';
import { loadOidcProvider } from './quiet-oidc-provider.js';

export interface AuthorizationServerOptions {
  /** The mail addresses of the people who can sign in; each is also the `sub`. */
  readonly users: readonly string[];
  readonly clientId: string;
  readonly clientSecret: string;
  readonly redirectUris: readonly string[];
  /** Further clients, as oidc-provider takes them. */
  readonly clients?: readonly ClientMetadata[];
  /** Scopes of mail that a client may ask for beyond those of OpenID Connect. */
  readonly scopes?: readonly string[];
  /** How long an access token lives, in seconds; 3600 unless told. */
  readonly accessTokenTtlS?: number;
  /** A refresh token stays good when it was used, as at Microsoft. */
  readonly keepsRefreshTokens?: boolean;
  /** 0 unless told: any free one. */
  readonly port?: number;
}

/** A real authorization server (oidc-provider) on loopback, with people who sign in. */
export interface AuthorizationServer {
  readonly issuer: string;
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  readonly deviceEndpoint: string;
  /** With the name and secret of a client of its own in it, as Dovecot wants it. */
  readonly introspectionUrl: string;
  /** Signs in and consents, as a person in a fresh browser, and answers the callback URL without opening it. */
  signIn(authorizationUrl: string, user: string): Promise<string>;
  /** Cancels at the first form, and answers the callback URL without opening it. */
  deny(authorizationUrl: string): Promise<string>;
  /** Enters the code of a device, signs in and consents; or declines, where there is no `user`. */
  enterDeviceCode(verificationUrl: string, userCode: string, user?: string): Promise<void>;
  /** Whether an access token is good, and whose it is (RFC 7662); asked over HTTP. */
  introspect(token: string): Promise<{ readonly active: boolean; readonly user?: string }>;
  /** Ends all grants, tokens and sessions of a user. */
  revoke(user: string): void;
  /** Ends the access tokens of a user before their time; the grant stays. */
  endAccessTokens(user: string): void;
  /** The client gets another secret, and the one that it had is not good any more. */
  changeClientSecret(secret: string): Promise<void>;
  /** How often the token endpoint was called, by grant type. */
  readonly requests: { authorizationCode: number; refresh: number };
  close(): Promise<void>;
}

/** Who asks whether a token is good: the mail servers. */
const mailServer = { id: 'mail-server', secret: 'the-secret-of-the-mail-server' };
const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code';

/** Starts an authorization server; refresh tokens rotate, and unless told, a second use of one ends the grant. */
export async function startAuthorizationServer(
  options: AuthorizationServerOptions,
): Promise<AuthorizationServer> {
  const Provider = await loadOidcProvider();
  let answer: RequestListener = (_, response) => response.writeHead(503).end();
  const server = createServer((request, response) => answer(request, response));
  const port = options.port || (await freePort());
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const issuer = `http://127.0.0.1:${port}`;

  const records = createOidcRecords();
  const adapter: AdapterFactory = (model) =>
    options.keepsRefreshTokens && model === 'RefreshToken'
      ? { ...records.adapter(model), consume: async () => {} }
      : records.adapter(model);
  const dayS = 86_400;
  const provider = new Provider(issuer, {
    adapter,
    clients: [
      {
        client_id: options.clientId,
        client_secret: options.clientSecret,
        redirect_uris: [...options.redirectUris],
        grant_types: ['authorization_code', 'refresh_token', 'client_credentials', deviceGrant],
        response_types: ['code'],
        token_endpoint_auth_method: 'client_secret_post',
      },
      {
        client_id: mailServer.id,
        client_secret: mailServer.secret,
        redirect_uris: [],
        grant_types: [],
        response_types: [],
        token_endpoint_auth_method: 'client_secret_post',
      },
      ...(options.clients ?? []),
    ],
    scopes: ['openid', 'offline_access', ...(options.scopes ?? [])],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['preferred_username', 'name'] },
    conformIdTokenClaims: false,
    cookies: { keys: ['only a test'] },
    enabledJWA: { clientAuthSigningAlgValues: ['PS256'] },
    features: {
      clientCredentials: { enabled: true },
      deviceFlow: { enabled: true },
      introspection: { enabled: true, allowedPolicy: async () => true },
      revocation: { enabled: true },
    },
    async findAccount(_, id) {
      if (!options.users.includes(id)) return undefined;
      const claims = { sub: id, email: id, email_verified: true, preferred_username: id, name: id };
      return { accountId: id, claims: async () => claims };
    },
    issueRefreshToken: async () => true,
    rotateRefreshToken: true,
    ttl: {
      AccessToken: options.accessTokenTtlS ?? 3_600,
      AuthorizationCode: 600,
      ClientCredentials: options.accessTokenTtlS ?? 3_600,
      DeviceCode: 600,
      IdToken: 3_600,
      RefreshToken: 90 * dayS,
      Grant: 90 * dayS,
      Session: dayS,
      Interaction: 3_600,
    },
    async renderError(context, out) {
      context.body = `${out.error}: ${out.error_description ?? ''}`;
    },
  });
  const requests = { authorizationCode: 0, refresh: 0 };
  const count = (context: KoaContextWithOIDC) => {
    const grantType = context.oidc.params?.['grant_type'];
    if (grantType === 'refresh_token') requests.refresh += 1;
    if (grantType === 'authorization_code') requests.authorizationCode += 1;
  };
  provider.on('grant.success', count);
  provider.on('grant.error', count);
  answer = provider.callback();

  const isCallback = (url: string) => options.redirectUris.some((uri) => url.startsWith(`${uri}?`));
  const arrived = (page: Page): string => {
    if (isCallback(page.url)) return page.url;
    throw new Error(`The sign-in ended at ${page.url} (${page.status}): ${page.body.slice(0, 500)}`);
  };
  /** Fills in the forms of the sign-in, one after another. */
  const consent = async (browser: Browser, first: Page, user: string): Promise<Page> => {
    let page = first;
    for (const prompt of ['login', 'consent']) {
      if (isCallback(page.url) || !page.body.includes('name="prompt"')) break;
      page = await browser.open(formAction(page, prompt), {
        prompt,
        ...(prompt === 'login' ? { login: user, password: 'x' } : {}),
      });
    }
    return page;
  };
  const introspectionUrl = new URL('/token/introspection', issuer);
  introspectionUrl.username = mailServer.id;
  introspectionUrl.password = mailServer.secret;

  return {
    issuer,
    authorizationEndpoint: `${issuer}/auth`,
    tokenEndpoint: `${issuer}/token`,
    deviceEndpoint: `${issuer}/device/auth`,
    introspectionUrl: introspectionUrl.href,
    async signIn(authorizationUrl, user) {
      const browser = createBrowser(isCallback);
      return arrived(await consent(browser, await browser.open(authorizationUrl), user));
    },
    async deny(authorizationUrl) {
      const browser = createBrowser(isCallback);
      const page = await browser.open(authorizationUrl);
      return arrived(await browser.open(new URL(`${new URL(page.url).pathname}/abort`, issuer).href));
    },
    async enterDeviceCode(verificationUrl, userCode, user) {
      const browser = createBrowser(isCallback);
      const form = await browser.open(verificationUrl);
      const xsrf = /name="xsrf" value="([^"]+)"/.exec(form.body)?.[1] ?? '';
      const entered = { xsrf, user_code: userCode };
      await browser.open(form.url, entered);
      const answer = user === undefined ? { abort: 'yes' } : { confirm: 'yes' };
      const page = await browser.open(form.url, { ...entered, ...answer });
      if (user === undefined) return;
      const last = await consent(browser, page, user);
      if (!/Sign-in Success/.test(last.body))
        throw new Error(`The device code ended at ${last.url} (${last.status}): ${last.body.slice(0, 2000)}`);
    },
    async introspect(token) {
      const response = await fetch(`${issuer}/token/introspection`, {
        method: 'POST',
        body: new URLSearchParams({
          token,
          client_id: mailServer.id,
          client_secret: mailServer.secret,
        }),
      });
      const said: unknown = await response.json();
      const active = typeof said === 'object' && said !== null && 'active' in said && said.active === true;
      if (!active || !('sub' in said) || typeof said.sub !== 'string') return { active };
      return { active, user: said.sub };
    },
    revoke: (user) => records.forget(user),
    endAccessTokens: (user) => records.forget(user, 'AccessToken '),
    async changeClientSecret(secret) {
      const client = await provider.Client.find(options.clientId);
      Object.assign(client ?? {}, { clientSecret: secret });
    },
    requests,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Where the form of a page is posted to; throws when it is not the form that is expected. */
function formAction(page: Page, prompt: string): string {
  const action = /<form[^>]* action="([^"]+)"/.exec(page.body)?.[1];
  if (!action || !page.body.includes(`name="prompt" value="${prompt}"`))
    throw new Error(`No ${prompt} form at ${page.url} (${page.status}): ${page.body.slice(0, 500)}`);
  return new URL(action.replaceAll('&amp;', '&'), page.url).href;
}
