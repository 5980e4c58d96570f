import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type ConsoleParts, createConsole } from '../../src/console/create-console.js';
import { Fault } from '../../src/core/fault.js';
import { quietLog } from '../helpers/quiet-log.js';

const accounts = [
  { name: 'alerts', mailbox: 'alerts@example.com', user: 'operator@example.com' },
  { name: 'relay', mailbox: 'relay@example.com', user: 'relay@example.com' },
];

const parts = (over: Partial<ConsoleParts> = {}): ConsoleParts => ({
  accounts,
  authorizationUrl: async (account) => `https://login.example.test/authorize?state=${account}`,
  complete: async () => ({ account: 'alerts', user: 'operator@example.com', missingScopes: [] }),
  reportHeader: () => ({ text: 'TOP', html: '<p>TOP</p>', json: [] }),
  health: () => ({ ok: true, detail: 'account alerts is fine' }),
  log: quietLog,
  ...over,
});

const ask = (
  over: Partial<ConsoleParts>,
  path: string,
  init: RequestInit & { readonly host?: string; readonly peer?: string } = {},
) => {
  const { host = 'localhost:8025', peer = '127.0.0.1', ...rest } = init;
  const request = new Request(`http://${host}${path}`, rest);
  return createConsole(parts(over)).fetch(request, { peer });
};

/** Comes back from a provider and follows to the page that is shown, which is at a clean address. */
const arrive = async (over: Partial<ConsoleParts>, query: string, host = 'localhost:8025') => {
  const console = createConsole(parts(over));
  const callback = `http://${host}/oauth/callback${query}`;
  const left = await console.fetch(new Request(callback));
  assert.is(left.status, 303);
  const location = left.headers.get('location') ?? '';
  assert.match(location, /^complete\?(receipt|failure)=[\w-]{22}$/);
  const page = await console.fetch(new Request(new URL(location, callback)));
  for (const answer of [left, page]) assert.is(answer.headers.get('referrer-policy'), 'no-referrer');
  return page;
};

const publicUrl = 'https://monitor.example.com/ackmail';
const byPublicName = { host: 'monitor.example.com' };

test('A sign-in ends on a page that says so, at an address without code and state', async () => {
  let seen = '';
  const console = createConsole(
    parts({
      complete: async (url) => {
        seen = url;
        return { account: 'alerts', user: 'operator@example.com', missingScopes: [] };
      },
    }),
  );
  const callback = 'http://localhost:8025/oauth/callback?code=SECRETCODE&state=SECRETSTATE';
  const answer = await console.fetch(new Request(callback));
  assert.is(answer.status, 303);
  assert.is(seen, callback);
  assert.is(answer.headers.get('referrer-policy'), 'no-referrer');
  assert.is(answer.headers.get('cache-control'), 'no-store');
  const location = answer.headers.get('location') ?? '';
  assert.not.match(location, 'SECRET');
  const end = await console.fetch(new Request(new URL(location, callback)));
  const text = await end.text();
  assert.is(end.status, 200);
  for (const words of [
    'Authentication complete',
    'alerts',
    'operator@example.com',
    'leaves now',
    'close this',
  ])
    assert.match(text, words);
  assert.match(text, '<html lang="en">');
  assert.match(text, 'prefers-color-scheme: dark');
  assert.not.match(text, '<script');
});

test('The page of somebody else’s sign-in cannot be guessed or made up', async () => {
  for (const query of ['', '?receipt=', '?receipt=guess', '?account=alerts', '?receipt=__proto__'])
    assert.is((await ask({}, `/oauth/complete${query}`)).status, 404);
});

test('What was not granted is named on the last page', async () => {
  const missingScopes = ['https://mail.example.com/send', '<b>read</b>'];
  const complete = async () => ({ account: 'alerts', user: 'operator@example.com', missingScopes });
  const text = await (await arrive({ complete }, '?code=x&state=y')).text();
  assert.match(text, 'https://mail.example.com/send, &lt;b&gt;read&lt;/b&gt; is missing');
  assert.not.match(text, 'Nothing else is to be done');
});

test('Strangers who make sign-ins fail take nobody’s last page away', async () => {
  let fail = false;
  const console = createConsole(
    parts({
      complete: async () => {
        if (fail) throw new Fault('OAUTH_STATE_UNKNOWN');
        return { account: 'alerts', user: 'operator@example.com', missingScopes: [] };
      },
    }),
  );
  const callback = 'http://localhost:8025/oauth/callback?code=x&state=y';
  const done = (await console.fetch(new Request(callback))).headers.get('location') ?? '';
  fail = true;
  for (let round = 0; round < 100; round += 1) await console.fetch(new Request(callback));
  assert.is((await console.fetch(new Request(new URL(done, callback)))).status, 200);
});

test('A browser that comes back is sent nowhere but to our own page', async () => {
  for (const query of [
    '?code=x&state=y&redirect_uri=https://evil.example/&next=//evil.example&url=javascript:alert(1)',
    '?code=x&state=https://evil.example/',
    '?error=x&state=y&error_uri=https://evil.example/',
  ]) {
    const text = await (await arrive({}, query)).text();
    assert.not.match(text, 'evil');
  }
  for (const path of [
    '//evil.example/oauth/callback',
    '/authorize/https://evil.example',
    '/authorize//evil.example',
  ])
    assert.is((await ask({ publicUrl }, path, byPublicName)).status, 404, path);
});

test('An account that nobody signs in for with a browser is told how it is authorized', async () => {
  const authorizationUrl = async (account: string) => {
    throw new Fault('OAUTH_NO_PAGE', { account, detail: 'nobody signs in for it with a browser.' });
  };
  const answer = await ask({ authorizationUrl, publicUrl }, '/authorize/alerts', byPublicName);
  assert.is(answer.status, 404);
  const text = await answer.text();
  assert.match(text, 'ackmail authorize alerts');
  assert.not.match(text, 'href=');
});

test('Pages forbid script and styles that are not ours, frames, and guessing the type', async () => {
  const answer = await ask({}, '/');
  const policy = answer.headers.get('content-security-policy') ?? '';
  assert.match(policy, "default-src 'none'");
  assert.match(policy, "frame-ancestors 'none'");
  assert.match(policy, /style-src 'self' 'sha256-[A-Za-z0-9+/=]+';/);
  assert.match(policy, /script-src 'self';/);
  assert.is(answer.headers.get('x-content-type-options'), 'nosniff');
});

test('A sign-in that fails says what happened, what to do, and how to begin again', async () => {
  const cases = [
    [new Fault('OAUTH_STATE_UNKNOWN'), 400],
    [new Fault('OAUTH_COOKIE_MISSING'), 403],
    [new Fault('OAUTH_REFUSED', { account: 'alerts', detail: 'access_denied', user: 'operator' }), 403],
    [new Fault('OAUTH_WRONG_ACCOUNT', { account: 'alerts', actual: 'a@b.test', expected: 'operator' }), 403],
    [new Fault('OAUTH_TEMPORARY', { account: 'alerts', detail: 'a hang' }), 502],
    [new Error('secret inside'), 500],
  ] as const;
  for (const [thrown, status] of cases) {
    const complete = async () => {
      throw thrown;
    };
    const answer = await arrive({ complete, publicUrl }, '?code=x&state=y', byPublicName.host);
    const text = await answer.text();
    assert.is(answer.status, status);
    assert.match(text, 'Authentication failed');
    assert.not.match(text, 'secret inside');
    if (thrown instanceof Fault) assert.match(text, thrown.remedy.slice(0, 20));
    if (thrown instanceof Fault && thrown.facts['account'])
      assert.match(text, `href="${publicUrl}/authorize/alerts"`);
  }
});

test('Text of a provider is not taken for HTML', async () => {
  const complete = async () => {
    throw new Fault('OAUTH_REFUSED', { account: 'alerts', detail: '<script>alert(1)</script>', user: 'x' });
  };
  const text = await (await arrive({ complete }, '?code=x&state=y')).text();
  assert.not.match(text, '<script>');
  assert.match(text, '&lt;script&gt;');
});

test('A callback that no authorization server sends is refused before anybody looks into it', async () => {
  const complete = async () => {
    throw new Error('must not be called');
  };
  const cases = [
    [`?code=x&state=${'y'.repeat(100_000)}`, 414],
    ['?code=x&code=z&state=y', 400],
    ['?code=x&state=y&state=y', 400],
    ['?code=x', 400],
    ['?state=y', 400],
    ['', 400],
  ] as const;
  for (const [query, status] of cases) {
    const answer = await arrive({ complete }, query);
    assert.is(answer.status, status, query.slice(0, 40));
    assert.match(await answer.text(), '<h1');
  }
  for (const method of ['HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS']) {
    const answer = await ask({ complete, publicUrl }, '/oauth/callback?code=x&state=y', { method });
    assert.is(answer.status, 405, method);
    assert.is(answer.headers.get('allow'), 'GET');
  }
});

test('A sign-in that begins at the public address is bound to the browser by a cookie', async () => {
  const cookies: string[] = [];
  const console = createConsole(
    parts({
      publicUrl,
      authorizationUrl: async (_, { cookie }) => {
        cookies.push(cookie);
        return 'https://login.example.test/';
      },
      complete: async (_, { cookie }) => {
        cookies.push(cookie ?? 'none');
        return { account: 'alerts', user: 'x', missingScopes: [] };
      },
    }),
  );
  const get = (path: string, cookie?: string) =>
    console.fetch(
      new Request(`http://monitor.example.com${path}`, cookie === undefined ? {} : { headers: { cookie } }),
    );
  const begun = await get('/authorize/alerts');
  assert.is(begun.status, 303);
  assert.is(begun.headers.get('location'), 'https://login.example.test/');
  const field = begun.headers.get('set-cookie') ?? '';
  for (const attribute of ['Secure', 'HttpOnly', 'SameSite=Lax', 'Path=/', 'Max-Age=900'])
    assert.match(field, attribute);
  assert.not.match(field, /domain/i);
  const [, pair = '', value] = /^((?:__Host-ackmail-[a-z-]+)=([^;]+))/.exec(field) ?? [];
  assert.is(value, cookies[0]);
  assert.ok(Buffer.from(value ?? '', 'base64url').length >= 32);

  await get('/oauth/callback?code=x&state=y', pair);
  assert.is(cookies[1], cookies[0]);
  await get('/oauth/callback?code=x&state=y');
  assert.is(cookies[2], 'none');
  await get('/authorize/relay', pair);
  assert.is(cookies[3], cookies[0], 'a second sign-in leaves the first one finishable');
  await get('/authorize/relay', '__Host-ackmail-sign-in=short');
  assert.is.not(cookies[4], 'short');
  assert.is.not(cookies[4], cookies[0]);
});

test('A sign-in that cannot begin says why', async () => {
  assert.is((await ask({ publicUrl }, '/authorize/nobody', byPublicName)).status, 404);
  assert.is((await ask({ publicUrl }, '/authorize/__proto__', byPublicName)).status, 404);
  assert.is((await ask({ publicUrl }, '/authorize/alerts', { ...byPublicName, method: 'HEAD' })).status, 405);
  const without = await ask({}, '/authorize/alerts');
  assert.is(without.status, 404);
  assert.match(await without.text(), 'ackmail authorize alerts');
  const authorizationUrl = async () => {
    throw new Fault('OAUTH_TEMPORARY', { account: 'alerts', detail: 'discovery is down' });
  };
  const down = await ask({ publicUrl, authorizationUrl }, '/authorize/alerts', byPublicName);
  assert.is(down.status, 502);
  assert.match(await down.text(), 'discovery is down');
});

test('The paths are answered with and without the path of the public address', async () => {
  const monitors = async (request: Request) =>
    new Response(`${new URL(request.url).pathname} ${await request.text()}`);
  for (const prefix of ['', '/ackmail']) {
    const get = (path: string, init = {}) =>
      ask({ publicUrl, monitors }, prefix + path, { ...byPublicName, ...init });
    assert.is((await get('/healthz')).status, 200);
    assert.is((await get('/authorize/alerts')).status, 303);
    assert.is(
      (await get('/oauth/callback?code=x&state=y')).headers.get('location')?.slice(0, 17),
      'complete?receipt=',
    );
    const posted = await get('/monitors/prod/x?y=1', { method: 'POST', body: 'hello' });
    assert.is(await posted.text(), '/monitors/prod/x hello');
  }
  assert.is((await ask({ publicUrl }, '/ackmailx/healthz', byPublicName)).status, 404);
});

test('A request for a Host that is not ours gets 421', async () => {
  const refused = [
    'evil.example',
    'localhost.evil.example',
    'localhost.',
    '127.0.0.1.evil.example:8025',
    '127.0.0.2',
  ];
  const taken = [
    'localhost',
    'localhost:9',
    '127.0.0.1:8025',
    '[::1]:8025',
    'LOCALHOST',
    'monitor.example.com',
    'box:8025',
  ];
  const over = { publicUrl, listen: 'box:8025' };
  for (const host of refused) assert.is((await ask(over, '/healthz', { host })).status, 421, host);
  for (const host of taken) assert.is((await ask(over, '/healthz', { host })).status, 200, host);
  const forged = new Request('http://localhost/healthz', { headers: { host: 'evil.example' } });
  assert.is((await createConsole(parts()).fetch(forged)).status, 421);
  for (const host of ['a@localhost', 'localhost/x', '', ' ', 'localhost:x', 'localhost#'])
    assert.is(
      (await createConsole(parts()).fetch(new Request('http://localhost/', { headers: { host } }))).status,
      421,
      JSON.stringify(host),
    );
});

test('The report header is for who has the token, on this machine too', async () => {
  const path = '/report-header';
  const opened = { headers: { authorization: 'Bearer TOKEN' } };
  for (const peer of ['127.0.0.1', '192.0.2.7']) {
    const without = await ask({}, path, { peer, ...opened });
    assert.is(without.status, 403);
    assert.match(await without.text(), 'Set it in the settings');
    assert.is((await ask({ token: 'TOKEN' }, path, { peer })).status, 401);
    assert.is((await ask({ token: 'TOKEN' }, path, { peer, ...opened })).status, 200);
  }
});

test('The report header comes as text, HTML or JSON', async () => {
  const type = async (path: string, accept?: string) => {
    const headers = { authorization: 'Bearer TOKEN', ...(accept === undefined ? {} : { accept }) };
    const answer = await ask({ token: 'TOKEN' }, path, { headers });
    return `${answer.status} ${(answer.headers.get('content-type') ?? '').split(';')[0]}`;
  };
  assert.is(await type('/report-header'), '200 text/plain');
  assert.is(await type('/report-header', '*/*'), '200 text/plain');
  assert.is(await type('/report-header', 'text/html,application/xhtml+xml;q=0.9'), '200 text/html');
  assert.is(await type('/report-header', 'application/json'), '200 application/json');
  assert.is(await type('/report-header?format=html'), '200 text/html');
  assert.is(await type('/report-header?format=json', 'text/html'), '200 application/json');
  assert.is(await type('/report-header?format=xml'), '400 text/plain');
});

test('Health is bare for strangers', async () => {
  const health = () => ({ ok: false, detail: 'account alerts waits' });
  const local = await ask({ health }, '/healthz');
  assert.is(local.status, 503);
  assert.equal(await local.json(), { ok: false }, 'on this machine too');
  const stranger = await ask({ health, publicUrl }, '/healthz', byPublicName);
  assert.equal(await stranger.json(), { ok: false });
});

test('The metrics are for who has the token, and nowhere else', async () => {
  const metrics = async () => ({
    type: 'text/plain; version=0.0.4; charset=utf-8',
    text: 'ackmail_build_info 1\n',
  });
  const over = { metrics, token: 'TOKEN', publicUrl };
  const basic = `Basic ${Buffer.from('prometheus:TOKEN').toString('base64')}`;
  for (const authorization of ['Bearer TOKEN', 'bearer  TOKEN', basic]) {
    const answer = await ask(over, '/ackmail/metrics', { ...byPublicName, headers: { authorization } });
    assert.is(answer.status, 200);
    assert.is(answer.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8');
    assert.is(await answer.text(), 'ackmail_build_info 1\n');
  }
  for (const authorization of [
    '',
    'Bearer',
    'Bearer TOKE',
    'Bearer TOKENS',
    'Basic TOKEN',
    'TOKEN',
    'Bearer token',
  ]) {
    const answer = await ask(over, '/metrics', { headers: { authorization } });
    assert.is(answer.status, 401, authorization);
    assert.match(answer.headers.get('www-authenticate') ?? '', /^Bearer /);
    assert.not.match(await answer.text(), /ackmail_build_info|TOKEN/);
  }
  assert.is((await ask(over, '/metrics')).status, 401, 'also on this machine');
  assert.is((await ask({}, '/metrics', { headers: { authorization: 'Bearer ' } })).status, 403);
  assert.is((await ask({}, '/metrics', { headers: { authorization: 'Bearer undefined' } })).status, 403);
  assert.is(
    (await ask({ ...over, metrics: undefined }, '/metrics', { headers: { authorization: 'Bearer x' } }))
      .status,
    401,
  );
  const failing = { ...over, metrics: () => Promise.reject(new Error('secret inside')) };
  const broken = await ask(failing, '/metrics', { headers: { authorization: 'Bearer TOKEN' } });
  assert.is(broken.status, 500);
  assert.not.match(await broken.text(), 'secret inside');
});

test('The token opens the report header and the detail of the health from anywhere', async () => {
  const health = () => ({ ok: false, detail: 'account alerts waits' });
  const over = { health, publicUrl, token: 'TOKEN' };
  const good = { ...byPublicName, headers: { authorization: 'Bearer TOKEN' } };
  const bad = { ...byPublicName, headers: { authorization: 'Bearer WRONG' } };
  assert.is((await ask(over, '/report-header', good)).status, 200);
  assert.is((await ask(over, '/report-header', bad)).status, 401);
  assert.is((await ask(over, '/report-header', byPublicName)).status, 401);
  const unset = { ...byPublicName, headers: { authorization: 'Bearer undefined' } };
  assert.is((await ask({ publicUrl }, '/report-header', unset)).status, 403);
  assert.equal(await (await ask(over, '/healthz', good)).json(), {
    ok: false,
    detail: 'account alerts waits',
  });
  assert.equal(await (await ask(over, '/healthz', bad)).json(), { ok: false });
  assert.is((await ask(over, '/healthz', { ...good, host: 'evil.example' })).status, 421);
});

test('What is not there is 404, and what throws does not take the process down', async () => {
  for (const path of ['/x', '/monitors/prod', '/oauth', '/oauth/x', '/%', '/%00', '//evil.example/'])
    assert.is((await ask({}, path)).status, 404, path);
  const reportHeader = () => {
    throw new Error('secret inside');
  };
  const opened = { headers: { authorization: 'Bearer TOKEN' } };
  const answer = await ask({ reportHeader, token: 'TOKEN' }, '/report-header', opened);
  assert.is(answer.status, 500);
  assert.not.match(await answer.text(), 'secret inside');
});

test.run();
