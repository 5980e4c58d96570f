import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { grantType } from '../../src/auth/grant.js';
import { openStore } from '../../src/store/open-store.js';
import { startAuthorizationServer } from '../helpers/authorization-server.js';
import { freePort } from '../helpers/free-port.js';
import { startTokenEndpoint, type TokenReply } from '../helpers/token-endpoint.js';
import { type Fixture, faultOf, redirectUri, secret, startFixture, waitFor } from './fixture.js';

const user = 'alerts@example.com';
const endpoint = await startTokenEndpoint();
const oauth = { authorizationUrl: 'http://127.0.0.1:1/auth', tokenUrl: endpoint.url };

test.after(() => endpoint.close());

const startServer = (port = 0) =>
  startAuthorizationServer({
    users: [user],
    clientId: 'ackmail',
    clientSecret: secret,
    redirectUris: [redirectUri],
    port,
  });

/** Signs in at the scripted endpoint. */
async function signIn({ manager }: Fixture, reply: TokenReply['body'] = given): Promise<void> {
  const state = new URL(await manager.authorizationUrl('alerts')).searchParams.get('state');
  endpoint.answer({ body: reply });
  await manager.complete(`${redirectUri}?code=code-0&state=${state}`);
}

const given = { access_token: 'access-0', refresh_token: 'refresh-0', expires_in: 3_600 };
const revocable = { ...oauth, revocationUrl: endpoint.url };

test('Forgetting ends the tokens at the provider, leaves none here, and asks for a sign-in.', async () => {
  const server = await startServer();
  const fixture = await startFixture({ oauth: { issuer: server.issuer } });
  const { manager, grants } = fixture;
  await manager.complete(await server.signIn(await manager.authorizationUrl('alerts'), user));
  const { token } = await manager.getToken('alerts');
  const { refreshToken = '' } = (await grants.get('alerts')) ?? {};
  assert.ok((await server.introspect(token)).active);
  assert.ok((await server.introspect(refreshToken)).active);

  assert.equal(await manager.forget('alerts', { force: false }), { account: 'alerts', user });
  assert.not.ok((await server.introspect(token)).active);
  assert.not.ok((await server.introspect(refreshToken)).active);
  const left = await grants.get('alerts');
  assert.equal(Object.keys(left ?? {}).sort(), ['account', 'discovery', 'generation', 'pending']);
  assert.is((await faultOf(manager.getToken('alerts'))).code, 'OAUTH_AUTHORIZATION_REQUIRED');
  const status = await manager.status('alerts');
  assert.is(status.state, 'authorization-required');
  assert.ok(status.authorizationUrl?.startsWith(server.authorizationEndpoint));
  const raised = fixture.standing.get('OAUTH_AUTHORIZATION_REQUIRED');
  assert.is(raised?.authorizationUrl, status.authorizationUrl);

  assert.equal(await manager.forget('alerts', { force: false }), { account: 'alerts' }, 'nothing is left');
  const entries = [];
  for await (const { kind, account, ...facts } of fixture.store.history.since(new Date(0)))
    if (kind === 'forgotten') entries.push({ account, user: facts['user'] });
  assert.equal(entries, [
    { account: 'alerts', user },
    { account: 'alerts', user: undefined },
  ]);

  const restarted = fixture.restart();
  await restarted.complete(await server.signIn(await restarted.authorizationUrl('alerts'), user));
  assert.is((await restarted.status('alerts')).state, 'authorized');
  await server.close();
  await fixture.close();
});

test('A provider that offers no revocation, or cannot be reached, is told, and nothing is removed unless it is forced.', async () => {
  const nobody = `http://127.0.0.1:${await freePort()}/revoke`;
  for (const [given, reason] of [
    [oauth, /it offers no revocation \(RFC 7009\)/],
    [{ ...oauth, revocationUrl: nobody }, /ECONNREFUSED/],
  ] as const) {
    const fixture = await startFixture({ oauth: given });
    const { manager, grants } = fixture;
    await signIn(fixture);
    const before = await grants.get('alerts');
    const fault = await faultOf(manager.forget('alerts', { force: false }));
    assert.is(fault.code, 'OAUTH_NOT_REVOKED');
    assert.match(fault.message, reason);
    assert.match(fault.remedy, 'ackmail forget alerts --force');
    assert.equal(await grants.get('alerts'), before);
    assert.is((await manager.getToken('alerts')).token, 'access-0');

    const { notRevoked = '' } = await manager.forget('alerts', { force: true });
    assert.match(notRevoked, reason);
    assert.is((await grants.get('alerts'))?.refreshToken, undefined);
    assert.is((await manager.status('alerts')).state, 'authorization-required');
    await fixture.close();
  }
});

test('Each token is revoked, the refresh token first; what has ended already or cannot be revoked is no failure.', async () => {
  const fixture = await startFixture({ oauth: revocable });
  const { manager, clock } = fixture;
  await signIn(fixture);
  await clock.forward(2 * 3_600_000);
  endpoint.answer({ body: { ...given, access_token: 'access-1', refresh_token: 'refresh-1' } });
  await manager.getToken('alerts');

  const before = endpoint.requests.length;
  endpoint.answer(
    { body: '' },
    { status: 400, body: { error: 'invalid_token' } },
    { status: 400, body: { error: 'unsupported_token_type' } },
  );
  const { accessTokenExpiresAt, user: whose, ...rest } = await manager.forget('alerts', { force: false });
  assert.equal(rest, { account: 'alerts' });
  assert.is(whose, user);
  assert.is(accessTokenExpiresAt?.getTime(), clock.now().getTime() + 3_600_000);
  const asked = endpoint.requests.slice(before).map(({ parameters }) => parameters);
  assert.equal(
    asked.map(({ token, token_type_hint: hint }) => [token, hint]),
    [
      ['refresh-1', 'refresh_token'],
      ['refresh-0', 'refresh_token'],
      ['access-1', 'access_token'],
    ],
  );
  assert.ok(asked.every((each) => each['client_id'] === 'ackmail' && each['client_secret'] === secret));
  await fixture.close();
});

test('A refresh under way ends first, and what it brought is revoked.', async () => {
  const fixture = await startFixture({ oauth: revocable });
  const { manager, clock, grants } = fixture;
  await signIn(fixture);
  await clock.forward(2 * 3_600_000);
  let answer = () => {};
  const wait = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const before = endpoint.requests.length;
  endpoint.answer(
    { body: { ...given, access_token: 'access-1', refresh_token: 'refresh-1' }, wait },
    { body: '' },
  );
  const callers = [manager.getToken('alerts'), manager.getToken('alerts')];
  await waitFor(() => endpoint.requests.length > before, 'the refresh');
  const forgetting = manager.forget('alerts', { force: false });
  answer();
  for (const { token } of await Promise.all(callers)) assert.is(token, 'access-1');
  await forgetting;
  const tokens = endpoint.requests.slice(before).map(({ parameters }) => parameters['token']);
  assert.equal(tokens, [undefined, 'refresh-1', 'refresh-0', 'access-1']);
  assert.is((await grants.get('alerts'))?.refreshToken, undefined);
  await fixture.close();
});

test('A sign-in made while the provider is told stays.', async () => {
  const fixture = await startFixture({ oauth: revocable });
  const { manager, grants } = fixture;
  await signIn(fixture);
  const state = new URL(await manager.authorizationUrl('alerts')).searchParams.get('state');
  let answer = () => {};
  const wait = new Promise<void>((resolve) => {
    answer = resolve;
  });
  endpoint.answer({ body: '', wait }, { body: { ...given, refresh_token: 'refresh-new' } }, { body: '' });
  const before = endpoint.requests.length;
  const forgetting = manager.forget('alerts', { force: false });
  await waitFor(() => endpoint.requests.length > before, 'the revocation');
  await manager.complete(`${redirectUri}?code=code-1&state=${state}`);
  answer();
  await forgetting;
  assert.is((await grants.get('alerts'))?.refreshToken, 'refresh-new');
  assert.is((await manager.status('alerts')).state, 'authorized');
  await fixture.close();
});

test('A grant that is sealed with a lost key is removed when that is asked for, and the account works again.', async () => {
  const fixture = await startFixture({ oauth: revocable });
  const dir = await mkdtemp(join(tmpdir(), 'ackmail-forget-'));
  const old = await openStore({ dir, key: randomBytes(32), clock: fixture.clock });
  await old
    .collection('grants', grantType)
    .put('alerts', { account: 'alerts', generation: 3, user, refreshToken: 'r', pending: [] });
  await old.close();
  const store = await openStore({ dir, key: randomBytes(32), clock: fixture.clock });
  const grants = store.collection('grants', grantType);
  const manager = fixture.restart({ grants: () => grants });

  assert.is((await faultOf(manager.forget('alerts', { force: false }))).code, 'STORE_KEY');
  const { notRevoked } = await manager.forget('alerts', { force: true });
  assert.match(notRevoked ?? '', 'cannot be read with this key');
  assert.is((await manager.status('alerts')).state, 'authorization-required');
  const state = new URL(await manager.authorizationUrl('alerts')).searchParams.get('state');
  endpoint.answer({ body: given });
  await manager.complete(`${redirectUri}?code=code-0&state=${state}`);
  assert.is((await manager.getToken('alerts')).token, 'access-0');
  await store.close();
  await rm(dir, { recursive: true });
  await fixture.close();
});

test('What a provider says back at a revocation tells no token and no secret.', async () => {
  const fixture = await startFixture({ oauth: revocable });
  const { manager } = fixture;
  await signIn(fixture, { ...given, access_token: 'access-secret', refresh_token: 'refresh-secret' });
  const leak = `you sent refresh-secret ${secret} ${encodeURIComponent(secret)} access-secret`;
  const seen: string[] = [];
  for (const reply of [
    { status: 400, body: { error: 'invalid_request', error_description: leak } },
    { status: 401, body: { error: 'invalid_client', error_description: leak } },
    { status: 503, body: leak },
    { status: 302, headers: { location: `http://127.0.0.1:1/?${leak}` }, body: leak },
  ]) {
    endpoint.answer(reply);
    const fault = await faultOf(manager.forget('alerts', { force: false }));
    assert.is(fault.code, 'OAUTH_NOT_REVOKED');
    seen.push(inspect(fault, { depth: 12 }));
  }
  seen.push(JSON.stringify(await manager.forget('alerts', { force: true })));
  seen.push(...fixture.logged, JSON.stringify([...fixture.standing.values()]), await fixture.files());
  for (const radioactive of [secret, encodeURIComponent(secret), 'refresh-secret', 'access-secret'])
    assert.not.ok(seen.join('\n').includes(radioactive), radioactive);
  await fixture.close();
});

test.run();
