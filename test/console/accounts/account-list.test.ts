import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type PluginInstance, register } from '../../../src/index.js';
import { type Lab, startLab } from '../../helpers/lab.js';
import { openConsole } from '../../helpers/open-console.js';
import { createTestHost, type TestHost } from '../../helpers/test-host.js';
import { until } from '../../helpers/until.js';

interface Context {
  lab: Lab;
  host: TestHost;
  plugin: PluginInstance;
}

const test = suite<Context>('account list');

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

test('Nobody sees the accounts without signing in', async ({ lab }) => {
  for (const path of ['/accounts', '/accounts/alerts']) {
    const answer = await fetch(`http://127.0.0.1:${lab.port}${path}`, { redirect: 'manual' });
    assert.is(answer.headers.get('location'), `/sign-in?to=${encodeURIComponent(path)}`, path);
  }
});

test('The list says in words how an account is doing', async ({ host }) => {
  const visit = await openConsole(host.dataDir);
  const read = async () => (await visit.get('/accounts')).text();
  const page = await until('the state', async () => {
    const text = await read();
    return text.includes('Somebody has to sign in') && text;
  });
  assert.match(page, 'alerts@example.com');
});

test.run();
