import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type PluginInstance, register } from '../../../src/index.js';
import { type FakeClock, fakeClock } from '../../helpers/fake-clock.js';
import { type Lab, startLab } from '../../helpers/lab.js';
import { consoleLink, openConsole } from '../../helpers/open-console.js';
import { createTestHost, type TestHost } from '../../helpers/test-host.js';

interface Context {
  lab: Lab;
  clock: FakeClock;
  host: TestHost;
  plugin: PluginInstance;
}

const test = suite<Context>('door');

test.before(async (context) => {
  context.lab = await startLab();
  context.clock = fakeClock();
  context.host = await createTestHost(context.lab.settings());
  context.plugin = await register(context.host, { clock: context.clock });
  await context.plugin.start();
});
test.after(async ({ lab, host, plugin }) => {
  await plugin.stop();
  await host.remove();
  await lab.close();
});

const post = (url: string, init: RequestInit = {}) =>
  fetch(url, { redirect: 'manual', method: 'POST', ...init });
const cookieOf = (answer: Response) => (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';

test('Who is not signed in is led to the sign-in, on loopback too', async ({ lab }) => {
  const origin = `http://127.0.0.1:${lab.port}`;
  const get = (path: string) => fetch(`${origin}${path}`, { redirect: 'manual' });
  const answer = await get('/');
  assert.is(answer.status, 303);
  assert.is(answer.headers.get('location'), '/sign-in');
  for (const path of ['/accounts', '/accounts/alerts?x=1', '/nothing/here', '/sign-outer'])
    assert.is((await get(path)).headers.get('location'), `/sign-in?to=${encodeURIComponent(path)}`, path);
  assert.match(await (await get('/sign-in')).text(), '<code>ackmail console</code>');
});

test('The link of `ackmail console` signs in, once', async ({ host }) => {
  const url = await consoleLink(host.dataDir, 'anna@example.com');
  const first = await post(url);
  assert.is(first.headers.get('location'), '/');
  assert.match(
    first.headers.get('set-cookie') ?? '',
    /^ackmail-console=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/,
  );
  const second = await post(url);
  assert.is(second.status, 403);
  assert.match(await second.text(), 'This link is over');
  assert.is(second.headers.get('set-cookie'), null);
});

test('A scanner of links that opens it does not use it up', async ({ host }) => {
  const url = await consoleLink(host.dataDir, 'anna <b>example');
  for (const method of ['GET', 'HEAD', 'GET', 'OPTIONS', 'PUT', 'DELETE']) {
    const seen = await fetch(url, { method, redirect: 'manual' });
    assert.is(seen.headers.get('set-cookie'), null, method);
    if (method === 'GET')
      assert.match(await seen.text(), 'You sign in as <strong>anna &lt;b&gt;example</strong>');
  }
  assert.is((await post(url)).status, 303);
});

test('A link is over after ten minutes', async ({ host, clock }) => {
  const links = [await consoleLink(host.dataDir, 'anna'), await consoleLink(host.dataDir, 'anna')];
  await clock.forward(10 * 60_000 - 1);
  assert.is((await post(links[0] ?? '')).status, 303);
  await clock.forward(1);
  assert.is((await fetch(links[1] ?? '')).status, 403);
  assert.is((await post(links[1] ?? '')).status, 403);
});

test('Who is signed in sees the pages, until they sign out', async ({ host }) => {
  const visit = await openConsole(host.dataDir);
  assert.is((await visit.get('/')).headers.get('location'), '/accounts');
  assert.is((await visit.get('/nothing/here')).status, 404);
  assert.is((await visit.get('/sign-in?to=/accounts')).headers.get('location'), '/accounts');
  const out = await visit.post('/sign-out');
  assert.match(out.headers.get('set-cookie') ?? '', /^ackmail-console=; Max-Age=0; Path=\//);
  assert.is((await visit.get('/')).headers.get('location'), '/sign-in');
});

test('Who is signed in reads the report header and the details of the health', async ({ host, lab }) => {
  const visit = await openConsole(host.dataDir);
  assert.is((await visit.get('/report-header')).status, 200);
  assert.match(await (await visit.get('/healthz')).text(), '"detail"');
  assert.is((await visit.get('/metrics')).status, 403, 'that is for who has the token');
  assert.is((await fetch(`http://127.0.0.1:${lab.port}/report-header`)).status, 403);
  assert.not.match(await (await fetch(`http://127.0.0.1:${lab.port}/healthz`)).text(), 'detail');
});

test('Signing out takes the token of the form', async ({ host }) => {
  const visit = await openConsole(host.dataDir);
  for (const token of ['', 'guess', 'x'.repeat(43)]) {
    const answer = await visit.post('/sign-out', { token });
    assert.is(answer.status, 403);
    assert.match(await answer.text(), 'What you sent was not done');
  }
  assert.is((await visit.get('/accounts')).status, 200);
});

test('A session ends after 12 hours, and after 2 hours in which it was not used', async ({ host, clock }) => {
  const hourMs = 3_600_000;
  const idle = await openConsole(host.dataDir);
  const busy = await openConsole(host.dataDir);
  await clock.forward(2 * hourMs - 1);
  assert.is((await busy.get('/accounts')).status, 200);
  await clock.forward(1);
  assert.is((await idle.get('/accounts')).status, 303);
  for (let hour = 3; hour < 12; hour += 1) {
    await clock.forward(hourMs);
    assert.is((await busy.get('/accounts')).status, 200, `hour ${hour}`);
  }
  await clock.forward(hourMs);
  assert.is((await busy.get('/accounts')).status, 303);
});

test('A session that was there before a sign-in is worth nothing after it', async ({ host, lab }) => {
  const before = await openConsole(host.dataDir, 'mallory');
  const planted = 'ackmail-console=the-cookie-that-somebody-else-planted-here-00000';
  for (const cookie of [before.cookie, planted]) {
    const answer = await post(await consoleLink(host.dataDir, 'anna'), { headers: { cookie } });
    const after = cookieOf(answer);
    assert.is.not(after, cookie);
    const get = (own: string) =>
      fetch(`http://127.0.0.1:${lab.port}/accounts`, { redirect: 'manual', headers: { cookie: own } });
    assert.is((await get(cookie)).status, 303);
    assert.is((await get(after)).status, 200);
  }
});

test('A form without a session says that nothing was done, and where to sign in', async ({ lab }) => {
  const answer = await post(`http://127.0.0.1:${lab.port}/outbox/drop`, { body: 'id=1' });
  assert.is(answer.status, 403);
  const text = await answer.text();
  assert.match(text, 'Your session is over');
  assert.match(text, 'What you sent was not done. <a href="/sign-in">Sign in</a>');
});

test('A form of another site is refused, whatever it carries', async ({ host }) => {
  const visit = await openConsole(host.dataDir);
  const page = await (await visit.get('/accounts')).text();
  const token = /name="token" value="([^"]+)"/.exec(page)?.[1] ?? '';
  const send = async (headers: Record<string, string>) =>
    (await visit.get('/nowhere', { method: 'POST', headers, body: new URLSearchParams({ token }) })).status;
  const port = new URL(visit.origin).port;
  for (const headers of [
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'cross-site', origin: visit.origin },
    { origin: 'null' },
    { origin: 'https://evil.example' },
    { origin: `http://127.0.0.1:${Number(port) + 1}` },
    { origin: `http://localhost:${port}` },
    { origin: `${visit.origin}.evil.example` },
  ])
    assert.is(await send(headers), 403, JSON.stringify(headers));
  for (const headers of [
    {},
    { 'sec-fetch-site': 'same-origin' },
    { 'sec-fetch-site': 'none' },
    { origin: visit.origin },
  ])
    assert.is(await send(headers), 404, JSON.stringify(headers));
});

test('A form that is too long is not read', async ({ host }) => {
  const visit = await openConsole(host.dataDir);
  const answer = await visit.post('/sign-out', { words: 'x'.repeat(65_536) });
  assert.is(answer.status, 413);
  assert.is((await visit.get('/accounts')).status, 200);
});

test.run();
