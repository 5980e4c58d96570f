import { createHash, createPublicKey, X509Certificate } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { DeviceStep } from '../../src/core/device-step.js';
import { startAuthorizationServer } from '../helpers/authorization-server.js';
import { testCertificate } from '../helpers/certificate.js';
import { startTokenEndpoint } from '../helpers/token-endpoint.js';
import {
  type Fixture,
  faultOf,
  redirectUri,
  type Settings,
  secret,
  startFixture,
  waitFor,
} from './fixture.js';

const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code';
const user = 'alerts@example.com';
const pem = await testCertificate();
const certificate = { certificate: pem.cert, key: pem.key };
const publicKey = { ...createPublicKey(pem.cert).export({ format: 'jwk' }), use: 'sig', alg: 'PS256' };
const common = {
  redirect_uris: [redirectUri],
  response_types: ['code' as const],
  grant_types: ['authorization_code', 'refresh_token', deviceGrant],
};
const server = await startAuthorizationServer({
  users: [user, 'boss@example.com'],
  clientId: 'ackmail',
  clientSecret: secret,
  redirectUris: [redirectUri],
  scopes: ['mail.send', 'mail.read'],
  clients: [
    { ...common, client_id: 'public', token_endpoint_auth_method: 'none' },
    {
      ...common,
      client_id: 'certified',
      grant_types: [...common.grant_types, 'client_credentials'],
      token_endpoint_auth_method: 'private_key_jwt',
      token_endpoint_auth_signing_alg: 'PS256',
      jwks: { keys: [publicKey] },
    },
    { ...common, client_id: 'modest', client_secret: secret, scope: 'openid offline_access mail.send' },
  ],
});
const endpoint = await startTokenEndpoint();
const { issuer } = server;
const minuteMs = 60_000;

test.after(async () => {
  await Promise.all([server.close(), endpoint.close()]);
});

const clients: Readonly<Record<string, Partial<Settings>>> = {
  'a client with a secret': { oauth: { issuer } },
  'a public client': { oauth: { issuer, clientId: 'public' }, isPublic: true },
  'a client with a certificate': { oauth: { issuer, clientId: 'certified', certificate } },
};

for (const [name, settings] of Object.entries(clients)) {
  test(`A person signs in with a browser, and the grant is refreshed, for ${name}.`, async () => {
    const fixture = await startFixture(settings);
    const url = await fixture.manager.authorizationUrl('alerts');
    assert.is((await fixture.manager.complete(await server.signIn(url, user))).user, user);
    const first = await fixture.manager.getToken('alerts');
    assert.equal(await server.introspect(first.token), { active: true, user });
    await fixture.clock.forward(56 * minuteMs);
    const second = await fixture.manager.getToken('alerts');
    assert.is.not(second.token, first.token);
    assert.equal(await server.introspect(second.token), { active: true, user });
    await fixture.close();
  });

  test(`A person signs in with a code on another device, for ${name}.`, async () => {
    const fixture = await startFixture({ ...settings, grant: 'device_code' });
    const fault = await faultOf(fixture.manager.getToken('alerts'));
    assert.is(fault.code, 'OAUTH_AUTHORIZATION_REQUIRED');
    assert.match(fault.remedy, 'Run `ackmail authorize alerts`');
    assert.is((await faultOf(fixture.manager.authorizationUrl('alerts'))).code, 'OAUTH_NO_PAGE');
    assert.is(fixture.standing.get('OAUTH_AUTHORIZATION_REQUIRED')?.authorizationUrl, undefined);

    const last = await byDevice(fixture, user);
    assert.equal(last, { step: 'signed-in', account: 'alerts', user, missingScopes: [] });
    const { token } = await fixture.manager.getToken('alerts');
    assert.equal(await server.introspect(token), { active: true, user });
    await fixture.clock.forward(56 * minuteMs);
    const { token: second } = await fixture.manager.getToken('alerts');
    assert.is.not(second, token);
    assert.is(fixture.standing.size, 0);
    await fixture.close();
  });
}

/** Enters the code as `who`, or declines where there is nobody; answers the last step. */
async function byDevice(fixture: Fixture, who?: string, act?: () => Promise<void>): Promise<DeviceStep> {
  const ending = new AbortController();
  const steps = fixture.manager.signInByDevice('alerts', ending.signal)[Symbol.asyncIterator]();
  const { value: code } = await steps.next();
  if (code?.step !== 'code') throw new Error('no code');
  const next = steps.next();
  let done = false;
  const over = () => {
    done = true;
  };
  next.then(over, over);
  // Asked once in vain.
  await fixture.clock.forward(6_000);
  if (act) await act();
  else await server.enterDeviceCode(code.verificationUrl, code.userCode, who);
  await waitFor(async () => {
    await fixture.clock.forward(5_000);
    return done;
  }, 'the end of the sign-in');
  const { value } = await next;
  if (value === undefined) throw new Error('it ended without a word');
  return value;
}

test('A device code that is declined, comes too late, or is entered by somebody else leaves the old grant as it was.', async () => {
  const fixture = await startFixture({ oauth: { issuer } });
  const url = await fixture.manager.authorizationUrl('alerts');
  await fixture.manager.complete(await server.signIn(url, user));
  const { token } = await fixture.manager.getToken('alerts');

  const declined = await faultOf(byDevice(fixture));
  assert.is(declined.code, 'OAUTH_REFUSED');
  const wrong = await faultOf(byDevice(fixture, 'boss@example.com'));
  assert.is(wrong.code, 'OAUTH_WRONG_ACCOUNT');
  assert.match(wrong.message, 'was made as boss@example.com, but alerts@example.com is wanted');
  const late = await faultOf(byDevice(fixture, user, () => fixture.clock.forward(20 * minuteMs)));
  assert.is(late.code, 'OAUTH_RESTART');
  assert.match(late.message, 'before it expired');
  assert.match(late.remedy, 'ackmail authorize alerts');

  const stored = await fixture.grants.get('alerts');
  assert.is(stored?.accessToken?.token, token);
  assert.is(stored?.identity?.name, user);
  await fixture.close();
});

test('A sign-in by device waits as the server says, and outlives its troubles.', async () => {
  const fixture = await startFixture({
    grant: 'device_code',
    oauth: { tokenUrl: endpoint.url, deviceAuthorizationUrl: endpoint.url, scope: 'mail' },
  });
  const begin = {
    device_code: 'device',
    user_code: 'AB\u202eCD',
    verification_uri: 'https://a.example.com/d',
  };
  const error = (name: string) => ({ status: 400, body: { error: name } });
  endpoint.answer(
    { body: { ...begin, expires_in: '900', interval: 3 } },
    error('authorization_pending'),
    error('slow_down'),
    { status: 503, body: '<html>' },
    error('authorization_pending'),
    { body: { access_token: 'a', refresh_token: 'r' } },
  );
  const before = endpoint.requests.length;
  const asked = () => endpoint.requests.length - before;
  const steps = fixture.manager
    .signInByDevice('alerts', new AbortController().signal)
    [Symbol.asyncIterator]();
  const { value: code } = await steps.next();
  assert.is(code?.step === 'code' && code.userCode, 'AB CD');
  assert.is(code?.step === 'code' && code.expiresAt.getTime(), fixture.clock.now().getTime() + 900_000);
  const next = steps.next();
  for (const [pauseMs, what] of [
    [3_000, 'the interval'],
    [3_000, 'the interval again'],
    [8_000, 'five seconds more'],
    [16_000, 'twice as long'],
    [16_000, 'as long again'],
  ] as const) {
    const count = asked();
    await fixture.clock.forward(pauseMs - 1_000);
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.is(asked(), count, what);
    await fixture.clock.forward(1_000);
    await waitFor(() => asked() > count, what);
  }
  assert.is((await next).value?.step, 'signed-in');
  assert.equal(endpoint.requests.at(-1)?.parameters, {
    grant_type: deviceGrant,
    device_code: 'device',
    client_id: 'ackmail',
    client_secret: secret,
  });
  await fixture.close();
});

test('What is no device code, or no server for one, is told, and asks nobody on.', async () => {
  const none = await startFixture({ oauth: { authorizationUrl: endpoint.url, tokenUrl: endpoint.url } });
  const fault = await faultOf(byDevice(none));
  assert.is(fault.code, 'OAUTH_CONFIGURATION_REQUIRED');
  assert.match(fault.message, 'no sign-in by device code');
  await none.close();

  const fixture = await startFixture({
    grant: 'device_code',
    oauth: { tokenUrl: endpoint.url, deviceAuthorizationUrl: endpoint.url },
    timeLimitMs: 300,
  });
  const good = { device_code: 'd', user_code: 'u', verification_uri: 'https://a.example.com/' };
  const answers = [
    { body: '<html>' },
    { body: {} },
    { body: { ...good, device_code: 7 } },
    { body: { ...good, user_code: 'x'.repeat(100_000) } },
    { body: { ...good, verification_uri: 'javascript:alert(1)' } },
    { status: 500, body: 'x'.repeat(5_000_000) },
    { wait: 'forever' },
  ] as const;
  for (const answer of answers) {
    endpoint.answer(answer);
    const temporary = await faultOf(byDevice(fixture));
    assert.is(temporary.code, 'OAUTH_TEMPORARY', JSON.stringify(answer).slice(0, 100));
    assert.ok(temporary.message.length < 500);
  }
  endpoint.answer({ status: 400, body: { error: 'unauthorized_client' } });
  assert.is((await faultOf(byDevice(fixture))).code, 'OAUTH_CONFIGURATION_REQUIRED');
  await fixture.close();
});

test('The waiting for a device ends when nobody waits any more.', async () => {
  const fixture = await startFixture({ grant: 'device_code', oauth: { issuer } });
  const ending = new AbortController();
  const steps: string[] = [];
  for await (const { step } of fixture.manager.signInByDevice('alerts', ending.signal)) {
    steps.push(step);
    ending.abort();
  }
  assert.equal(steps, ['code']);
  await fixture.close();
});

for (const name of ['a client with a secret', 'a client with a certificate'])
  test(`An application is authorized by itself, and its token is fetched again, for ${name}.`, async () => {
    const settings = clients[name];
    const fixture = await startFixture({
      ...settings,
      grant: 'client_credentials',
      oauth: { ...settings?.oauth, scope: '' },
    });
    assert.is((await fixture.manager.status('alerts')).state, 'degraded');
    const first = await fixture.manager.getToken('alerts');
    assert.ok((await server.introspect(first.token)).active);
    const status = await fixture.manager.status('alerts');
    assert.is(status.state, 'authorized');
    assert.is(status.grant, 'client_credentials');
    assert.is(status.authorizedAs, undefined);
    assert.is((await fixture.manager.getToken('alerts')).token, first.token);
    assert.is((await fixture.restart().getToken('alerts')).token, first.token, 'also after a restart');
    await fixture.clock.forward(56 * minuteMs);
    const second = await fixture.manager.getToken('alerts');
    assert.is.not(second.token, first.token);
    const renewed = await fixture.manager.renewNow('alerts');
    assert.is.not(renewed.token, second.token);
    assert.is((await fixture.manager.renewNow('alerts')).token, renewed.token, 'at most once a minute');

    assert.is((await faultOf(fixture.manager.authorizationUrl('alerts'))).code, 'OAUTH_NO_PAGE');
    assert.is((await faultOf(byDevice(fixture))).code, 'OAUTH_NO_PAGE');
    assert.is((await fixture.grants.get('alerts'))?.refreshToken, undefined);
    await fixture.close();
  });

test('Nobody is ever asked to sign in for an application, whatever the server says.', async () => {
  const oauth = { tokenUrl: endpoint.url, scope: 'https://mail.example.com/.default' };
  const fixture = await startFixture({ grant: 'client_credentials', oauth, timeLimitMs: 300 });
  const refused = (error: string, number?: number) => ({
    status: 400,
    body: { error, ...(number === undefined ? {} : { error_codes: [number] }) },
  });
  // What passes first, since it does not take back what was refused for good.
  const answers = [
    [refused('invalid_request', 50196), 'OAUTH_TEMPORARY', 'degraded'],
    [refused('something_new'), 'OAUTH_TEMPORARY', 'degraded'],
    [{ body: {} }, 'OAUTH_TEMPORARY', 'degraded'],
    [{ status: 503, body: '' }, 'OAUTH_TEMPORARY', 'degraded'],
    [{ wait: 'forever' }, 'OAUTH_TEMPORARY', 'degraded'],
    [refused('invalid_grant'), 'OAUTH_CONFIGURATION_REQUIRED', 'configuration-required'],
    [refused('consent_required', 65001), 'OAUTH_CONFIGURATION_REQUIRED', 'configuration-required'],
    [refused('interaction_required', 50076), 'OAUTH_CONFIGURATION_REQUIRED', 'configuration-required'],
    [refused('invalid_client', 7000222), 'OAUTH_CONFIGURATION_REQUIRED', 'configuration-required'],
  ] as const;
  for (const [answer, code, state] of answers) {
    endpoint.answer(answer);
    await fixture.clock.forward(2 * 3_600_000);
    const manager = fixture.restart();
    const fault = await faultOf(manager.getToken('alerts'));
    assert.is(fault.code, code, JSON.stringify(answer));
    assert.not.match(fault.remedy, 'authorization URL');
    assert.is((await manager.status('alerts')).state, state);
    assert.not(fixture.standing.has('OAUTH_AUTHORIZATION_REQUIRED'));
  }
  endpoint.answer({ body: { access_token: 'again', refresh_token: 'nobody asked for it' } });
  await fixture.clock.forward(2 * 3_600_000);
  assert.is((await fixture.manager.getToken('alerts')).token, 'again');
  assert.is(endpoint.requests.at(-1)?.parameters['scope'], oauth.scope);
  assert.is((await fixture.grants.get('alerts'))?.refreshToken, undefined);
  await fixture.close();
});

test('What a person once granted is kept, unused, where the application is authorized by itself now.', async () => {
  const fixture = await startFixture({ oauth: { issuer } });
  const url = await fixture.manager.authorizationUrl('alerts');
  await fixture.manager.complete(await server.signIn(url, user));
  const { token: theirs } = await fixture.manager.getToken('alerts');
  const kept = (await fixture.grants.get('alerts'))?.refreshToken;
  const application = fixture.restart({ grant: 'client_credentials', oauth: { issuer, scope: '' } });
  const { token } = await application.getToken('alerts');
  assert.is.not(token, theirs);
  assert.is((await server.introspect(token)).user, undefined);
  assert.is((await fixture.grants.get('alerts'))?.refreshToken, kept);
  const back = await faultOf(fixture.restart().getToken('alerts'));
  assert.is(back.code, 'OAUTH_AUTHORIZATION_REQUIRED');
  await fixture.close();
});

test('The assertion of a certificate is what Microsoft wants, and never the same twice.', async () => {
  const fixture = await startFixture({
    grant: 'client_credentials',
    oauth: { tokenUrl: endpoint.url, clientId: 'certified', certificate, scope: 's' },
  });
  endpoint.answer({ body: { access_token: 'a', expires_in: 600 } });
  await fixture.manager.getToken('alerts');
  const { client_assertion: assertion = '', ...rest } = endpoint.requests.at(-1)?.parameters ?? {};
  assert.equal(rest, {
    grant_type: 'client_credentials',
    scope: 's',
    client_id: 'certified',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
  });
  const thumbprint = createHash('sha256').update(new X509Certificate(pem.cert).raw).digest('base64url');
  assert.equal(decodeProtectedHeader(assertion), { alg: 'PS256', typ: 'JWT', 'x5t#S256': thumbprint });
  const nowS = Math.floor(fixture.clock.now().getTime() / 1_000);
  const { jti, ...claims } = decodeJwt(assertion);
  assert.equal(claims, {
    aud: endpoint.url,
    iss: 'certified',
    sub: 'certified',
    iat: nowS,
    nbf: nowS,
    exp: nowS + 300,
  });
  await fixture.clock.forward(10 * minuteMs);
  await fixture.manager.getToken('alerts');
  const again = endpoint.requests.at(-1)?.parameters['client_assertion'] ?? '';
  assert.is.not(decodeJwt(again).jti, jti);
  await fixture.close();
});

test('What was not granted is named at the sign-in, in the status, and until it is granted.', async () => {
  const oauth = { issuer, clientId: 'ackmail', scope: 'openid offline_access mail.send mail.read' };
  const fixture = await startFixture({ oauth });
  const url = await fixture.manager.authorizationUrl('alerts');
  const { missingScopes } = await fixture.manager.complete(await server.signIn(url, user));
  assert.equal(missingScopes, []);
  assert.is((await fixture.manager.status('alerts')).missingScopes, undefined);
  await fixture.close();

  const scripted = await startFixture({
    oauth: { authorizationUrl: endpoint.url, tokenUrl: endpoint.url, scope: oauth.scope.slice(7) },
  });
  endpoint.answer({ body: { access_token: 'a', refresh_token: 'r', scope: 'mail.send' } });
  const state = new URL(await scripted.manager.authorizationUrl('alerts')).searchParams.get('state');
  const signedIn = await scripted.manager.complete(`${redirectUri}?code=c&state=${state}`);
  assert.equal(signedIn.missingScopes, ['mail.read']);
  assert.equal((await scripted.manager.status('alerts')).missingScopes, ['mail.read']);
  assert.equal((await scripted.restart().status('alerts')).missingScopes, ['mail.read']);
  endpoint.answer({ body: { access_token: 'b', scope: 'mail.send mail.read' } });
  await scripted.clock.forward(56 * minuteMs);
  await scripted.manager.getToken('alerts');
  assert.is((await scripted.manager.status('alerts')).missingScopes, undefined);
  await scripted.close();
});

test.run();
