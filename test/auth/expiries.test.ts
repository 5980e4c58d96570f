import { X509Certificate } from 'node:crypto';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { testCertificate } from '../helpers/certificate.js';
import { dayMs, hourMs, refused, type Scene, startScene, tokens } from './expiry-scene.js';

const test = suite<{ scenes: Scene[] }>('expiries', { scenes: [] });

test.after.each(async ({ scenes }) => {
  for (const scene of scenes.splice(0)) await scene.close();
});

async function open(scenes: Scene[], ...args: Parameters<typeof startScene>): Promise<Scene> {
  const scene = await startScene(...args);
  scenes.push(scene);
  return scene;
}

const inDays = (days: number) => new Date(Date.parse('2026-03-01') + days * dayMs);
const secretCode = 'OAUTH_CLIENT_EXPIRING alerts';
const signInCode = 'OAUTH_SIGN_IN_EXPIRING alerts';

test('A client secret that ends in 60 days is told at 60, 30, 14, 7 and 1 days, once each, over restarts.', async ({
  scenes,
}) => {
  const scene = await open(scenes, 'generic');
  const oauth = { clientSecretExpires: inDays(61) };
  const first = await scene.run(oauth);
  await first.signIn(tokens({ refresh_token: 'refresh-0' }));
  assert.is((await first.manager.status('alerts')).state, 'authorized');
  scene.endpoint.answer(tokens());
  scene.told.length = 0;
  await first.stop();
  for (let day = 0; day < 62; day += 1) {
    const run = await scene.run(oauth);
    await run.pass(dayMs);
    if (day === 50) {
      const [error] = run.errors.list();
      assert.is(error?.severity, 'warning');
      assert.is(error?.message, 'The client secret of account alerts ends on 2026-05-01, in 10 days.');
      assert.match(error?.remedy ?? '', 'clientSecretExpires');
      assert.is(error?.authorizationUrl, undefined);
      const { state, expiries } = await run.manager.status('alerts');
      assert.is(state, 'expiring');
      assert.equal(expiries, [{ what: 'client secret', at: inDays(61), renewed: false, warnedDays: 14 }]);
    }
    await run.stop();
  }
  assert.equal(scene.told, [
    `day 1.0: raised ${secretCode} at 60 days`,
    `day 31.0: reminded ${secretCode} at 30 days`,
    `day 47.0: reminded ${secretCode} at 14 days`,
    `day 54.0: reminded ${secretCode} at 7 days`,
    `day 60.0: reminded ${secretCode} at 1 day`,
  ]);

  const late = await scene.run(oauth);
  assert.is(late.errors.list()[0]?.message, 'The client secret of account alerts was to end on 2026-05-01.');
  await late.stop();
  const renewed = await scene.run({ clientSecretExpires: inDays(700) });
  assert.equal(renewed.errors.list(), []);
  assert.is((await renewed.manager.status('alerts')).state, 'authorized');
  assert.match(scene.told.at(-1) ?? '', `cleared ${secretCode}`);
  await renewed.stop();
});

for (const tells of [true, false])
  test(`A sign-in that dies after 7 days in Google's "Testing" is told as such, where Google ${tells ? 'tells' : 'does not tell'} its end.`, async ({
    scenes,
  }) => {
    const scene = await open(scenes, 'google');
    const end = {
      get refresh_token_expires_in() {
        return tells ? Math.floor((inDays(7).getTime() - scene.clock.now().getTime()) / 1_000) : undefined;
      },
    };
    const first = await scene.run();
    await first.signIn(tokens({ refresh_token: 'refresh-0', ...end }));
    scene.told.length = 0;
    scene.endpoint.answer({ body: Object.assign(end, tokens().body) });
    await first.pass(6.5 * dayMs, hourMs);
    const warning = first.errors.list().find(({ code }) => code === 'OAUTH_SIGN_IN_EXPIRING');
    assert.is(warning !== undefined, tells);
    if (warning) {
      assert.match(warning.message, 'the app is in "Testing", where every sign-in lasts 7 days.');
      assert.match(
        warning.remedy,
        /^Publish the app .*or make it "Internal".*sign in as alerts@example\.com/,
      );
      assert.is(warning.authorizationUrl, 'https://monitor.example.com/authorize/alerts');
      assert.equal(scene.told, [
        `day 1.0: raised ${signInCode} at 7 days`,
        `day 6.0: reminded ${signInCode} at 1 day`,
      ]);
      assert.is((await first.manager.status('alerts')).state, 'expiring');
    }
    scene.endpoint.answer(refused('invalid_grant'));
    await first.pass(dayMs, hourMs);
    await first.stop();
    const second = await scene.run();
    await second.pass(5 * dayMs, dayMs);
    const { state, detail = '', remedy = '', expiries } = await second.manager.status('alerts');
    assert.is(state, 'authorization-required');
    assert.match(detail, 'it ended 7 days after the sign-in: the app is in "Testing"');
    assert.match(remedy, 'Publish the app');
    assert.is(expiries, undefined);
    assert.equal(
      second.errors.list().map(({ code, remedy: said }) => [code, said === remedy]),
      [['OAUTH_AUTHORIZATION_REQUIRED', true]],
    );
    await second.stop();
  });

test('An invalid_grant at another age is not taken for that.', async ({ scenes }) => {
  for (const days of [3, 10]) {
    const scene = await open(scenes, 'google');
    const run = await scene.run();
    await run.signIn(tokens({ refresh_token: 'refresh-0' }));
    scene.endpoint.answer(tokens());
    await run.pass(days * dayMs, dayMs);
    scene.endpoint.answer(refused('invalid_grant'));
    await run.pass(2 * dayMs, dayMs);
    const { state, detail = '' } = await run.manager.status('alerts');
    assert.is(state, 'authorization-required');
    assert.not.match(detail, 'Testing');
    await run.stop();
  }
});

test('The end of a certificate is read from it, and warned of like that of a secret.', async ({ scenes }) => {
  const scene = await open(scenes, 'microsoft365');
  const { cert, key } = await testCertificate();
  const ends = new Date(new X509Certificate(cert).validTo);
  await scene.clock.set(new Date(ends.getTime() - 12.5 * dayMs));
  const run = await scene.run({ certificate: { certificate: cert, key } });
  const [status] = (await run.manager.status('alerts')).expiries ?? [];
  assert.equal(status, { what: 'certificate', at: ends, renewed: false, warnedDays: 14 });
  const warning = run.errors.list().find(({ code }) => code === 'OAUTH_CLIENT_EXPIRING');
  assert.match(warning?.message ?? '', /^The certificate of account alerts ends on .*, in 13 days\.$/);
  assert.match(warning?.remedy ?? '', 'upload it at the provider');
  await run.stop();
});

test('The 24 hours of a single-page app are told as such, and the next sign-in ends the warning.', async ({
  scenes,
}) => {
  const scene = await open(scenes, 'microsoft365');
  const run = await scene.run();
  const short = (leftS: number) =>
    tokens({ expires_in: 3_600, refresh_token: 'refresh', refresh_token_expires_in: leftS });
  await run.signIn(short(86_400));
  scene.endpoint.answer(short(86_400 - 3_300));
  await run.pass(hourMs, hourMs);
  const [warning] = run.errors.list();
  assert.is(warning?.code, 'OAUTH_SIGN_IN_EXPIRING');
  assert.is(warning?.step, '1 day');
  assert.match(warning?.message ?? '', 'registered for a single-page app');
  assert.match(warning?.remedy ?? '', 'platform "Web"');
  await run.signIn(short(86_400));
  assert.equal(run.errors.list(), []);
  await run.stop();
});

test('An end that each refresh puts off is shown and never warned of.', async ({ scenes }) => {
  const scene = await open(scenes, 'generic');
  const run = await scene.run();
  const reply = tokens({ refresh_token: 'refresh', refresh_token_expires_in: '1209600' });
  await run.signIn(reply);
  scene.endpoint.answer(reply);
  scene.told.length = 0;
  await run.pass(30 * dayMs, dayMs);
  assert.equal(scene.told, []);
  const { state, expiries = [] } = await run.manager.status('alerts');
  assert.is(state, 'authorized');
  assert.equal([expiries[0]?.what, expiries[0]?.renewed], ['sign-in', true]);
  scene.endpoint.answer({ status: 503, body: 'down', headers: { 'retry-after': '3600' } });
  await run.pass(1.5 * dayMs);
  assert.is((await run.manager.status('alerts')).state, 'degraded');
  assert.not.ok(
    scene.told.some((each) => each.includes(signInCode)),
    'nor when it fails for a while',
  );
  await run.stop();
});

test('Nonsense about the end of a refresh token says nothing.', async ({ scenes }) => {
  for (const nonsense of [0, -1, 'soon', 1e30, null, {}, '']) {
    const scene = await open(scenes, 'generic');
    const run = await scene.run();
    await run.signIn(tokens({ refresh_token: 'refresh', refresh_token_expires_in: nonsense }));
    const { state, expiries } = await run.manager.status('alerts');
    assert.equal([state, expiries], ['authorized', undefined], String(nonsense));
    await run.stop();
  }
});

test.run();
