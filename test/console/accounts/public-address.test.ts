import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type PluginInstance, register } from '../../../src/index.js';
import { type Lab, startLab } from '../../helpers/lab.js';
import { openConsole } from '../../helpers/open-console.js';
import { readPage } from '../../helpers/read-page.js';
import { createTestHost, type TestHost } from '../../helpers/test-host.js';
import { until } from '../../helpers/until.js';

interface Context {
  lab: Lab;
  host: TestHost;
  plugin: PluginInstance;
  address: string;
}

const test = suite<Context>('public address');

test.before(async (context) => {
  context.lab = await startLab();
  const { port } = context.lab;
  context.address = `http://localhost:${port}/ackmail`;
  const http = { listen: `127.0.0.1:${port}`, publicUrl: context.address };
  context.host = await createTestHost(context.lab.settings({ http }));
  context.plugin = await register(context.host);
  await context.plugin.start();
});
test.after(async ({ lab, host, plugin }) => {
  await plugin.stop();
  await host.remove();
  await lab.close();
});

test('Where people reach us by an address, the test shows our own page to sign in at', async ({
  host,
  address,
}) => {
  const visit = await openConsole(host.dataDir);
  const page = readPage(await visit.post('/accounts/alerts/test'));
  const panel = await page.until('Waiting for the sign-in');
  assert.match(panel, `<code>${address}/authorize/alerts</code>`);
  assert.match(panel, `href="${address}/authorize/alerts" target="_blank"`);
  await page.leave();
});

test('The links and forms of the pages begin with its path', async ({ host, address }) => {
  const visit = await openConsole(host.dataDir);
  const list = await (await visit.get('/accounts')).text();
  assert.match(list, 'href="/ackmail/accounts/alerts"');
  const page = await (await visit.get('/accounts/alerts')).text();
  assert.match(page, 'action="/ackmail/accounts/alerts/test"');
  assert.match(page, `data-copy="${address}/oauth/callback"`);
  assert.match(page, '(http.publicUrl, the settings)');
});

test('A stop ends a page that waits for a sign-in', async ({ host, plugin }) => {
  const visit = await openConsole(host.dataDir);
  const page = readPage(await visit.post('/accounts/alerts/test'));
  await page.until('Waiting for the sign-in');
  let isOver = false;
  const whole = page.rest().finally(() => {
    isOver = true;
  });
  await plugin.stop();
  await until('the end of the page', () => isOver);
  assert.match(await whole, 'Ackmail is being stopped');
  assert.ok((await whole).trimEnd().endsWith('</html>'));
});

test.run();
