import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { GrantDocument } from '../../src/auth/grant.js';
import { Fault } from '../../src/core/fault.js';
import type { Collection } from '../../src/core/store.js';
import { idToken, startTokenEndpoint, type TokenReply } from '../helpers/token-endpoint.js';
import {
  type Fixture,
  faultOf,
  redirectUri,
  type Settings,
  secret,
  startFixture,
  waitFor,
} from './fixture.js';

const endpoint = await startTokenEndpoint();
const oauth = { authorizationUrl: 'http://127.0.0.1:1/auth', tokenUrl: endpoint.url };
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

test.after(() => endpoint.close());

const tokens = (name: string, more: object = {}): TokenReply => ({
  body: { access_token: `access-${name}`, token_type: 'Bearer', expires_in: 3_600, ...more },
});
const refused = (number: number, error = 'invalid_grant'): TokenReply => ({
  status: 400,
  body: {
    error,
    error_description: `AADSTS${number}: Some long text. Trace ID: 0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0`,
    error_codes: [number],
    correlation_id: '0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0',
  },
});
const calls = () => endpoint.requests.length;
const lastCall = () => endpoint.requests.at(-1)?.parameters ?? {};

/** Signs in with these tokens, whatever the scripted endpoint says of the person. */
async function signIn(fixture: Fixture, more: object = {}, manager = fixture.manager): Promise<void> {
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
  await manager.complete(`${redirectUri}?code=the-code&state=${url.searchParams.get('state')}`);
}
async function signedIn(settings: Partial<Settings> = {}, more: object = {}): Promise<Fixture> {
  const fixture = await startFixture({ oauth, ...settings });
  await signIn(fixture, more);
  return fixture;
}

test('The code is exchanged with its verifier, and the secret goes in the body.', async () => {
  const fixture = await signedIn();
  const { code_verifier: verifier = '', ...request } = lastCall();
  assert.equal(request, {
    grant_type: 'authorization_code',
    code: 'the-code',
    redirect_uri: redirectUri,
    client_id: 'ackmail',
    client_secret: secret,
  });
  assert.is(verifier.length, 43);
  await fixture.close();
});

test('A thousand callers, one refresh.', async () => {
  const fixture = await signedIn();
  await fixture.clock.forward(hourMs);
  const before = calls();
  let open = () => {};
  const wait = new Promise<void>((resolve) => {
    open = resolve;
  });
  endpoint.answer({ ...tokens('1', { refresh_token: 'refresh-1' }), wait });
  const callers = Array.from({ length: 1_000 }, (_, index) =>
    fixture.manager.getToken('alerts', index % 3 === 0 ? { renew: 'access-0' } : {}),
  );
  await waitFor(() => calls() > before, 'the refresh');
  open();
  const answers = await Promise.all(callers);
  assert.equal([...new Set(answers.map(({ token }) => token))], ['access-1']);
  assert.is(calls(), before + 1);
  assert.equal(lastCall(), {
    grant_type: 'refresh_token',
    refresh_token: 'refresh-0',
    scope: 'openid profile email offline_access',
    client_id: 'ackmail',
    client_secret: secret,
  });
  await fixture.close();
});

test('A rotated refresh token is on disk before its access token is used.', async () => {
  let release = () => {};
  let hold = false;
  let reached = false;
  const slow = (real: Collection<GrantDocument>): Collection<GrantDocument> => ({
    ...real,
    async put(name, value) {
      if (hold) {
        reached = true;
        await new Promise<void>((resolve) => {
          release = resolve;
        });
      }
      await real.put(name, value);
    },
  });
  const fixture = await signedIn({ grants: slow });
  await fixture.clock.forward(hourMs);
  endpoint.answer(tokens('1', { refresh_token: 'refresh-1' }));
  hold = true;
  let handedOut = false;
  const asked = fixture.manager.getToken('alerts').then(async ({ token }) => {
    handedOut = true;
    return { token, stored: await fixture.grants.get('alerts') };
  });
  await waitFor(() => reached || handedOut, 'the write');
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.not(handedOut, 'the access token was handed out before the write');
  release();
  const { token, stored } = await asked;
  assert.is(token, 'access-1');
  assert.is(stored?.refreshToken, 'refresh-1');
  assert.is(stored?.previousRefreshToken, 'refresh-0');
  await fixture.close();
});

test('A result that cannot be written is not handed out and not asked for again, but written later.', async () => {
  let broken = false;
  const breaking = (real: Collection<GrantDocument>): Collection<GrantDocument> => ({
    ...real,
    async put(name, value) {
      if (broken) throw new Fault('STORE_UNWRITABLE', { dir: 'data', detail: 'no space left' });
      await real.put(name, value);
    },
  });
  const fixture = await signedIn({ grants: breaking });
  await fixture.clock.forward(hourMs);
  endpoint.answer(tokens('1', { refresh_token: 'refresh-1' }));
  const before = calls();
  broken = true;
  assert.is((await faultOf(fixture.manager.getToken('alerts'))).code, 'STORE_UNWRITABLE');
  broken = false;
  await fixture.clock.forward(6_000);
  assert.is((await fixture.manager.getToken('alerts')).token, 'access-1');
  assert.is((await fixture.grants.get('alerts'))?.refreshToken, 'refresh-1');
  assert.is(calls(), before + 1);
  await fixture.close();
});

test('A transient failure never asks a person to sign in, and never drops a grant.', async () => {
  const html = '<html><body>Please log in to the hotel network</body></html>';
  const failures: readonly TokenReply[] = [
    { status: 503, body: html },
    { status: 200, body: html },
    { status: 200, body: {} },
    { status: 200, body: null },
    { status: 200, body: [1] },
    { status: 200, body: { access_token: 7 } },
    { status: 200, headers: { 'content-type': 'application/json' }, body: '{"access_tok' },
    { status: 302, headers: { location: 'https://portal.example.com/' }, body: html },
    { status: 400, body: html },
    { status: 401, body: html },
    { status: 403, body: { message: 'forbidden by the proxy' } },
    { status: 407, body: html },
    { status: 429, headers: { 'retry-after': '7' }, body: { error: 'invalid_grant' } },
    { status: 500, body: { error: 'invalid_grant', error_description: 'database is down' } },
    { status: 400, body: { error: 'temporarily_unavailable' } },
    { status: 400, body: { error: 'server_error' } },
    { status: 400, body: { error: 'invalid_request', error_description: 'never seen before' } },
    { status: 400, body: { error: 'something_new' } },
    { status: 400, body: { error: { code: 42 } } },
    refused(90033),
    refused(50196, 'invalid_request'),
    { wait: 'forever' },
  ];
  for (const failure of failures) {
    const fixture = await signedIn({ timeLimitMs: 300 });
    await fixture.clock.forward(56 * minuteMs);
    endpoint.answer(failure);
    const which = JSON.stringify(failure);
    assert.is((await fixture.manager.getToken('alerts')).token, 'access-0', `still good: ${which}`);
    assert.is((await fixture.manager.status('alerts')).state, 'degraded', which);
    await fixture.clock.forward(hourMs);
    const fault = await faultOf(fixture.manager.getToken('alerts'));
    assert.is(fault.code, 'OAUTH_TEMPORARY', which);
    assert.ok(fault.transient);
    assert.not.match(fault.message, 'hotel');
    for (const code of ['OAUTH_AUTHORIZATION_REQUIRED', 'OAUTH_CONFIGURATION_REQUIRED'])
      assert.not(fixture.standing.has(code), which);
    assert.is((await fixture.grants.get('alerts'))?.refreshToken, 'refresh-0', which);

    endpoint.answer(tokens('1'));
    await fixture.clock.forward(hourMs);
    assert.is((await fixture.manager.getToken('alerts')).token, 'access-1', which);
    assert.is((await fixture.manager.status('alerts')).state, 'authorized');
    await fixture.close();
  }
});

test('A server that cannot be reached is a transient failure, and is not hammered.', async () => {
  const fixture = await signedIn();
  const gone = fixture.restart({ oauth: { ...oauth, tokenUrl: 'http://127.0.0.1:1/token' } });
  await fixture.clock.forward(2 * hourMs);
  const fault = await faultOf(gone.getToken('alerts'));
  assert.is(fault.code, 'OAUTH_TEMPORARY');
  assert.match(fault.message, 'ECONNREFUSED');
  assert.ok(await gone.authorizationUrl('alerts'), 'the URL can be had without a connection');

  endpoint.answer({ status: 503, body: {} });
  const before = calls();
  for (let second = 0; second < 600; second += 2) {
    await faultOf(fixture.manager.getToken('alerts'));
    await fixture.clock.forward(2_000);
  }
  assert.ok(calls() - before <= 10, `${calls() - before} calls in ten minutes`);
  await fixture.close();
});

test('While refreshes fail, a token that is still good is not held up by the next try.', async () => {
  const fixture = await signedIn({ timeLimitMs: 3_000 });
  await fixture.clock.forward(56 * minuteMs);
  endpoint.answer({ status: 503 }, { wait: 'forever' });
  await fixture.manager.getToken('alerts');
  await fixture.clock.forward(6_000);
  const before = calls();
  const startedAt = Date.now();
  assert.is((await fixture.manager.getToken('alerts')).token, 'access-0');
  assert.ok(Date.now() - startedAt < 1_000);
  await waitFor(() => calls() > before, 'the next try');
  await signIn(fixture, { access_token: 'access-new' });
  await fixture.close();
});

test('A refusal of the old grant that comes after the next sign-in raises nothing.', async () => {
  const fixture = await signedIn();
  await fixture.clock.forward(hourMs);
  let answerNow = () => {};
  const wait = new Promise<void>((resolve) => {
    answerNow = resolve;
  });
  endpoint.answer({ ...refused(50173), wait });
  const before = calls();
  const late = faultOf(fixture.manager.getToken('alerts', { renew: 'access-0' })).catch(() => undefined);
  await waitFor(() => calls() > before, 'the refresh');
  await signIn(fixture, { access_token: 'access-new' });
  assert.is((await fixture.manager.getToken('alerts')).token, 'access-new');
  answerNow();
  await late;
  assert.is((await fixture.manager.getToken('alerts')).token, 'access-new');
  assert.is((await fixture.manager.status('alerts')).state, 'authorized');
  assert.is(fixture.standing.size, 0);
  assert.is(fixture.raised.count, 0);
  await fixture.close();
});

test('A sign-in clears the error also while that is still being raised.', async () => {
  let raiseNow = () => {};
  let raising = false;
  const gate = new Promise<void>((resolve) => {
    raiseNow = resolve;
  });
  const beforeRaise = () => {
    raising = true;
    return gate;
  };
  const fixture = await signedIn({ beforeRaise });
  await fixture.clock.forward(hourMs);
  endpoint.answer(refused(50173));
  const asked = fixture.manager.getToken('alerts');
  await waitFor(() => raising, 'the raise');
  const signing = signIn(fixture, { access_token: 'access-new' });
  await waitFor(async () => (await fixture.manager.status('alerts')).state === 'authorized', 'the new grant');
  raiseNow();
  await Promise.all([asked, signing]);
  assert.is(fixture.standing.size, 0);
  await fixture.close();
});

test('Once it stops, no call of the token endpoint is begun whose answer could no longer be written.', async () => {
  const fixture = await signedIn();
  await fixture.clock.forward(hourMs);
  endpoint.answer(tokens('1', { refresh_token: 'refresh-1' }));
  await fixture.manager.getToken('alerts');
  await fixture.clock.forward(hourMs);
  let answerNow = () => {};
  const wait = new Promise<void>((resolve) => {
    answerNow = resolve;
  });
  endpoint.answer({ ...refused(70000), wait }, tokens('2', { refresh_token: 'refresh-2' }));
  const before = calls();
  const stopping = new AbortController();
  const ended = fixture.manager.start(stopping.signal);
  await waitFor(() => calls() > before, 'the refresh');
  stopping.abort();
  answerNow();
  await ended;
  assert.is(calls(), before + 1, 'the predecessor is not tried');
  assert.ok((await faultOf(fixture.manager.getToken('alerts'))).transient);
  await fixture.clock.forward(2 * hourMs);
  assert.ok((await faultOf(fixture.manager.getToken('alerts', { renew: 'access-1' }))).transient);
  assert.is(calls(), before + 1);
  const restarted = fixture.restart();
  assert.is((await restarted.getToken('alerts')).token, 'access-2', 'nobody has to sign in for that');
  await fixture.close();
});

test('Retry-After is honoured.', async () => {
  const fixture = await signedIn();
  await fixture.clock.forward(2 * hourMs);
  const inTenMinutes = new Date(Date.parse('2020-01-01T00:10:00Z')).toUTCString();
  for (const headers of [
    { 'retry-after': '600' },
    { 'retry-after': inTenMinutes, date: new Date(Date.parse('2020-01-01T00:00:00Z')).toUTCString() },
  ]) {
    endpoint.answer({ status: 429, headers, body: {} });
    await faultOf(fixture.manager.getToken('alerts'));
    const before = calls();
    await fixture.clock.forward(590_000);
    await faultOf(fixture.manager.getToken('alerts'));
    assert.is(calls(), before);
    await fixture.clock.forward(11_000);
    await faultOf(fixture.manager.getToken('alerts'));
    assert.is(calls(), before + 1);
    await fixture.clock.forward(hourMs);
  }
  await fixture.close();
});

test('The old refresh token goes on when the answer holds none.', async () => {
  const fixture = await signedIn();
  for (const name of ['1', '2', '3']) {
    await fixture.clock.forward(hourMs);
    endpoint.answer(tokens(name));
    assert.is((await fixture.manager.getToken('alerts')).token, `access-${name}`);
    assert.is(lastCall()['refresh_token'], 'refresh-0');
    assert.is((await fixture.grants.get('alerts'))?.refreshToken, 'refresh-0');
  }
  await fixture.close();
});

test('expires_in may be a text or missing, and tokens have no size limit.', async () => {
  const fixture = await signedIn({}, { expires_in: '7200', refresh_token: 'r'.repeat(100_000) });
  const lifetimeOf = async () => {
    const { expiresAt } = await fixture.manager.getToken('alerts');
    return (expiresAt.getTime() - fixture.clock.now().getTime()) / 1_000;
  };
  assert.is(await lifetimeOf(), 7_200);
  for (const strange of [undefined, 'soon', -5, 0, null, {}]) {
    await fixture.clock.forward(3 * hourMs);
    endpoint.answer(tokens('1', { access_token: 'a'.repeat(100_000), expires_in: strange }));
    assert.is(await lifetimeOf(), 3_600, String(strange));
    assert.is(lastCall()['refresh_token']?.length, 100_000);
  }
  await fixture.close();
});

test('A token is renewed 5 minutes early, and at half its life when it is short.', async () => {
  const fixture = await signedIn();
  endpoint.answer(tokens('1', { expires_in: 60 }));
  await fixture.clock.forward(54 * minuteMs);
  assert.is((await fixture.manager.getToken('alerts')).token, 'access-0');
  await fixture.clock.forward(minuteMs);
  assert.is((await fixture.manager.getToken('alerts')).token, 'access-1');
  endpoint.answer(tokens('2'));
  await fixture.clock.forward(29_000);
  assert.is((await fixture.manager.getToken('alerts')).token, 'access-1');
  await fixture.clock.forward(2_000);
  assert.is((await fixture.manager.getToken('alerts')).token, 'access-2');
  // A clock that is set back makes a token look fresh that is not.
  endpoint.answer(tokens('3'));
  await fixture.clock.set(new Date(fixture.clock.now().getTime() - 5 * hourMs));
  assert.is((await fixture.manager.getToken('alerts')).token, 'access-3');
  await fixture.close();
});

test('A refused refresh token gets its predecessor tried once.', async () => {
  const fixture = await signedIn();
  await fixture.clock.forward(hourMs);
  endpoint.answer(tokens('1', { refresh_token: 'refresh-1' }));
  await fixture.manager.getToken('alerts');
  await fixture.clock.forward(hourMs);
  endpoint.answer(refused(70000), tokens('2', { refresh_token: 'refresh-2' }));
  assert.is((await fixture.manager.getToken('alerts')).token, 'access-2');
  assert.is(lastCall()['refresh_token'], 'refresh-0');
  assert.is((await fixture.grants.get('alerts'))?.refreshToken, 'refresh-2');

  await fixture.clock.forward(hourMs);
  endpoint.answer(refused(50173));
  const before = calls();
  assert.is((await faultOf(fixture.manager.getToken('alerts'))).code, 'OAUTH_AUTHORIZATION_REQUIRED');
  assert.is(calls(), before + 2);
  await fixture.clock.forward(hourMs + 1);
  await faultOf(fixture.manager.getToken('alerts'));
  assert.is(calls(), before + 3, 'an hour later the newest alone');
  const { refreshToken, previousRefreshToken } = (await fixture.grants.get('alerts')) ?? {};
  assert.equal([refreshToken, previousRefreshToken], ['refresh-2', 'refresh-0']);
  await fixture.close();
});

test('A refresh that comes back late cannot replace a newer sign-in, nor speak against it.', async () => {
  for (const late of [tokens('late', { refresh_token: 'refresh-late' }), refused(50173), { status: 503 }]) {
    const fixture = await signedIn();
    await fixture.clock.forward(hourMs);
    let open = () => {};
    const wait = new Promise<void>((resolve) => {
      open = resolve;
    });
    endpoint.answer({ ...late, wait });
    const before = calls();
    const waiting = fixture.manager.getToken('alerts');
    await waitFor(() => calls() > before, 'the refresh');
    await signIn(fixture, { access_token: 'access-new', refresh_token: 'refresh-new' });
    open();
    assert.is((await waiting).token, 'access-new');
    assert.is((await fixture.manager.getToken('alerts')).token, 'access-new');
    assert.is((await fixture.grants.get('alerts'))?.refreshToken, 'refresh-new');
    assert.is(fixture.standing.size, 0);
    assert.is((await fixture.manager.status('alerts')).state, 'authorized');
    await fixture.close();
  }
});

test('One forced refresh for a token that a mail server refuses, and at most one a minute.', async () => {
  const fixture = await signedIn();
  endpoint.answer(tokens('1'));
  const before = calls();
  assert.is((await fixture.manager.getToken('alerts', { renew: 'access-0' })).token, 'access-1');
  assert.is((await fixture.manager.getToken('alerts', { renew: 'access-0' })).token, 'access-1', 'is newer');
  assert.is(
    (await fixture.manager.getToken('alerts', { renew: 'access-1' })).token,
    'access-1',
    'as new as can be',
  );
  assert.is(calls(), before + 1);
  await fixture.clock.forward(minuteMs);
  endpoint.answer(tokens('2'));
  assert.is((await fixture.manager.getToken('alerts', { renew: 'access-1' })).token, 'access-2');
  // The refused token is not handed out again when the refresh fails.
  await fixture.clock.forward(minuteMs);
  endpoint.answer({ status: 503 });
  assert.is(
    (await faultOf(fixture.manager.getToken('alerts', { renew: 'access-2' }))).code,
    'OAUTH_TEMPORARY',
  );
  assert.is((await fixture.manager.getToken('alerts')).token, 'access-2', 'another server may take it');
  await fixture.close();
});

test('A client that is told it asks in a loop stops for ten minutes.', async () => {
  const fixture = await signedIn();
  await fixture.clock.forward(2 * hourMs);
  endpoint.answer(refused(50196, 'invalid_grant'));
  await faultOf(fixture.manager.getToken('alerts'));
  const before = calls();
  await fixture.clock.forward(9.9 * minuteMs);
  assert.is(
    (await faultOf(fixture.manager.getToken('alerts', { renew: 'access-0' }))).code,
    'OAUTH_TEMPORARY',
  );
  assert.is(calls(), before);
  await fixture.close();
});

test('An expired client secret asks an administrator, and mends by itself when it is replaced.', async () => {
  const fixture = await signedIn();
  await fixture.clock.forward(hourMs);
  endpoint.answer(refused(7000222, 'invalid_client'));
  const before = calls();
  for (let round = 0; round < 5; round += 1) {
    const fault = await faultOf(fixture.manager.getToken('alerts'));
    assert.is(fault.code, 'OAUTH_CONFIGURATION_REQUIRED');
    assert.match(fault.message, /client secret has expired \(AADSTS7000222\)/);
    assert.match(fault.remedy, 'make a new client secret');
  }
  assert.is(calls(), before + 1);
  assert.is(fixture.raised.count, 1);
  assert.is((await fixture.manager.status('alerts')).state, 'configuration-required');
  assert.ok(await fixture.manager.authorizationUrl('alerts'));

  // A passing failure meanwhile does not hide it.
  endpoint.answer({ status: 503 });
  await fixture.clock.forward(5 * minuteMs);
  assert.is((await faultOf(fixture.manager.getToken('alerts'))).code, 'OAUTH_CONFIGURATION_REQUIRED');
  endpoint.answer(tokens('1'));
  await fixture.clock.forward(5 * minuteMs);
  assert.is((await fixture.manager.getToken('alerts')).token, 'access-1');
  assert.is(fixture.standing.size, 0);
  await fixture.close();
});

test('What is still good is served while an administrator is asked, until a mail server refuses it.', async () => {
  const fixture = await signedIn();
  endpoint.answer(refused(7000222, 'invalid_client'));
  await fixture.clock.forward(56 * minuteMs);
  assert.is((await fixture.manager.getToken('alerts')).token, 'access-0');
  assert.ok(fixture.standing.has('OAUTH_CONFIGURATION_REQUIRED'));
  await faultOf(fixture.manager.getToken('alerts', { renew: 'access-0' }));
  await faultOf(fixture.manager.getToken('alerts'));
  await fixture.close();
});

test('A grant is refreshed once a day though nothing is sent, and what is wrong is raised at the start.', async () => {
  const fixture = await signedIn({}, { expires_in: 100 * 3_600 });
  endpoint.answer(tokens('1', { expires_in: 100 * 3_600 }), refused(50173));
  const stop = new AbortController();
  const running = fixture.manager.start(stop.signal);
  await waitFor(() => fixture.standing.size > 0, 'the other account has no grant');
  assert.match(
    fixture.standing.get('OAUTH_AUTHORIZATION_REQUIRED')?.message ?? '',
    'nobody has signed in yet',
  );
  fixture.standing.clear();
  const before = calls();
  await fixture.clock.forward(23 * hourMs);
  assert.is(calls(), before);
  await fixture.clock.forward(1.1 * hourMs);
  await waitFor(() => calls() > before, 'the daily refresh');
  await waitFor(async () => (await fixture.grants.get('alerts'))?.generation === 2, 'its result on disk');
  await fixture.clock.forward(26 * hourMs);
  await waitFor(
    () => fixture.standing.get('OAUTH_AUTHORIZATION_REQUIRED')?.subject === 'alerts',
    'the refusal',
  );
  assert.ok(fixture.standing.get('OAUTH_AUTHORIZATION_REQUIRED')?.authorizationUrl);
  stop.abort();
  await running;
  await fixture.close();
});

test('A stop waits for the refresh under way, so that no rotated refresh token is lost.', async () => {
  for (const asked of ['by itself', 'by a caller']) {
    const fixture = await signedIn();
    let open = () => {};
    const wait = new Promise<void>((resolve) => {
      open = resolve;
    });
    endpoint.answer({ ...tokens('1', { refresh_token: 'refresh-1' }), wait });
    const before = calls();
    const stop = new AbortController();
    if (asked === 'by itself') await fixture.clock.forward(hourMs);
    let stopped = false;
    const running = fixture.manager.start(stop.signal).then(() => {
      stopped = true;
    });
    await waitFor(() => fixture.standing.size > 0, 'the other account is told of');
    const renewed = fixture.manager.getToken('alerts', { renew: 'access-0' });
    await waitFor(() => calls() > before, 'the refresh');
    stop.abort();
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.not(stopped, asked);
    open();
    await Promise.all([running, renewed]);
    assert.is((await fixture.grants.get('alerts'))?.refreshToken, 'refresh-1');
    await fixture.close();
  }
});

test('A sign-in that gives no refresh token keeps the one of the same person.', async () => {
  const fixture = await signedIn();
  await signIn(fixture, { access_token: 'access-new', refresh_token: undefined });
  assert.is((await fixture.manager.getToken('alerts')).token, 'access-new');
  assert.is((await fixture.grants.get('alerts'))?.refreshToken, 'refresh-0');
  await fixture.close();
});

test('A server that fails for half an hour while no token is left is told, and cleared by the first success.', async () => {
  const fixture = await signedIn();
  await fixture.clock.forward(hourMs);
  endpoint.answer({ status: 503 });
  await faultOf(fixture.manager.getToken('alerts'));
  assert.is(fixture.standing.size, 0);
  await fixture.clock.forward(hourMs / 2);
  await faultOf(fixture.manager.getToken('alerts'));
  assert.is(fixture.standing.get('OAUTH_TEMPORARY')?.severity, 'warning');
  endpoint.answer(tokens('1'));
  await fixture.clock.forward(hourMs / 2);
  await fixture.manager.getToken('alerts');
  assert.is(fixture.standing.size, 0);
  await fixture.close();
});

test('A caller who gives up waiting leaves the refresh to the others.', async () => {
  const fixture = await signedIn();
  await fixture.clock.forward(hourMs);
  let open = () => {};
  const wait = new Promise<void>((resolve) => {
    open = resolve;
  });
  endpoint.answer({ ...tokens('1'), wait });
  const impatient = new AbortController();
  const gone = fixture.manager
    .getToken('alerts', { signal: impatient.signal })
    .catch((error: unknown) => error);
  const patient = fixture.manager.getToken('alerts');
  const before = calls();
  await waitFor(() => calls() >= before, 'the refresh');
  impatient.abort(new Error('no time'));
  assert.match(String(await gone), 'no time');
  open();
  assert.is((await patient).token, 'access-1');
  await fixture.close();
});

test('A sign-in is not held up by a refresh that hangs, nor spoilt by a passing failure.', async () => {
  const fixture = await signedIn({ timeLimitMs: 500 });
  await fixture.clock.forward(hourMs);
  endpoint.answer({ wait: 'forever' });
  const hanging = fixture.manager.getToken('alerts');
  await signIn(fixture, { access_token: 'access-new' });
  assert.is((await hanging).token, 'access-new');

  const url = new URL(await fixture.manager.authorizationUrl('alerts'));
  const callback = `${redirectUri}?code=c&state=${url.searchParams.get('state')}`;
  endpoint.answer({ status: 503 });
  assert.is((await faultOf(fixture.manager.complete(callback))).code, 'OAUTH_TEMPORARY');
  endpoint.answer(refused(54005));
  assert.is((await faultOf(fixture.manager.complete(callback))).code, 'OAUTH_RESTART');
  assert.is((await faultOf(fixture.manager.complete(callback))).code, 'OAUTH_STATE_UNKNOWN');
  await fixture.close();
});

test('Without an id_token the sign-in is accepted and said so; a missing scope is named.', async () => {
  const smtp = 'https://outlook.office.com/SMTP.Send';
  const fixture = await signedIn(
    {
      oauth: {
        ...oauth,
        scope: `openid offline_access ${smtp} https://outlook.office.com/IMAP.AccessAsUser.All`,
      },
    },
    { id_token: undefined, scope: smtp },
  );
  const log = fixture.logged.join('\n');
  assert.match(log, 'does not tell who signed in');
  assert.match(log, 'IMAP.AccessAsUser.All');
  assert.is((await fixture.manager.status('alerts')).authorizedAs, 'alerts@example.com');
  // A refresh that asks for more than was granted is narrowed.
  await fixture.clock.forward(hourMs);
  endpoint.answer({ status: 400, body: { error: 'invalid_scope' } }, tokens('1'));
  assert.is((await fixture.manager.getToken('alerts')).token, 'access-1');
  assert.is(lastCall()['scope'], smtp);
  await fixture.close();
});

test('A provider that gives no refresh token is told when its access token ends.', async () => {
  const fixture = await signedIn({}, { refresh_token: undefined });
  assert.match(fixture.logged.join('\n'), 'no refresh token');
  assert.is((await fixture.manager.getToken('alerts')).token, 'access-0');
  await fixture.clock.forward(hourMs);
  const fault = await faultOf(fixture.manager.getToken('alerts'));
  assert.is(fault.code, 'OAUTH_AUTHORIZATION_REQUIRED');
  assert.match(fault.message, 'offline_access');
  await fixture.close();
});

test('An account that is not there, or has a password, is a fault.', async () => {
  const fixture = await startFixture({ oauth });
  for (const name of ['nobody', '__proto__', ''])
    assert.is((await faultOf(fixture.manager.getToken(name))).code, 'CONFIG_INVALID');
  await fixture.close();
});

test.run();
