import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { testCertificate } from '../helpers/certificate.js';
import type { TokenReply } from '../helpers/token-endpoint.js';
import { faultOf, waitFor } from './fixture.js';
import { calls, endpoint, hourMs, lastCall, minuteMs, oauth, refused, signedIn, tokens } from './scripted.js';

test.after(() => endpoint.close());

test('expires_in may be a text or missing.', async () => {
  const fixture = await signedIn({}, { expires_in: '7200' });
  const lifetimeOf = async () => {
    const { expiresAt } = await fixture.manager.getToken('alerts');
    return (expiresAt.getTime() - fixture.clock.now().getTime()) / 1_000;
  };
  assert.is(await lifetimeOf(), 7_200);
  for (const strange of [undefined, 'soon', -5, 0, null, {}]) {
    await fixture.clock.forward(3 * hourMs);
    endpoint.answer(tokens('1', { expires_in: strange }));
    assert.is(await lifetimeOf(), 3_600, String(strange));
  }
  await fixture.close();
});

test('Tokens have no size limit.', async () => {
  const large = (letter: string) => ({
    access_token: letter.repeat(100_000),
    refresh_token: letter.toUpperCase().repeat(100_000),
  });
  const fixture = await signedIn({}, large('a'));
  assert.is((await fixture.manager.getToken('alerts')).token, 'a'.repeat(100_000));
  await fixture.clock.forward(hourMs);
  endpoint.answer(tokens('1', large('b')));
  assert.is((await fixture.restart().getToken('alerts')).token, 'b'.repeat(100_000));
  assert.is(lastCall()['refresh_token'], 'A'.repeat(100_000));
  assert.is((await fixture.grants.get('alerts'))?.refreshToken, 'B'.repeat(100_000));
  await fixture.close();
});

test('A token is renewed 5 minutes early, also by a clock that is set back, or that slept with the machine.', async () => {
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

  endpoint.answer(tokens('4'));
  await fixture.clock.set(new Date(fixture.clock.now().getTime() + 10 * hourMs));
  assert.is((await fixture.manager.getToken('alerts')).token, 'access-4');
  await fixture.close();
});

test('A clock that is skewed shortens no token, and a certificate is dated by the clock of the server.', async () => {
  const { key, cert } = await testCertificate();
  const fixture = await signedIn({ oauth: { ...oauth, certificate: { certificate: cert, key } } });
  await fixture.clock.forward(5 * hourMs);
  const stale: TokenReply = { status: 401, body: { error: 'invalid_client' } };
  endpoint.answer(stale, tokens('1'));
  const before = calls();
  const { token, expiresAt } = await fixture.manager.getToken('alerts');
  assert.is(token, 'access-1');
  assert.is(expiresAt.getTime() - fixture.clock.now().getTime(), hourMs);
  const times = endpoint.requests.slice(before).map(({ parameters }) => {
    const [, claims = ''] = (parameters['client_assertion'] ?? '').split('.');
    const { iat, nbf, exp } = JSON.parse(Buffer.from(claims, 'base64url').toString());
    assert.equal([nbf, exp], [iat, iat + 300]);
    return iat * 1_000;
  });
  assert.is(times.length, 2);
  assert.is(times[0], fixture.clock.now().getTime(), 'by our own clock first');
  assert.ok(Math.abs((times[1] ?? 0) - Date.now()) < minuteMs, 'then by that of the server');
  assert.is(fixture.raised.count, 0);

  // What is refused by the right clock too is an administrator's to mend.
  await fixture.clock.forward(hourMs);
  endpoint.answer(stale);
  assert.is((await faultOf(fixture.manager.getToken('alerts'))).code, 'OAUTH_CONFIGURATION_REQUIRED');
  assert.is(calls(), before + 4);
  await fixture.close();
});

test('A grant is refreshed on a schedule, also when nothing is sent, and what is wrong is told then.', async () => {
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

test.run();
