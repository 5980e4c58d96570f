import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type PluginInstance, register } from '../../../src/index.js';
import { type Lab, startLab } from '../../helpers/lab.js';
import { consoleLink } from '../../helpers/open-console.js';
import { createTestHost, type TestHost } from '../../helpers/test-host.js';

interface Context {
  lab: Lab;
  host: TestHost;
  plugin: PluginInstance;
}

const publicUrl = 'https://monitor.example.com/ackmail';
const test = suite<Context>('proxies');

test.before(async (context) => {
  context.lab = await startLab({ redirectUri: `${publicUrl}/oauth/callback` });
  const proxies = { addresses: ['192.0.2.1', '10.0.0.0/24', '2001:db8::/64'], userHeader: 'X-Remote-User' };
  context.host = await createTestHost(context.lab.settings({ http: { publicUrl, proxies } }));
  context.plugin = await register(context.host);
  await context.plugin.start();
});
test.after(async ({ lab, host, plugin }) => {
  await plugin.stop();
  await host.remove();
  await lab.close();
});

const ask = (
  { plugin }: Context,
  path: string,
  peer: string | undefined,
  headers: Record<string, string>,
  init: RequestInit = {},
) =>
  plugin.fetch(
    new Request(`http://monitor.example.com${path}`, { ...init, headers }),
    peer === undefined ? {} : { peer },
  );
const user = { 'x-remote-user': 'anna@example.com' };

test('At an https address the cookie is of this host alone, and one without the prefix counts for nothing', async (context) => {
  const link = await consoleLink(context.host.dataDir, 'anna@example.com');
  const { pathname } = new URL(link);
  const answer = await ask(context, pathname, undefined, {}, { method: 'POST' });
  assert.is(answer.headers.get('location'), '/ackmail/');
  const field = answer.headers.get('set-cookie') ?? '';
  assert.match(field, /^__Host-ackmail-console=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
  const cookie = field.split(';')[0] ?? '';
  const get = async (own: string) => (await ask(context, '/accounts', undefined, { cookie: own })).status;
  assert.is(await get(cookie), 200);
  assert.is(await get(cookie.replace('__Host-', '')), 303);
  assert.is(await get(cookie.replace('__Host-', '__Secure-')), 303);
});

test('Below the path of publicUrl there is no way around the sign-in either', async (context) => {
  for (const path of [
    ...[
      '/ackmail/accounts',
      '/ackmail//accounts',
      '/ackmail/./accounts',
      '/ackmail/../accounts',
      '/ackmail/../ackmail/accounts',
    ],
    ...[
      '/ackmail/ackmail/accounts',
      '/ackmail/healthz/..%2faccounts',
      '/ackmail%2faccounts',
      '/ackmail',
      '/ackmail/',
    ],
    ...[
      '/ackmail//evil.example/x',
      '/ackmail/%2f%2fevil.example',
      '/ackmail/\\evil.example',
      '//evil.example/accounts',
    ],
  ]) {
    const answer = await ask(context, path, undefined, {});
    assert.is(answer.status, 303, path);
    const location = new URL(answer.headers.get('location') ?? '', publicUrl);
    assert.is(location.origin + location.pathname, `${publicUrl}/sign-in`, path);
    const to = location.searchParams.get('to') ?? '/';
    assert.match(to, /^\/(?![/\\])|^\/$/, path);
  }
});

test('A user header counts from the named addresses, and from nobody else', async (context) => {
  for (const peer of ['192.0.2.1', '::ffff:192.0.2.1', '10.0.0.255', '2001:db8::7']) {
    const answer = await ask(context, '/accounts', peer, user);
    assert.is(answer.status, 200, peer);
    assert.match(await answer.text(), 'anna@example.com');
  }
  for (const peer of [
    '192.0.2.2',
    '10.0.1.0',
    '2001:db8:0:1::7',
    '127.0.0.1',
    '::1',
    '',
    'localhost',
    undefined,
  ]) {
    const answer = await ask(context, '/accounts', peer, { ...user, 'x-forwarded-for': '192.0.2.1' });
    assert.is(answer.headers.get('location'), '/ackmail/sign-in?to=%2Faccounts', String(peer));
  }
});

test('A named proxy that names nobody, or two at once, signs nobody in', async (context) => {
  for (const headers of [
    {},
    { 'x-forwarded-user': 'anna@example.com' },
    { 'x-remote-user': '' },
    { 'x-remote-user': 'mallory, anna@example.com' },
    { 'x-remote-user': 'x'.repeat(101) },
    { 'x-remote-user': '\xff\xfe' },
  ])
    assert.is((await ask(context, '/accounts', '192.0.2.1', headers)).status, 303, JSON.stringify(headers));
});

test('Forms need their token there too, which is another for each name', async (context) => {
  const tokenFor = async (name: string) => {
    const page = await ask(context, '/accounts', '192.0.2.1', { 'x-remote-user': name });
    return /name="token" value="([^"]+)"/.exec(await page.text())?.[1] ?? '';
  };
  const send = async (token: string) =>
    (
      await ask(context, '/nowhere', '192.0.2.1', user, {
        ...{ method: 'POST', body: new URLSearchParams({ token }) },
      })
    ).status;
  assert.is(await send(await tokenFor('anna@example.com')), 404);
  assert.is(await send(await tokenFor('bert@example.com')), 403);
  assert.is(await send(''), 403);
});

test('Who a proxy signed in signs out there', async (context) => {
  const page = await (await ask(context, '/accounts', '192.0.2.1', user)).text();
  const token = /name="token" value="([^"]+)"/.exec(page)?.[1] ?? '';
  const init = { method: 'POST', body: new URLSearchParams({ token }) };
  const answer = await ask(context, '/sign-out', '192.0.2.1', user, init);
  assert.match(await answer.text(), 'Sign out there.');
});

test.run();
