import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { GrantDocument } from '../../src/auth/grant.js';
import { Fault } from '../../src/core/fault.js';
import type { Collection } from '../../src/core/store.js';
import { faultOf, secret, waitFor } from './fixture.js';
import {
  calls,
  endpoint,
  held,
  hourMs,
  lastCall,
  minuteMs,
  refused,
  signedIn,
  signIn,
  tokens,
} from './scripted.js';

test.after(() => endpoint.close());

test('A thousand callers, one refresh.', async () => {
  const fixture = await signedIn();
  await fixture.clock.forward(hourMs);
  const before = calls();
  const { wait, open } = held();
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

test('One refresh at a time for a grant, and what is stored is read again before it.', async () => {
  const fixture = await signedIn();
  const [one, two] = [fixture.restart(), fixture.restart()];
  for (const manager of [one, two]) await manager.getToken('alerts');
  await fixture.clock.forward(hourMs);
  const { wait, open } = held();
  endpoint.answer({ ...tokens('1', { refresh_token: 'refresh-1' }), wait });
  const before = calls();
  const stop = new AbortController();
  const running = fixture.manager.start(stop.signal);
  const asking = [
    fixture.manager.getToken('alerts'),
    fixture.manager.getToken('alerts', { renew: 'access-0' }),
    fixture.manager.renewNow('alerts'),
  ];
  await waitFor(() => calls() > before, 'the refresh');
  open();
  for (const { token } of await Promise.all(asking)) assert.is(token, 'access-1');
  stop.abort();
  await running;
  assert.is(calls(), before + 1, 'whoever asks, and the schedule');

  assert.is((await one.getToken('alerts')).token, 'access-1', 'what is stored is newer than what it knew');
  assert.is(calls(), before + 1);
  await fixture.clock.forward(hourMs);
  endpoint.answer(tokens('2', { refresh_token: 'refresh-2' }));
  assert.is((await two.getToken('alerts')).token, 'access-2');
  assert.is(lastCall()['refresh_token'], 'refresh-1', 'the stored one, and not the one that it knew');
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

test('A rotated refresh token is kept before its access token is handed out, and the one before it for one generation.', async () => {
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

test('A refresh token is never deleted by itself, whatever is answered.', async () => {
  const fixture = await signedIn();
  await fixture.clock.forward(hourMs);
  endpoint.answer(tokens('1', { refresh_token: 'refresh-1' }));
  await fixture.manager.getToken('alerts');
  const kept = async () => {
    const { refreshToken, previousRefreshToken } = (await fixture.grants.get('alerts')) ?? {};
    return [refreshToken, previousRefreshToken];
  };
  for (const answer of [
    refused(50173),
    refused(700082),
    refused(7000222, 'invalid_client'),
    refused(53003, 'interaction_required'),
    refused(123456789, 'unheard_of'),
    { status: 400, body: { error: 'invalid_grant' } },
    { status: 400, body: { error: 'unauthorized_client' } },
    { status: 400, body: '<html>' },
    { status: 503 },
    { status: 200, body: { refresh_token: '', access_token: '' } },
  ]) {
    const which = JSON.stringify(answer);
    await fixture.clock.forward(2 * hourMs);
    endpoint.answer(answer);
    const before = calls();
    await faultOf(fixture.manager.getToken('alerts'));
    assert.ok(calls() > before, which);
    assert.equal(await kept(), ['refresh-1', 'refresh-0'], which);
    const stranger = fixture.restart({ user: 'boss@example.com' });
    await faultOf(stranger.getToken('alerts'));
    assert.equal(await kept(), ['refresh-1', 'refresh-0'], 'the settings name another user for a while');
  }
  await fixture.clock.forward(2 * hourMs);
  endpoint.answer(tokens('2'));
  assert.is((await fixture.restart().getToken('alerts')).token, 'access-2', 'and it is used again');
  assert.is(lastCall()['refresh_token'], 'refresh-1');
  await fixture.close();
});

test('Where an answer holds no refresh token, the old one goes on.', async () => {
  const fixture = await signedIn();
  for (const name of ['1', '2', '3']) {
    await fixture.clock.forward(hourMs);
    endpoint.answer(tokens(name));
    assert.is((await fixture.manager.getToken('alerts')).token, `access-${name}`);
    assert.is(lastCall()['refresh_token'], 'refresh-0');
    assert.is((await fixture.grants.get('alerts'))?.refreshToken, 'refresh-0');
  }
  // So does the one before it, where that is the one that worked.
  await fixture.clock.forward(hourMs);
  endpoint.answer(tokens('4', { refresh_token: 'refresh-4' }));
  await fixture.manager.getToken('alerts');
  await fixture.clock.forward(hourMs);
  endpoint.answer(refused(70000), tokens('5'));
  assert.is((await fixture.manager.getToken('alerts')).token, 'access-5');
  await fixture.clock.forward(hourMs);
  endpoint.answer(tokens('6'));
  await fixture.manager.getToken('alerts');
  assert.is(lastCall()['refresh_token'], 'refresh-0');
  await fixture.close();
});

test('A refresh that comes back late is of an older generation: it cannot replace a newer grant, nor speak against it.', async () => {
  for (const late of [tokens('late', { refresh_token: 'refresh-late' }), refused(50173), { status: 503 }]) {
    const fixture = await signedIn();
    await fixture.clock.forward(hourMs);
    const { wait, open } = held();
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

test('A refusal of the old grant that comes after the next sign-in raises nothing.', async () => {
  const fixture = await signedIn();
  await fixture.clock.forward(hourMs);
  const { wait, open } = held();
  endpoint.answer({ ...refused(50173), wait });
  const before = calls();
  const late = faultOf(fixture.manager.getToken('alerts', { renew: 'access-0' })).catch(() => undefined);
  await waitFor(() => calls() > before, 'the refresh');
  await signIn(fixture, { access_token: 'access-new' });
  assert.is((await fixture.manager.getToken('alerts')).token, 'access-new');
  open();
  await late;
  assert.is((await fixture.manager.getToken('alerts')).token, 'access-new');
  assert.is((await fixture.manager.status('alerts')).state, 'authorized');
  assert.is(fixture.standing.size, 0);
  assert.is(fixture.raised.count, 0);
  await fixture.close();
});

test('A token that a mail server refuses before its end is renewed once, then the refusal stands, and that at most once a minute.', async () => {
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
  // What the authorization server says then is what the refusal of the mail server means.
  await fixture.clock.forward(minuteMs);
  endpoint.answer(refused(50173));
  const fault = await faultOf(fixture.manager.getToken('alerts', { renew: 'access-2' }));
  assert.is(fault.code, 'OAUTH_AUTHORIZATION_REQUIRED');
  const refusals = calls();
  for (let second = 0; second < 60; second += 1) {
    await faultOf(fixture.manager.getToken('alerts', { renew: 'access-2' }));
    await fixture.clock.forward(1_000);
  }
  assert.is(calls(), refusals, 'a mailbox that tries again and again costs no call');
  await fixture.close();
});

test('A caller who gives up waiting leaves the refresh to the others.', async () => {
  const fixture = await signedIn();
  await fixture.clock.forward(hourMs);
  const { wait, open } = held();
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

test('Once it stops, no call of the token endpoint is begun whose answer could no longer be written.', async () => {
  const fixture = await signedIn();
  await fixture.clock.forward(hourMs);
  endpoint.answer(tokens('1', { refresh_token: 'refresh-1' }));
  await fixture.manager.getToken('alerts');
  await fixture.clock.forward(hourMs);
  const { wait, open } = held();
  endpoint.answer({ ...refused(70000), wait }, tokens('2', { refresh_token: 'refresh-2' }));
  const before = calls();
  const stopping = new AbortController();
  const ended = fixture.manager.start(stopping.signal);
  await waitFor(() => calls() > before, 'the refresh');
  stopping.abort();
  open();
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

test('A stop waits for the refresh under way, so that no rotated refresh token is lost.', async () => {
  for (const asked of ['by itself', 'by a caller']) {
    const fixture = await signedIn();
    const { wait, open } = held();
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

test.run();
