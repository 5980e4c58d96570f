import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { startAuthorizationServer } from '../helpers/authorization-server.js';
import { faultOf, redirectUri, secret, startFixture } from './fixture.js';

const start = (port = 0) =>
  startAuthorizationServer({
    users: ['alerts@example.com'],
    clientId: 'ackmail',
    clientSecret: secret,
    redirectUris: [redirectUri],
    port,
  });

test('The authorization URL can be had without a connection, once the endpoints were discovered.', async () => {
  const server = await start();
  const fixture = await startFixture({ oauth: { issuer: server.issuer } });
  const url = await fixture.manager.authorizationUrl('alerts');
  await fixture.manager.complete(await server.signIn(url, 'alerts@example.com'));
  await server.close();

  const restarted = fixture.restart();
  const offline = await restarted.authorizationUrl('alerts');
  assert.ok(offline.startsWith(server.authorizationEndpoint));
  await fixture.clock.forward(2 * 3_600_000);
  const fault = await faultOf(restarted.getToken('alerts'));
  assert.is(fault.code, 'OAUTH_TEMPORARY');
  assert.is(await restarted.authorizationUrl('alerts'), offline);
  assert.is((await restarted.status('alerts')).state, 'degraded');
  await fixture.close();
});

test('Where nothing was ever discovered, the fault says so, and it mends by itself.', async () => {
  const server = await start();
  const { issuer } = server;
  await server.close();
  const fixture = await startFixture({ oauth: { issuer } });
  const fault = await faultOf(fixture.manager.authorizationUrl('alerts'));
  assert.is(fault.code, 'OAUTH_TEMPORARY');
  assert.match(fault.message, 'discovery fails');
  assert.match(fault.message, 'ECONNREFUSED');
  assert.is((await faultOf(fixture.manager.getToken('alerts'))).code, 'OAUTH_AUTHORIZATION_REQUIRED');
  const raised = fixture.standing.get('OAUTH_AUTHORIZATION_REQUIRED');
  assert.is(raised?.authorizationUrl, undefined);

  const again = await start(Number(new URL(issuer).port));
  const stop = new AbortController();
  const running = fixture.manager.start(stop.signal);
  await fixture.clock.forward(10 * 60_000);
  for (let turn = 0; turn < 100 && !url(); turn += 1) await new Promise((resolve) => setTimeout(resolve, 20));
  assert.ok(url()?.startsWith(again.authorizationEndpoint), 'the system error gets its URL');
  stop.abort();
  await running;
  await again.close();
  await fixture.close();

  function url() {
    return fixture.standing.get('OAUTH_AUTHORIZATION_REQUIRED')?.authorizationUrl;
  }
});

test('An issuer that was changed in the settings is discovered anew.', async () => {
  const [first, second] = [await start(), await start()];
  const fixture = await startFixture({ oauth: { issuer: first.issuer } });
  assert.ok((await fixture.manager.authorizationUrl('alerts')).startsWith(first.issuer));
  const changed = fixture.restart({ oauth: { issuer: second.issuer } });
  assert.ok((await changed.authorizationUrl('alerts')).startsWith(second.issuer));
  await Promise.all([first.close(), second.close()]);
  await fixture.close();
});

test.run();
