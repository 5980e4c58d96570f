import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { AccountStatus } from '../../src/core/status.js';
import type { TokenReply } from '../helpers/token-endpoint.js';
import { faultOf, redirectUri, startFixture, waitFor } from './fixture.js';
import {
  calls,
  endpoint,
  held,
  hourMs,
  minuteMs,
  oauth,
  refused,
  signedIn,
  signIn,
  tokens,
} from './scripted.js';

test.after(() => endpoint.close());

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

test('A passing failure asks nobody to sign in, and a token that is still good is served on, without waiting.', async () => {
  const fixture = await signedIn({ timeLimitMs: 3_000 });
  await fixture.clock.forward(56 * minuteMs);
  endpoint.answer({ status: 503 });
  for (let left = 4; left > 0; left -= 1) {
    assert.is((await fixture.manager.getToken('alerts')).token, 'access-0', `${left} minutes are left`);
    assert.is((await fixture.manager.status('alerts')).state, 'degraded');
    await fixture.clock.forward(minuteMs);
  }
  assert.is((await faultOf(fixture.manager.getToken('alerts'))).code, 'OAUTH_TEMPORARY');
  assert.is(fixture.raised.count, 0);

  await signIn(fixture, { access_token: 'access-new' });
  await fixture.clock.forward(56 * minuteMs);
  endpoint.answer({ status: 503 }, { wait: 'forever' });
  await fixture.manager.getToken('alerts');
  await fixture.clock.forward(6_000);
  const before = calls();
  const startedAt = Date.now();
  assert.is((await fixture.manager.getToken('alerts')).token, 'access-new');
  assert.ok(Date.now() - startedAt < 1_000);
  await waitFor(() => calls() > before, 'the next try');
  await signIn(fixture, { access_token: 'access-newest' });
  await fixture.close();
});

test('The authorization URL can be had in every state, without a working connection.', async () => {
  const fixture = await startFixture({ oauth });
  const cut = () => fixture.restart({ oauth: { ...oauth, tokenUrl: 'http://127.0.0.1:1/token' } });
  const isIn = async (state: AccountStatus['state'], manager = fixture.manager) => {
    assert.is((await manager.status('alerts')).state, state);
    for (const each of [manager, cut()]) {
      const shown = new URL(await each.authorizationUrl('alerts'));
      assert.is(`${shown.origin}${shown.pathname}`, oauth.authorizationUrl);
      assert.ok(await each.authorizationUrl('alerts', { cookie: 'biscuit' }), state);
    }
  };
  await faultOf(fixture.manager.getToken('alerts'));
  await isIn('authorization-required');
  await signIn(fixture);
  await isIn('authorized');
  await fixture.clock.forward(2 * hourMs);
  const offline = cut();
  await faultOf(offline.getToken('alerts'));
  await isIn('degraded', offline);
  const { wait, open } = held();
  endpoint.answer({ ...refused(7000222, 'invalid_client'), wait });
  const before = calls();
  const asked = faultOf(fixture.manager.getToken('alerts'));
  await waitFor(() => calls() > before, 'the refresh');
  await isIn('refreshing');
  open();
  await asked;
  await isIn('configuration-required');
  endpoint.answer(refused(50173));
  await fixture.clock.forward(hourMs);
  await faultOf(fixture.manager.getToken('alerts'));
  await isIn('authorization-required');
  await signIn(fixture);
  await isIn('authorized');
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

test('An account that is not there, or has a password, is a fault.', async () => {
  const fixture = await startFixture({ oauth });
  for (const name of ['nobody', '__proto__', ''])
    assert.is((await faultOf(fixture.manager.getToken(name))).code, 'CONFIG_INVALID');
  await fixture.close();
});

test.run();
