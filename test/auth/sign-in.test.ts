import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { startAuthorizationServer } from '../helpers/authorization-server.js';
import { faultOf, redirectUri, secret, startFixture } from './fixture.js';

const server = await startAuthorizationServer({
  users: ['alerts@example.com', 'boss@example.com'],
  clientId: 'ackmail',
  clientSecret: secret,
  redirectUris: [redirectUri, 'http://localhost:9999/elsewhere'],
});
const discovered = { oauth: { issuer: server.issuer } };
const explicit = {
  oauth: { authorizationUrl: server.authorizationEndpoint, tokenUrl: server.tokenEndpoint },
};

test.after(() => server.close());

for (const [name, settings] of Object.entries({ discovered, explicit }))
  test(`A person signs in, and tokens are good and refreshed (endpoints ${name}).`, async () => {
    const fixture = await startFixture(settings);
    const url = await fixture.manager.authorizationUrl('alerts');
    const query = new URL(url).searchParams;
    assert.is(query.get('code_challenge_method'), 'S256');
    assert.is(query.get('login_hint'), 'alerts@example.com');
    assert.is(query.get('scope'), 'openid profile email offline_access');
    assert.ok((query.get('state') ?? '').length >= 43 && (query.get('nonce') ?? '').length >= 43);

    const callback = await server.signIn(url, 'alerts@example.com');
    assert.equal(await fixture.manager.complete(callback), {
      account: 'alerts',
      user: 'alerts@example.com',
      missingScopes: [],
    });
    const first = await fixture.manager.getToken('alerts');
    assert.equal(await server.introspect(first.token), { active: true, user: 'alerts@example.com' });
    assert.is(await fixture.manager.getToken('alerts').then(({ token }) => token), first.token);

    const renewed = await fixture.manager.getToken('alerts', { renew: first.token });
    assert.is.not(renewed.token, first.token);
    assert.ok((await server.introspect(renewed.token)).active);
    await fixture.clock.forward(56 * 60_000);
    const third = await fixture.manager.getToken('alerts');
    assert.is.not(third.token, renewed.token);
    assert.is((await fixture.manager.status('alerts')).state, 'authorized');
    assert.is((await fixture.manager.status('alerts')).authorizedAs, 'alerts@example.com');

    const history: unknown[] = [];
    for await (const entry of fixture.store.history.since(new Date(0))) history.push(entry['kind']);
    assert.equal(history, ['signed-in']);
    await fixture.close();
  });

test('The authorization URL stays the same over restarts until it is used, and then it is used up.', async () => {
  const fixture = await startFixture(explicit);
  const url = await fixture.manager.authorizationUrl('alerts');
  assert.is(await fixture.manager.authorizationUrl('alerts'), url);
  const restarted = fixture.restart();
  assert.is(await restarted.authorizationUrl('alerts'), url);
  assert.is.not(await restarted.authorizationUrl('other'), url);
  const callback = await server.signIn(url, 'alerts@example.com');
  await restarted.complete(callback);
  assert.is((await faultOf(restarted.complete(callback))).code, 'OAUTH_STATE_UNKNOWN');
  assert.is.not(await restarted.authorizationUrl('alerts'), url);
  await fixture.close();
});

test('Two browsers with the same callback: one signs in, and its grant lives.', async () => {
  const fixture = await startFixture(explicit);
  const callback = await server.signIn(
    await fixture.manager.authorizationUrl('alerts'),
    'alerts@example.com',
  );
  const results = await Promise.allSettled([1, 2, 3].map(() => fixture.manager.complete(callback)));
  assert.is(results.filter(({ status }) => status === 'fulfilled').length, 1);
  const { token } = await fixture.manager.getToken('alerts');
  assert.ok((await server.introspect(token)).active);
  await fixture.close();
});

test('A sign-in that was begun with a cookie needs that cookie, and ends after 15 minutes.', async () => {
  const fixture = await startFixture(explicit);
  const begin = () => fixture.manager.authorizationUrl('alerts', { cookie: 'biscuit' });
  const callback = await server.signIn(await begin(), 'alerts@example.com');
  assert.is((await faultOf(fixture.manager.complete(callback))).code, 'OAUTH_COOKIE_MISSING');
  const wrong = fixture.manager.complete(callback, { cookie: 'biscuits' });
  assert.is((await faultOf(wrong)).code, 'OAUTH_COOKIE_MISSING');
  assert.is((await fixture.manager.complete(callback, { cookie: 'biscuit' })).account, 'alerts');

  const late = await server.signIn(await begin(), 'alerts@example.com');
  await fixture.clock.forward(15 * 60_000);
  const fault = await faultOf(fixture.manager.complete(late, { cookie: 'biscuit' }));
  assert.is(fault.code, 'OAUTH_STATE_UNKNOWN');
  await fixture.close();
});

test('Strangers who open our page keep nobody from finishing a sign-in.', async () => {
  const fixture = await startFixture(explicit);
  const mine = await fixture.manager.authorizationUrl('alerts', { cookie: 'biscuit' });
  for (let visit = 0; visit < 2_000; visit += 1)
    await fixture.manager.authorizationUrl('alerts', { cookie: `visitor ${visit}` });
  assert.is(await fixture.manager.authorizationUrl('alerts', { cookie: 'biscuit' }), mine);
  const callback = await server.signIn(mine, 'alerts@example.com');
  assert.is((await fixture.manager.complete(callback, { cookie: 'biscuit' })).account, 'alerts');
  const again = await faultOf(fixture.manager.complete(callback, { cookie: 'biscuit' }));
  assert.is(again.code, 'OAUTH_STATE_UNKNOWN');
  await fixture.close();
});

test('The URL of a report is good for 30 days, and cannot be pushed out by visits of our page.', async () => {
  const fixture = await startFixture(explicit);
  const url = await fixture.manager.authorizationUrl('alerts');
  for (let visit = 0; visit < 25; visit += 1)
    await fixture.manager.authorizationUrl('alerts', { cookie: `visitor ${visit}` });
  assert.is((await fixture.grants.get('alerts'))?.pending.length, 1, 'a visit writes nothing');
  assert.is(await fixture.manager.authorizationUrl('alerts'), url);
  await fixture.clock.forward(28.5 * 86_400_000);
  assert.is(await fixture.manager.authorizationUrl('alerts'), url);
  await fixture.clock.forward(86_400_000);
  assert.is.not(await fixture.manager.authorizationUrl('alerts'), url, 'less than a day is left');
  // The server's clock is not the fake one, so this sign-in goes no further than the provider's answer.
  assert.is((await faultOf(fixture.manager.complete(await server.deny(url)))).code, 'OAUTH_REFUSED');
  await fixture.close();
});

test('Who signed in first is pinned: anybody else is refused with both names shown, and the old grant stays.', async () => {
  const fixture = await startFixture(explicit);
  const url = await fixture.manager.authorizationUrl('alerts');
  const wrong = await faultOf(fixture.manager.complete(await server.signIn(url, 'boss@example.com')));
  assert.is(wrong.code, 'OAUTH_WRONG_ACCOUNT');
  assert.match(wrong.message, 'boss@example.com');
  assert.match(wrong.message, 'alerts@example.com');
  assert.is((await fixture.grants.get('alerts'))?.refreshToken, undefined);
  assert.is((await faultOf(fixture.manager.getToken('alerts'))).code, 'OAUTH_AUTHORIZATION_REQUIRED');

  // The same URL again, in a private window.
  await fixture.manager.complete(await server.signIn(url, 'alerts@example.com'));
  const { token } = await fixture.manager.getToken('alerts');
  const again = await server.signIn(await fixture.manager.authorizationUrl('alerts'), 'boss@example.com');
  const other = await faultOf(fixture.manager.complete(again));
  assert.is(other.code, 'OAUTH_WRONG_ACCOUNT');
  for (const name of ['boss@example.com', 'alerts@example.com']) assert.match(other.message, name);
  assert.is((await fixture.manager.getToken('alerts')).token, token);
  assert.ok((await fixture.manager.renewNow('alerts')).token, 'the old refresh token is good');
  await fixture.close();
});

test('Another user in the settings: the old grant is not used, and the new user can sign in.', async () => {
  const fixture = await startFixture(explicit);
  const url = await fixture.manager.authorizationUrl('alerts');
  await fixture.manager.complete(await server.signIn(url, 'alerts@example.com'));
  const changed = fixture.restart({ user: 'Boss@example.com' });
  const fault = await faultOf(changed.getToken('alerts'));
  assert.is(fault.code, 'OAUTH_AUTHORIZATION_REQUIRED');
  assert.match(fault.message, 'alerts@example.com was authorized, but the settings name Boss@example.com');
  await changed.complete(await server.signIn(await changed.authorizationUrl('alerts'), 'boss@example.com'));
  const { token } = await changed.getToken('alerts');
  assert.is((await server.introspect(token)).user, 'boss@example.com');
  await fixture.close();
});

test('A sign-in that the person cancels is refused in plain words, and its URL is used up.', async () => {
  const fixture = await startFixture(explicit);
  const standing = await faultOf(fixture.manager.getToken('alerts'));
  assert.match(standing.message, 'nobody has signed in yet');
  const url = await fixture.manager.authorizationUrl('alerts');
  assert.is(fixture.standing.get('OAUTH_AUTHORIZATION_REQUIRED')?.authorizationUrl, url);
  const callback = await server.deny(url);
  const fault = await faultOf(fixture.manager.complete(callback));
  assert.is(fault.code, 'OAUTH_REFUSED');
  assert.match(fault.message, 'cancelled or declined');
  assert.is((await faultOf(fixture.manager.complete(callback))).code, 'OAUTH_STATE_UNKNOWN');
  const next = fixture.standing.get('OAUTH_AUTHORIZATION_REQUIRED')?.authorizationUrl ?? '';
  assert.is.not(next, url);
  await fixture.manager.complete(await server.signIn(next, 'alerts@example.com'));
  assert.is(fixture.standing.size, 0);
  await fixture.close();
});

test('A grant that the provider ended raises one system error with the URL, cleared by the next sign-in.', async () => {
  const fixture = await startFixture({
    ...explicit,
    authorizationPage: (name) => `https://m.example.com/authorize/${name}`,
  });
  await fixture.manager.complete(
    await server.signIn(await fixture.manager.authorizationUrl('alerts'), 'alerts@example.com'),
  );
  const { token } = await fixture.manager.getToken('alerts');
  server.revoke('alerts@example.com');
  const calls = server.requests.refresh;
  for (let round = 0; round < 5; round += 1) {
    const fault = await faultOf(fixture.manager.getToken('alerts', { renew: token }));
    assert.is(fault.code, 'OAUTH_AUTHORIZATION_REQUIRED');
    assert.not(fault.transient);
  }
  await faultOf(fixture.manager.getToken('alerts'));
  assert.is(server.requests.refresh, calls + 1);
  assert.is(fixture.raised.count, 1);
  const raised = fixture.standing.get('OAUTH_AUTHORIZATION_REQUIRED');
  assert.is(raised?.authorizationUrl, 'https://m.example.com/authorize/alerts');
  assert.is(raised?.subject, 'alerts');
  const status = await fixture.manager.status('alerts');
  assert.is(status.state, 'authorization-required');
  assert.is(status.authorizationUrl, raised?.authorizationUrl);
  assert.is((await faultOf(fixture.restart().getToken('alerts'))).code, 'OAUTH_AUTHORIZATION_REQUIRED');

  const url = await fixture.manager.authorizationUrl('alerts', { cookie: 'biscuit' });
  await fixture.manager.complete(await server.signIn(url, 'alerts@example.com'), { cookie: 'biscuit' });
  assert.is(fixture.standing.size, 0);
  assert.ok((await server.introspect((await fixture.manager.getToken('alerts')).token)).active);
  await fixture.close();
});

test('A callback that a person pastes is read with what clings to it.', async () => {
  for (const paste of [
    (url: string) => `  <${url}>\n`,
    (url: string) => `"${url.slice(0, 60)}\n  ${url.slice(60)}"`,
    (url: string) => url.slice(url.indexOf('?')),
    (url: string) => url.slice(url.indexOf('?') + 1),
    (url: string) => `${url}#_=_`,
  ]) {
    const fixture = await startFixture(explicit);
    const callback = await server.signIn(
      await fixture.manager.authorizationUrl('alerts'),
      'alerts@example.com',
    );
    assert.is((await fixture.manager.complete(paste(callback))).account, 'alerts');
    await fixture.close();
  }
});

test('A command that listens on a port of its own gets the callback there.', async () => {
  const fixture = await startFixture(explicit);
  const url = await fixture.manager.authorizationUrl('alerts', {
    redirectUri: 'http://localhost:9999/elsewhere',
  });
  assert.is.not(await fixture.manager.authorizationUrl('alerts'), url);
  const callback = await server.signIn(url, 'alerts@example.com');
  assert.ok(callback.startsWith('http://localhost:9999/elsewhere?'));
  assert.is((await fixture.manager.complete(callback)).account, 'alerts');
  await fixture.close();
});

test('Hostile callbacks end in a fault and change nothing.', async () => {
  const fixture = await startFixture(discovered);
  const url = await fixture.manager.authorizationUrl('alerts');
  const state = new URL(url).searchParams.get('state') ?? '';
  const before = JSON.stringify(await fixture.grants.get('alerts'));
  const codes = new Map<string, string>([
    ['', 'OAUTH_STATE_UNKNOWN'],
    ['x'.repeat(100_000), 'OAUTH_STATE_UNKNOWN'],
    ['\u0000\u202e%%%?&&&=', 'OAUTH_STATE_UNKNOWN'],
    ['https://evil.example.com/?code=c', 'OAUTH_STATE_UNKNOWN'],
    [`${redirectUri}?code=c&state=${'A'.repeat(43)}`, 'OAUTH_STATE_UNKNOWN'],
    [`${redirectUri}?code=c&state=${state}x`, 'OAUTH_STATE_UNKNOWN'],
    [`${redirectUri}?code=c&state=${state}&state=${state}`, 'OAUTH_STATE_UNKNOWN'],
    [`${redirectUri}?code=c&code=d&state=${state}&iss=${server.issuer}`, 'OAUTH_STATE_UNKNOWN'],
    [`${redirectUri}?code=c&state=__proto__`, 'OAUTH_STATE_UNKNOWN'],
    [`${redirectUri}?state=${state}&iss=${server.issuer}`, 'OAUTH_RESTART'],
    // RFC 9207: mixed up with another server, and without the iss that this server always sends.
    [`${redirectUri}?code=c&state=${state}&iss=https://evil.example.com`, 'OAUTH_RESTART'],
    [`${redirectUri}?code=c&state=${state}`, 'OAUTH_RESTART'],
  ]);
  for (const [callback, code] of codes)
    assert.is((await faultOf(fixture.manager.complete(callback))).code, code, callback.slice(0, 200));
  assert.is(JSON.stringify(await fixture.grants.get('alerts')), before);

  const guessed = `${redirectUri}?code=guessed&state=${state}&iss=${encodeURIComponent(server.issuer)}`;
  const fault = await faultOf(fixture.manager.complete(guessed));
  assert.is(fault.code, 'OAUTH_RESTART');
  assert.not.match(fault.message, 'guessed');
  await fixture.close();
});

test.run();
