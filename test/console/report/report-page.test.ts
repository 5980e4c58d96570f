import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type PluginInstance, register } from '../../../src/index.js';
import { type Lab, startLab } from '../../helpers/lab.js';
import { openConsole } from '../../helpers/open-console.js';
import { createTestHost, firedEvent, resolvedEvent, type TestHost } from '../../helpers/test-host.js';
import { until } from '../../helpers/until.js';

interface Context {
  lab: Lab;
  host: TestHost;
  plugin: PluginInstance;
}

const test = suite<Context>('report page');

test.before(async (context) => {
  context.lab = await startLab();
  context.host = await createTestHost({
    ...context.lab.settings(),
    timeZone: 'Europe/Berlin',
  });
  context.plugin = await register(context.host);
  await context.plugin.start();
});
test.after(async ({ lab, host, plugin }) => {
  await plugin.stop();
  await host.remove();
  await lab.close();
});

test('Without any history the page says so', async ({ host }) => {
  const visit = await openConsole(host.dataDir);
  const answer = await visit.get('/report');
  const html = await answer.text();
  assert.is(answer.status, 200);
  assert.match(html, 'No alert fired.');
  assert.match(html, 'No mail left, and nothing was given up.');
});

test('The page shows what fired, harmless, with captions and headers, and the span that was asked for', async ({
  host,
  plugin,
}) => {
  const bad = firedEvent('web1');
  const [first] = await plugin.handleAlerts([
    {
      ...bad,
      alert: {
        ...bad.alert,
        labels: { alertname: '<script>alert(1)</script>', instance: '"><img src=x>' },
        severity: 'page\r\nSubject: forged',
      },
    },
  ]);
  const over = firedEvent('web2');
  await plugin.handleAlerts([over]);
  await plugin.handleAlerts([resolvedEvent(over)]);
  const visit = await openConsole(host.dataDir, 'anna@example.com');
  const html = await until('two alerts', async () => {
    const text = await (await visit.get('/report?days=30')).text();
    return text.includes('2 alerts fired') ? text : undefined;
  });
  assert.ok(first?.alertId);
  assert.not.match(html, /<script>alert|<img/);
  assert.match(html, '&lt;script&gt;');
  assert.match(html, /<a class="button" href="\/report\?days=30" aria-current="page">30 days<\/a>/);
  assert.match(html, /<caption class="unseen">Alerts by severity<\/caption>/);
  assert.match(html, /<th scope="col" class="number">Fired<\/th>/);
  assert.match(html, /<th scope="row">/);
  assert.match(html, ', fires');
});

test('A span that there is none of is that of a week, and nobody sees it who is not signed in', async ({
  host,
  lab,
}) => {
  const visit = await openConsole(host.dataDir);
  for (const days of ['1e9', '-1', 'x', '7.5', '']) {
    const html = await (await visit.get(`/report?days=${days}`)).text();
    assert.match(html, /aria-current="page">7 days</, days);
  }
  const answer = await fetch(`http://127.0.0.1:${lab.port}/report`, { redirect: 'manual' });
  assert.is(answer.status, 303);
});

test.run();
