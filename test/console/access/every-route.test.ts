import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createConsole } from '../../../src/console/create-console.js';
import type { ConsoleDesk } from '../../../src/core/console-desk.js';
import { type PluginInstance, register } from '../../../src/index.js';
import { type Lab, startLab } from '../../helpers/lab.js';
import { openConsole } from '../../helpers/open-console.js';
import { quietLog } from '../../helpers/quiet-log.js';
import { createTestHost, type TestHost } from '../../helpers/test-host.js';

interface Context {
  lab: Lab;
  host: TestHost;
  plugin: PluginInstance;
}

const test = suite<Context>('every route');

test.before(async (context) => {
  context.lab = await startLab();
  const http = { listen: `127.0.0.1:${context.lab.port}`, token: 'the-secret-of-the-token' };
  context.host = await createTestHost(context.lab.settings({ http }));
  context.plugin = await register(context.host);
  await context.plugin.start();
});
test.after(async ({ lab, host, plugin }) => {
  await plugin.stop();
  await host.remove();
  await lab.close();
});

/** What answers everybody, as docs/security.md has it. */
const open = /^\/(oauth\/(callback|complete|\*)|authorize\/|monitors\/|healthz$|assets\/|sign-in)/;

/** All that is answered: nothing of the desk is asked for it. */
function routes(): readonly { readonly method: string; readonly path: string }[] {
  const notAsked = () => {
    throw new Error('not asked here');
  };
  const desk = new Proxy({} as ConsoleDesk, { get: () => notAsked });
  const found = createConsole({
    ...{ desk, accounts: [], authorizationUrl: notAsked, complete: notAsked },
    ...{ reportHeader: notAsked, health: notAsked, log: quietLog },
  }).routes;
  // A middleware has no path of its own; the parts of a page that need one are there only once.
  const own = found.filter(({ path }) => !path.endsWith('*') || open.test(path));
  return [...new Map(own.map((route) => [`${route.method} ${route.path}`, route])).values()];
}

const filled = (path: string) => path.replace(/:\w+(\{[^}]*\})?/g, 'alerts').replace(/\*/g, 'x');

test('Every path needs a sign-in or a token, but for those that docs/security.md names', async ({ lab }) => {
  const origin = `http://127.0.0.1:${lab.port}`;
  const all = routes();
  let closed = 0;
  for (const { method, path } of all) {
    if (open.test(path)) continue;
    closed += 1;
    for (const each of method === 'ALL' ? ['GET', 'POST'] : [method, 'HEAD', 'PUT', 'DELETE']) {
      const answer = await fetch(origin + filled(path), { method: each, redirect: 'manual' });
      const told = `${each} ${path}`;
      assert.ok([303, 401, 403].includes(answer.status), `${told} answers ${answer.status}`);
      if (answer.status === 303) assert.match(answer.headers.get('location') ?? '', /^\/sign-in/, told);
      else assert.not.match(await answer.text(), /alerts@example|<nav/, told);
    }
  }
  assert.ok(closed >= 5, all.map(({ method, path }) => `${method} ${path}`).join(', '));
});

test('Every form needs the token of the session', async ({ host }) => {
  const visit = await openConsole(host.dataDir);
  let forms = 0;
  for (const { method, path } of routes().filter((route) => !open.test(route.path))) {
    if (method === 'GET') continue;
    forms += 1;
    for (const token of ['', 'guess', 'x'.repeat(43)]) {
      const answer = await visit.post(filled(path), { token });
      assert.is(answer.status, 403, `${method} ${path}`);
      assert.match(await answer.text(), 'What you sent was not done');
    }
    const answer = await visit.get(filled(path), { method: 'POST' });
    assert.is(answer.status, 403, `${method} ${path} with nothing`);
  }
  assert.ok(forms >= 1);
  assert.is((await visit.get('/accounts')).status, 200, 'the session stands');
});

test('No way of writing a path leads around the sign-in', async ({ lab }) => {
  const origin = `http://127.0.0.1:${lab.port}`;
  const { request } = await import('node:http');
  /** `fetch` would tidy the path. */
  const raw = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    new Promise<{ status: number; body: string }>((resolve, reject) => {
      // A connection of its own: after some of these the server closes it.
      request(origin, { path, headers, method, agent: false }, (answer) => {
        let body = '';
        answer.on('data', (chunk) => {
          body += chunk;
        });
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body }));
      })
        .on('error', reject)
        .end();
    });
  for (const path of [
    ...[
      '//accounts',
      '/./accounts',
      '/../accounts',
      '/accounts/',
      '/accounts//',
      '/%61ccounts',
      '/accounts%2f',
    ],
    ...['/healthz/../accounts', '/healthz/..%2faccounts', '/assets/../accounts', '/assets/..%2faccounts'],
    ...[
      '/sign-in/..%2faccounts',
      '/sign-in/../accounts',
      '/sign-in%2f..%2faccounts',
      '/monitors/..%2faccounts',
    ],
    ...[
      '/monitors/../accounts',
      '/oauth/complete/../../accounts',
      '/oauth/..%2f..%2faccounts',
      '/accounts;x=1',
    ],
    ...[
      '/accounts%00',
      '/accounts?x=/sign-in',
      '/accounts#/sign-in',
      '/ACCOUNTS',
      '/accounts.css',
      '/\\accounts',
    ],
    ...[
      '/%2e%2e/accounts',
      '/%252e%252e/accounts',
      '/assets/%2e%2e/accounts',
      `/accounts/${'x'.repeat(7_000)}`,
    ],
    ...[
      'http://evil.example/accounts',
      `http://127.0.0.1:${lab.port}/accounts`,
      '*',
      '/%',
      '/%ff',
      '/\u00e9',
    ],
  ]) {
    const { status, body } = await raw(path);
    assert.ok([303, 400, 403, 404, 405, 414, 421].includes(status), `${path} answers ${status}`);
    assert.not.match(body, /<nav|alerts@example/, path);
  }
  // More than is read at once would be answered by a reset.
  const long = await raw(`/accounts/${'x'.repeat(20_000)}`);
  assert.is(long.status, 431);
  for (const headers of [
    { 'x-original-url': '/sign-in' },
    { 'x-rewrite-url': '/healthz' },
    { 'x-forwarded-user': 'anna@example.com' },
    { 'x-forwarded-for': '127.0.0.1' },
    { 'x-forwarded-host': 'localhost' },
    { 'x-http-method-override': 'GET' },
    { authorization: 'Bearer the-secret-of-the-token' },
    { cookie: 'ackmail-console=' },
    { cookie: 'ackmail-console=undefined' },
    { cookie: `ackmail-console=${'A'.repeat(43)}` },
    { cookie: '__Host-ackmail-console=x; ackmail-console=__proto__' },
  ]) {
    const told = JSON.stringify(headers);
    assert.is((await raw('/accounts', headers)).status, 303, told);
    assert.is((await raw('/accounts', headers, 'POST')).status, 403, told);
  }
});

test('A page is answered for no Host that is not ours, also to who is signed in', async ({
  host,
  plugin,
}) => {
  const visit = await openConsole(host.dataDir);
  for (const name of [
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '127.1',
    '2130706433',
    '0.0.0.0',
  ]) {
    for (const path of ['/', '/accounts', '/sign-in', '/report-header', '/healthz', '/nothing']) {
      const headers = { host: name, cookie: visit.cookie };
      const answer = await plugin.fetch(new Request(`http://${name}${path}`, { headers }));
      const expected = new URL(`http://${name}`).hostname === '127.0.0.1' ? [200, 303, 404] : [421];
      assert.ok(expected.includes(answer.status), `${name}${path} ${answer.status}`);
    }
  }
});

test.run();
