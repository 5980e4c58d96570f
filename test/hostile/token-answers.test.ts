import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Fixture, faultOf, redirectUri, type Settings, startFixture } from '../auth/fixture.js';
import { testCertificate } from '../helpers/certificate.js';
import { idToken, startTokenEndpoint, type TokenReply } from '../helpers/token-endpoint.js';

const endpoint = await startTokenEndpoint();
const pem = await testCertificate();
const oauth = { authorizationUrl: 'http://127.0.0.1:1/auth', tokenUrl: endpoint.url };
const hourMs = 3_600_000;

test.after(() => endpoint.close());

/** Both libraries are asked, with every proof of the client. */
const clients: Readonly<Record<string, Partial<Settings>>> = {
  'a client with a secret': { oauth },
  'a public client': { oauth, isPublic: true },
  'a client with a certificate': {
    oauth: { ...oauth, certificate: { certificate: pem.cert, key: pem.key } },
  },
};

const good = { access_token: 'access-1', token_type: 'Bearer', refresh_token: 'refresh-1' };
const html = '<html><body>Please log in to the hotel network</body></html>';
const json = { 'content-type': 'application/json' };

/** Answers that are taken all the same, and how long their access token lives. */
const taken: readonly (readonly [
  name: string,
  body: Readonly<Record<string, unknown>>,
  lifetimeMs: number,
])[] = [
  ['expires_in as a string', { ...good, expires_in: '1800' }, 1_800_000],
  ['no expires_in', good, hourMs],
  ['a negative expires_in', { ...good, expires_in: -1 }, hourMs],
  ['expires_in of 0', { ...good, expires_in: 0 }, hourMs],
  ['expires_in that is no number', { ...good, expires_in: 'soon' }, hourMs],
  ['expires_in without an end', { ...good, expires_in: 1e300 }, hourMs],
  ['expires_in as an object', { ...good, expires_in: {} }, hourMs],
  ['a token of 100 KB', { ...good, access_token: 'x'.repeat(100_000), expires_in: 600 }, 600_000],
  ['no token_type', { access_token: 'access-1', refresh_token: 'refresh-1', expires_in: 600 }, 600_000],
  ['scope as a list', { ...good, scope: ['a', 'b'], expires_in: 600 }, 600_000],
  ['no refresh token', { access_token: 'access-1', expires_in: 600 }, 600_000],
  ['a refresh token of null', { ...good, refresh_token: null, expires_in: 600 }, 600_000],
  ['an empty refresh token', { ...good, refresh_token: '', expires_in: 600 }, 600_000],
];

/** Answers that are none; each is passing, and asks nobody to sign in. */
const broken: readonly (readonly [name: string, reply: TokenReply])[] = [
  ['no access token', { body: { token_type: 'Bearer', expires_in: 3_600 } }],
  ['an empty access token', { body: { ...good, access_token: '' } }],
  ['an access token that is a number', { body: { ...good, access_token: 7 } }],
  ['null', { body: null }],
  ['a list', { body: [good] }],
  ['a text', { headers: json, body: '"access"' }],
  ['HTML', { body: html }],
  ['HTML that says it is JSON', { headers: json, body: html }],
  ['JSON that is cut off', { headers: json, body: '{"access_token":"acc' }],
  ['nothing', { headers: json, body: '' }],
  ['5 MB', { headers: json, body: `{"access_token":"${'x'.repeat(5_000_000)}"}` }],
  ['a portal', { status: 302, headers: { location: 'https://portal.example.com/' }, body: html }],
  ['a broken proxy', { status: 502, body: html }],
  ['too many requests', { status: 429, headers: { 'retry-after': '7' }, body: { error: 'invalid_grant' } }],
  ['an error that is no text', { status: 400, body: { error: { code: 42 } } }],
  ['a hang', { wait: 'forever' }],
];

/** A callback of a sign-in that was begun now. */
async function callback(fixture: Fixture, code: string): Promise<string> {
  const { searchParams } = new URL(await fixture.manager.authorizationUrl('alerts'));
  return `${redirectUri}?code=${code}&state=${searchParams.get('state')}`;
}

async function signedIn(settings: Partial<Settings>): Promise<Fixture> {
  const fixture = await startFixture({ ...settings, timeLimitMs: 400 });
  endpoint.answer({ body: { access_token: 'access-0', refresh_token: 'refresh-0', expires_in: 3_600 } });
  await fixture.manager.complete(await callback(fixture, 'first-code'));
  return fixture;
}

for (const [client, settings] of Object.entries(clients)) {
  for (const [name, body, lifetimeMs] of taken)
    test(`An answer that is only nearly right is taken, for ${client}: ${name}.`, async () => {
      const fixture = await signedIn(settings);
      const at = fixture.clock.now().getTime();
      endpoint.answer({ body });
      const { token, expiresAt } = await fixture.manager.getToken('alerts', { renew: 'access-0' });
      assert.is(token, body['access_token']);
      assert.is(expiresAt.getTime() - at, lifetimeMs);
      const kept = (await fixture.grants.get('alerts'))?.refreshToken;
      assert.is(kept, body['refresh_token'] || 'refresh-0', 'the old refresh token goes on');
      await fixture.close();
    });

  for (const [name, reply] of broken)
    test(`A malformed answer is passing, and the old grant is untouched, for ${client}: ${name}.`, async () => {
      const fixture = await signedIn(settings);
      const before = { ...(await fixture.grants.get('alerts')), pending: [] };
      endpoint.answer(reply);
      const atSignIn = await faultOf(fixture.manager.complete(await callback(fixture, 'the-code')));
      assert.is(atSignIn.code, 'OAUTH_TEMPORARY');
      assert.is((await fixture.manager.getToken('alerts')).token, 'access-0');

      await fixture.clock.forward(2 * hourMs);
      const atRefresh = await faultOf(fixture.manager.getToken('alerts'));
      assert.is(atRefresh.code, 'OAUTH_TEMPORARY');
      for (const { message, remedy } of [atSignIn, atRefresh]) {
        assert.not.match(message, /hotel|xxx|the-code|refresh-0/);
        assert.ok(message.length < 400 && remedy.length > 10, message);
      }
      assert.equal({ ...(await fixture.grants.get('alerts')), pending: [] }, before);
      assert.is((await fixture.manager.status('alerts')).state, 'degraded');

      endpoint.answer({ body: good });
      await fixture.clock.forward(hourMs);
      assert.is((await fixture.manager.getToken('alerts')).token, 'access-1');
      await fixture.close();
    });
}

const nowS = Math.floor(Date.now() / 1_000);
const claims = {
  iss: 'https://login.example.com',
  sub: 'subject',
  aud: 'ackmail',
  iat: nowS,
  exp: nowS + 3_600,
  preferred_username: 'alerts@example.com',
};
const hostileTokens: readonly (readonly [name: string, token: (nonce: string) => unknown, reason: RegExp])[] =
  [
    [
      'of another issuer',
      (nonce) => idToken({ ...claims, nonce, iss: 'https://evil.example' }),
      /another issuer/,
    ],
    ['of another client', (nonce) => idToken({ ...claims, nonce, aud: 'other' }), /another client/],
    ['of another sign-in', () => idToken({ ...claims, nonce: 'other' }), /another sign-in/],
    ['without a nonce', () => idToken(claims), /another sign-in/],
    [
      'that has expired',
      (nonce) => idToken({ ...claims, nonce, iat: nowS - 200_000, exp: nowS - 100_000 }),
      /expired/,
    ],
    ['without a subject', (nonce) => idToken({ ...claims, nonce, sub: undefined }), /cannot be read/],
    ['that is no token', () => 'x', /cannot be read/],
    ['of 100 KB', () => 'x'.repeat(100_000), /cannot be read/],
    ['of two dots', () => '..', /cannot be read/],
  ];

for (const [name, token, reason] of hostileTokens)
  test(`An id_token ${name} signs nobody in, and the old grant is untouched.`, async () => {
    const issuer = { ...oauth, issuer: claims.iss };
    const fixture = await startFixture({ oauth: issuer });
    const complete = async (idTokenOf: (nonce: string) => unknown, accessToken: string) => {
      const url = new URL(await fixture.manager.authorizationUrl('alerts'));
      const { searchParams } = url;
      const id = idTokenOf(searchParams.get('nonce') ?? '');
      endpoint.answer({ body: { ...good, access_token: accessToken, id_token: id } });
      return fixture.manager.complete(
        `${redirectUri}?code=${accessToken}&state=${searchParams.get('state')}`,
      );
    };
    await complete((nonce) => idToken({ ...claims, nonce }), 'access-0');
    const before = { ...(await fixture.grants.get('alerts')), pending: [] };
    const fault = await faultOf(complete(token, 'access-evil'));
    assert.is(fault.code, 'OAUTH_RESTART');
    assert.match(fault.message, reason);
    assert.equal({ ...(await fixture.grants.get('alerts')), pending: [] }, before);
    assert.is((await fixture.manager.getToken('alerts')).token, 'access-0');
    await fixture.close();
  });

test.run();
