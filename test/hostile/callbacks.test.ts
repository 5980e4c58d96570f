import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createConsole } from '../../src/console/create-console.js';
import { type Fixture, faultOf, redirectUri, secret, startFixture } from '../auth/fixture.js';
import { startAuthorizationServer } from '../helpers/authorization-server.js';
import { quietLog } from '../helpers/quiet-log.js';
import { startTokenEndpoint } from '../helpers/token-endpoint.js';

const user = 'alerts@example.com';
const server = await startAuthorizationServer({
  users: [user, 'boss@example.com'],
  clientId: 'ackmail',
  clientSecret: secret,
  redirectUris: [redirectUri],
});
const oauth = { issuer: server.issuer };

test.after(() => server.close());

/** What a case is played in: somebody has signed in, and that grant must outlive everything. */
interface Scene {
  readonly fixture: Fixture;
  /** The callback that led to the grant. */
  readonly used: string;
  /** A sign-in that somebody begun, with a cookie where one is given. */
  begin(cookie?: string): Promise<string>;
}

interface Case {
  readonly name: string;
  /** The address that a browser, or a person, comes with. */
  readonly come: (scene: Scene) => Promise<string>;
  readonly cookie?: string;
  readonly code: string;
  /** What the fault says, where only that tells who found out. */
  readonly reason?: RegExp;
}

const iss = encodeURIComponent(server.issuer);
const altered = (url: string, change: (parameters: URLSearchParams) => void): string => {
  const changed = new URL(url);
  change(changed.searchParams);
  return changed.href;
};
const stateOf = (url: string) => new URL(url).searchParams.get('state') ?? '';
const signedIn = async ({ begin }: Scene) => server.signIn(await begin(), user);

const cases: readonly Case[] = [
  { name: 'replayed', come: async ({ used }) => used, code: 'OAUTH_STATE_UNKNOWN' },
  {
    name: 'a code that was redeemed, with a state of now',
    come: async ({ used, begin }) => {
      const state = stateOf(await begin());
      return altered(used, (parameters) => parameters.set('state', state));
    },
    code: 'OAUTH_RESTART',
    // Found out here: some servers end the grant when they see the code again.
    reason: /its code was redeemed already/,
  },
  {
    name: 'a guessed code',
    come: async ({ begin }) => `${redirectUri}?code=guessed&state=${stateOf(await begin())}&iss=${iss}`,
    code: 'OAUTH_RESTART',
  },
  {
    name: 'a code of another sign-in (PKCE)',
    come: async (scene) => {
      const stolen = await server.signIn(await scene.begin('victim'), user);
      const state = stateOf(await scene.begin());
      return altered(stolen, (parameters) => parameters.set('state', state));
    },
    code: 'OAUTH_RESTART',
  },
  {
    name: 'a state of another installation',
    come: async () => {
      const other = await startFixture({ oauth });
      const callback = await server.signIn(await other.manager.authorizationUrl('alerts'), user);
      await other.close();
      return callback;
    },
    code: 'OAUTH_STATE_UNKNOWN',
  },
  {
    name: 'an expired state, 30 days later',
    come: async ({ fixture, begin }) => {
      const callback = `${redirectUri}?code=c&state=${stateOf(await begin())}&iss=${iss}`;
      await fixture.clock.forward(30 * 86_400_000);
      return callback;
    },
    code: 'OAUTH_STATE_UNKNOWN',
  },
  {
    name: 'an expired state of our page, 15 minutes later',
    come: async ({ fixture, begin }) => {
      const callback = `${redirectUri}?code=c&state=${stateOf(await begin('biscuit'))}&iss=${iss}`;
      await fixture.clock.forward(15 * 60_000);
      return callback;
    },
    cookie: 'biscuit',
    code: 'OAUTH_STATE_UNKNOWN',
  },
  {
    name: 'in a browser that did not begin it',
    come: async ({ begin }) => server.signIn(await begin('biscuit'), user),
    cookie: 'crumb',
    code: 'OAUTH_COOKIE_MISSING',
  },
  {
    name: 'as somebody else',
    come: async ({ begin }) => server.signIn(await begin(), 'boss@example.com'),
    code: 'OAUTH_WRONG_ACCOUNT',
  },
  {
    name: 'from another issuer (RFC 9207)',
    come: async (scene) =>
      altered(await signedIn(scene), (parameters) => parameters.set('iss', 'https://evil.example')),
    code: 'OAUTH_RESTART',
  },
  {
    name: 'without the issuer that this server always names',
    come: async (scene) => altered(await signedIn(scene), (parameters) => parameters.delete('iss')),
    code: 'OAUTH_RESTART',
  },
  {
    name: 'with a parameter twice',
    come: async (scene) => altered(await signedIn(scene), (parameters) => parameters.append('code', 'other')),
    code: 'OAUTH_STATE_UNKNOWN',
  },
  {
    name: 'with neither code nor error',
    come: async (scene) => altered(await signedIn(scene), (parameters) => parameters.delete('code')),
    code: 'OAUTH_RESTART',
  },
  {
    name: 'a state of 100 KB',
    come: async () => `${redirectUri}?code=c&state=${'A'.repeat(100_000)}`,
    code: 'OAUTH_STATE_UNKNOWN',
  },
  {
    name: 'a code of 100 KB',
    come: async ({ begin }) => `${redirectUri}?state=${stateOf(await begin())}&code=${'A'.repeat(100_000)}`,
    code: 'OAUTH_STATE_UNKNOWN',
  },
  {
    name: 'a code of 15 KB',
    come: async ({ begin }) =>
      `${redirectUri}?state=${stateOf(await begin())}&iss=${iss}&code=${'A'.repeat(15_000)}`,
    code: 'OAUTH_RESTART',
  },
  {
    name: 'an error with a long and hostile description',
    come: async ({ begin }) =>
      `${redirectUri}?error=access_denied&iss=${iss}&state=${stateOf(await begin())}` +
      `&error_description=${encodeURIComponent(`<script>\r\n\u202e${'long '.repeat(2_000)}`)}`,
    code: 'OAUTH_REFUSED',
  },
  {
    name: 'an error that is no word',
    come: async ({ begin }) =>
      `${redirectUri}?error=${encodeURIComponent('<b>')}&iss=${iss}&state=${stateOf(await begin())}`,
    code: 'OAUTH_TEMPORARY',
  },
  ...['__proto__', 'constructor', '%00', '%0d%0aSet-Cookie:x=y', "' OR 1=1 --", '../../grants/alerts'].map(
    (state): Case => ({
      name: `the state ${state}`,
      come: async () => `${redirectUri}?code=c&state=${state}`,
      code: 'OAUTH_STATE_UNKNOWN',
    }),
  ),
  {
    name: 'an open redirect',
    come: async ({ used }) =>
      `${used}&redirect_uri=https://evil.example/&next=//evil.example&return_to=https:evil.example`,
    code: 'OAUTH_STATE_UNKNOWN',
  },
];

for (const { name, come, cookie, code, reason } of cases)
  test(`A hostile callback ends in a fault, and the old grant is untouched: ${name}.`, async () => {
    const fixture = await startFixture({ oauth });
    const { manager } = fixture;
    const used = await server.signIn(await manager.authorizationUrl('alerts'), user);
    await manager.complete(used);
    const { token } = await manager.getToken('alerts');
    const before = { ...(await fixture.grants.get('alerts')), pending: [] };

    const url = await come({
      fixture,
      used,
      begin: (begunBy) =>
        manager.authorizationUrl('alerts', begunBy === undefined ? {} : { cookie: begunBy }),
    });
    const fault = await faultOf(manager.complete(url, cookie === undefined ? {} : { cookie }));
    assert.is(fault.code, code);
    if (reason) assert.match(fault.message, reason);
    assert.ok(fault.message.length < 600 && fault.remedy.length > 10, fault.message);
    assert.not.match(fault.message + fault.remedy, /[\r\n\u202e]|evil/);

    assert.equal({ ...(await fixture.grants.get('alerts')), pending: [] }, before);
    assert.equal(await server.introspect(token), { active: true, user }, 'the provider ended it');
    if (before.accessToken && before.accessToken.renewAt > fixture.clock.now())
      assert.is((await manager.getToken('alerts')).token, token);
    assert.is((await manager.status('alerts')).state, 'authorized');
    await fixture.close();
  });

test('A sign-in is bound to the server and client that it was begun with: no other one gets its code.', async () => {
  const elsewhere = await startTokenEndpoint();
  const explicit = { authorizationUrl: server.authorizationEndpoint, tokenUrl: server.tokenEndpoint };
  const evil = { authorizationUrl: 'https://evil.example/auth', tokenUrl: elsewhere.url };
  for (const other of [evil, { ...evil, issuer: server.issuer }, { ...explicit, clientId: 'other' }]) {
    const fixture = await startFixture({ oauth: explicit });
    const callback = await server.signIn(await fixture.manager.authorizationUrl('alerts'), user);
    const changed = fixture.restart({ oauth: other });
    const fault = await faultOf(changed.complete(callback));
    assert.is(fault.code, 'OAUTH_RESTART');
    assert.match(fault.message, 'begun with another authorization server or client');
    assert.is((await fixture.manager.complete(callback)).user, user, 'where it belongs it is still good');
    await fixture.close();
  }
  assert.equal(elsewhere.requests, []);
  await elsewhere.close();
});

test('Whatever comes to the callback, the browser leaves it for a clean address of ours, which tells no secret.', async () => {
  const fixture = await startFixture({ oauth });
  const { manager } = fixture;
  const logged: string[] = [];
  const write = (facts: object, message: string) => void logged.push(`${JSON.stringify(facts)} ${message}`);
  const app = createConsole({
    accounts: [{ name: 'alerts', mailbox: user, user }],
    authorizationUrl: manager.authorizationUrl,
    complete: manager.complete,
    reportHeader: () => ({ text: '', html: '', json: [] }),
    health: () => ({ ok: true, detail: '' }),
    log: { ...quietLog, warn: write, error: write },
  });
  const used = await server.signIn(await manager.authorizationUrl('alerts'), user);
  await manager.complete(used);
  for (const { name, come } of cases) {
    const begin = () => manager.authorizationUrl('alerts');
    const url = await come({ fixture, used, begin });
    const left = await app.fetch(new Request(url));
    assert.is(left.status, 303, name);
    assert.match(left.headers.get('location') ?? '', /^complete\?(receipt|failure)=[\w-]{22}$/, name);
    const page = await app.fetch(new Request(new URL(left.headers.get('location') ?? '', redirectUri)));
    assert.is(page.headers.get('referrer-policy'), 'no-referrer');
    const text = (await page.text()) + logged.join('\n');
    const { searchParams } = new URL(url);
    for (const key of ['code', 'state'])
      for (const value of searchParams.getAll(key))
        if (value.length > 8) assert.not.ok(text.includes(value), `${name} tells its ${key}`);
  }
  await fixture.close();
});

test.run();
