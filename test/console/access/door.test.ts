import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type PluginInstance, register } from '../../../src/index.js';
import { type Lab, startLab } from '../../helpers/lab.js';
import { consoleLink, openConsole } from '../../helpers/open-console.js';
import { createTestHost, type TestHost } from '../../helpers/test-host.js';

interface Context {
  lab: Lab;
  host: TestHost;
  plugin: PluginInstance;
}

const test = suite<Context>('door');

test.before(async (context) => {
  context.lab = await startLab();
  context.host = await createTestHost(context.lab.settings());
  context.plugin = await register(context.host);
  await context.plugin.start();
});
test.after(async ({ lab, host, plugin }) => {
  await plugin.stop();
  await host.remove();
  await lab.close();
});

test('Who is not signed in is led to the sign-in, on loopback too', async ({ lab }) => {
  const answer = await fetch(`http://127.0.0.1:${lab.port}/`, { redirect: 'manual' });
  assert.is(answer.status, 303);
  assert.is(answer.headers.get('location'), '/sign-in');
});

test('The link of `ackmail console` signs in, once', async ({ host }) => {
  const url = await consoleLink(host.dataDir, 'anna@example.com');
  const first = await fetch(url, { redirect: 'manual' });
  assert.is(first.headers.get('location'), '/');
  assert.match(first.headers.get('set-cookie') ?? '', 'HttpOnly; SameSite=Lax');
  const second = await fetch(url, { redirect: 'manual' });
  assert.is(second.headers.get('location'), '/sign-in');
  assert.is(second.headers.get('set-cookie'), null);
});

test('Who is signed in sees the pages, until they sign out', async ({ host }) => {
  const visit = await openConsole(host.dataDir);
  assert.is((await visit.get('/')).headers.get('location'), '/accounts');
  await visit.post('/sign-out');
  assert.is((await visit.get('/')).headers.get('location'), '/sign-in');
});

test.run();
