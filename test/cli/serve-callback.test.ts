import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { serveCallback } from '../../src/cli/serve-callback.js';
import { createConsole } from '../../src/console/create-console.js';
import { listen } from '../../src/console/listen.js';
import { Fault } from '../../src/core/fault.js';
import { freePort } from '../helpers/free-port.js';
import { quietLog } from '../helpers/quiet-log.js';

const pages = () =>
  createConsole({
    accounts: [{ name: 'alerts', mailbox: 'alerts@example.com', user: 'operator@example.com' }],
    authorizationUrl: async () => 'https://login.example.test/',
    complete: async (url) => {
      if (url.includes('state=bad')) throw new Fault('OAUTH_STATE_UNKNOWN');
      return { account: 'alerts', user: 'operator@example.com', missingScopes: [] };
    },
    reportHeader: () => ({ text: '', html: '', json: [] }),
    health: () => ({ ok: true, detail: '' }),
    log: quietLog,
  });

test('A browser that signed in gets its last page before the command ends', async () => {
  const port = await freePort();
  const callback = await serveCallback(pages(), `http://localhost:${port}/oauth/callback`, {});
  const url = `http://127.0.0.1:${port}/oauth/callback?code=x&state=y`;
  const redirect = await fetch(url, { redirect: 'manual' });
  const closing = callback.close();
  await new Promise((resolve) => setTimeout(resolve, 100));
  const page = await fetch(new URL(redirect.headers.get('location') ?? '', url));
  assert.match(await page.text(), 'Authentication complete');
  const startedAt = Date.now();
  await closing;
  assert.ok(Date.now() - startedAt < 1_500);
});

test('A browser that failed first still gets its last page', async () => {
  const port = await freePort();
  const callback = await serveCallback(pages(), `http://localhost:${port}/oauth/callback`, {});
  const url = `http://127.0.0.1:${port}/oauth/callback?code=x&state=`;
  assert.is((await fetch(`${url}bad`)).status, 400);
  const redirect = await fetch(`${url}y`, { redirect: 'manual' });
  const closing = callback.close();
  await new Promise((resolve) => setTimeout(resolve, 100));
  const page = await fetch(new URL(redirect.headers.get('location') ?? '', url));
  assert.match(await page.text(), 'Authentication complete');
  await closing;
});

test('A command whose sign-in came by another way ends at once', async () => {
  const port = await freePort();
  const callback = await serveCallback(pages(), `http://localhost:${port}/oauth/callback`, {});
  const bad = await fetch(`http://127.0.0.1:${port}/oauth/callback?code=x&state=bad`);
  assert.is(bad.status, 400, 'the page that it was sent on to');
  const startedAt = Date.now();
  await callback.close();
  assert.ok(Date.now() - startedAt < 1_500);
});

test('A port that is taken leaves the pasting, and says why', async () => {
  const other = await listen(async () => new Response(), '127.0.0.1:0');
  const callback = await serveCallback(pages(), `http://localhost:${other.port}/oauth/callback`, {});
  assert.match(callback.problem?.problem ?? '', 'another program has this port');
  await callback.close();
  await other.close();
});

test('A public callback is answered at the port that the proxy leads to', async () => {
  const port = await freePort();
  const redirectUri = 'https://monitor.example.com/oauth/callback';
  const callback = await serveCallback(pages(), redirectUri, { listen: `127.0.0.1:${port}` });
  assert.is((await fetch(`http://127.0.0.1:${port}/oauth/complete`)).status, 404);
  assert.is((await fetch(`http://127.0.0.1:${port}/report-header`)).status, 503);
  await callback.close();
  const none = await serveCallback(pages(), redirectUri, {});
  assert.is(none.problem, undefined);
  await none.close();
});

test.run();
