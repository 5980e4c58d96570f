import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { until } from '../helpers/until.js';
import { dayMs, hourMs, refused, type Scene, startScene, tokens } from './expiry-scene.js';

const test = suite<{ scenes: Scene[] }>('keep-alive', { scenes: [] });

test.after.each(async ({ scenes }) => {
  for (const scene of scenes.splice(0)) await scene.close();
});

async function open(scenes: Scene[], ...args: Parameters<typeof startScene>): Promise<Scene> {
  const scene = await startScene(...args);
  scenes.push(scene);
  return scene;
}

const inDays = (days: number) => new Date(Date.parse('2026-03-01') + days * dayMs);
const signInCode = 'OAUTH_SIGN_IN_EXPIRING alerts';

test('A quiet installation keeps its grant for 100 days at a server that ends what was unused for 90.', async ({
  scenes,
}) => {
  const scene = await open(scenes, 'microsoft365');
  const run = await scene.run();
  await run.signIn(tokens({ refresh_token: 'refresh-0' }));
  scene.told.length = 0;
  for (let day = 1; day <= 100; day += 1) {
    scene.endpoint.answer(tokens({ access_token: `access-${day}`, refresh_token: `refresh-${day}` }));
    const before = scene.endpoint.requests.length;
    await run.pass(dayMs, dayMs / 2);
    const asked = scene.endpoint.requests.slice(before);
    assert.is(asked.length, 1, `one refresh on day ${day}`);
    assert.is(asked[0]?.parameters['refresh_token'], `refresh-${day - 1}`);
  }
  assert.equal(scene.told, []);
  const { state, expiries } = await run.manager.status('alerts');
  assert.is(state, 'authorized');
  const [expiry] = expiries ?? [];
  assert.equal([expiry?.what, expiry?.renewed, expiry?.warnedDays], ['sign-in', true, undefined]);
  assert.ok(expiry && expiry.at > inDays(189), 'the horizon is 90 days after the last refresh');
  assert.is((await run.manager.getToken('alerts')).token, 'access-100');
  await run.stop();
});

test('A sign-in that cannot be refreshed for months is warned of before it ends, and nobody is asked to sign in yet.', async ({
  scenes,
}) => {
  const scene = await open(scenes, 'microsoft365');
  const run = await scene.run();
  await run.signIn(tokens({ refresh_token: 'refresh-0' }));
  scene.told.length = 0;
  scene.endpoint.answer({ status: 503, body: 'down', headers: { 'retry-after': '3600' } });
  await run.pass(89.5 * dayMs, dayMs / 2);
  const { state, expiries, since, nextTryAt } = await run.manager.status('alerts');
  assert.is(state, 'degraded');
  assert.equal(since, inDays(1));
  assert.ok(nextTryAt && nextTryAt > inDays(89));
  assert.equal(expiries, [{ what: 'sign-in', at: inDays(90), renewed: true, warnedDays: 1 }]);
  assert.equal(
    scene.told.filter((each) => each.includes(signInCode)).map((each) => each.replace(signInCode, '')),
    [
      'day 30.0: raised  at 60 days',
      'day 60.0: reminded  at 30 days',
      'day 76.0: reminded  at 14 days',
      'day 83.0: reminded  at 7 days',
      'day 89.0: reminded  at 1 day',
    ],
  );
  const warning = run.errors.list().find(({ code }) => code === 'OAUTH_SIGN_IN_EXPIRING');
  assert.match(
    warning?.message ?? '',
    'ends on 2026-05-30 at 00:00 UTC, within a day: it cannot be refreshed.',
  );
  scene.endpoint.answer(tokens({ refresh_token: 'refresh-1' }));
  await run.pass(hourMs, hourMs);
  assert.equal(run.errors.list(), []);
  assert.is((await run.manager.status('alerts')).state, 'authorized');
  await run.stop();
});

test("One account's error stands while another account works.", async ({ scenes }) => {
  const scene = await open(scenes, 'generic', 'backup');
  const run = await scene.run();
  await run.signIn(tokens({ refresh_token: 'refresh-a' }));
  scene.endpoint.answer(refused('invalid_grant'));
  await run.pass(1.5 * dayMs);
  const told = scene.told.length;
  await run.signIn(tokens({ refresh_token: 'refresh-b' }), 'backup');
  scene.endpoint.answer(refused('invalid_grant'));
  await run.pass(2 * hourMs, hourMs);
  assert.is((await run.manager.getToken('backup')).token, 'access');
  const standing = () => run.errors.list().map(({ code, subject }) => `${code} ${subject}`);
  assert.equal(standing(), ['OAUTH_AUTHORIZATION_REQUIRED alerts']);
  assert.is((await run.manager.status('backup')).state, 'authorized');
  assert.ok(
    !scene.told.slice(told).some((each) => each.includes('cleared OAUTH_AUTHORIZATION_REQUIRED alerts')),
  );
  scene.endpoint.answer(tokens());
  await run.pass(2 * hourMs, hourMs);
  assert.equal(standing(), [], 'the first success of the account itself clears it');
  await run.stop();
});

test('While a new access token is fetched the account is refreshing, and authorized again afterwards.', async ({
  scenes,
}) => {
  const scene = await open(scenes, 'microsoft365');
  const run = await scene.run();
  await run.signIn(tokens({ refresh_token: 'refresh-0', expires_in: 3_600 }));
  let answer = () => {};
  const wait = new Promise<void>((resolve) => {
    answer = resolve;
  });
  scene.endpoint.answer({ ...tokens({ access_token: 'access-1' }), wait });
  await scene.clock.forward(56 * 60_000);
  const state = async () => (await run.manager.status('alerts')).state;
  await until('the refresh', async () => (await state()) === 'refreshing');
  answer();
  await until('its end', async () => (await state()) === 'authorized');
  await run.stop();
});

test.run();
