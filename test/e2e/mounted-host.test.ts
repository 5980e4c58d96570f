import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type IncomingHttpHeaders, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { alertsMailbox, type Lab, startLab } from '../helpers/lab.js';
import { type NodeProcess, startNode } from '../helpers/node-process.js';
import { until } from '../helpers/until.js';

interface Context {
  lab: Lab;
  dir: string;
  host: NodeProcess;
}

const publicUrl = 'https://monitor.example.com/ackmail';
const test = suite<Context>('mounted-host');

test.before.each(async (context) => {
  context.lab = await startLab({ redirectUri: `${publicUrl}/oauth/callback` });
  context.dir = await mkdtemp(join(tmpdir(), 'ackmail-mounted-'));
  await writeFile(
    join(context.dir, 'ackmail.json'),
    JSON.stringify(context.lab.settings({ http: { publicUrl } })),
  );
  context.host = startNode('examples/mounted-host.ts', [], context.dir, { PORT: '0' });
  await context.host.says('ready on ');
});

test.after.each(async ({ lab, dir, host }) => {
  host.kill('SIGKILL');
  await host.ended();
  await lab.close();
  await rm(dir, { recursive: true });
});

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Asks the host as the proxy before it does, which hands on the Host that it was asked for. */
function ask(
  { host }: Context,
  path: string,
  headers: Record<string, string> = { host: 'monitor.example.com' },
): Promise<Answer> {
  const url = `${/ready on (\S+)/.exec(host.out())?.[1]}${path}`;
  return new Promise((resolve, reject) => {
    request(url, { headers, agent: false }, async (response) => {
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body: await text(response) });
    })
      .on('error', reject)
      .end();
  });
}

test('A host mounts the plugin in its own HTTP server, and a person signs in there', async (context) => {
  const { lab, host } = context;
  assert.match((await ask(context, '/')).body, 'A page of the host');
  const error = await until('the system error', () => host.out().includes('is not authorized') && host.out());
  assert.match(error, `${publicUrl}/authorize/alerts\n`);
  assert.not.match(error, lab.authorization.issuer);

  const begun = await ask(context, '/ackmail/authorize/alerts');
  assert.is(begun.status, 303);
  const [cookie = ''] = begun.headers['set-cookie'] ?? [];
  assert.match(cookie, /^__Host-[^=]+=[\w-]{43};/);
  for (const part of [/; Secure/, /; HttpOnly/, /; Path=\//, /; SameSite=Lax/]) assert.match(cookie, part);
  assert.not.match(cookie, /; Domain/i);
  const { location = '' } = begun.headers;
  assert.ok(location.startsWith(`${lab.authorization.authorizationEndpoint}?`));

  const callback = new URL(await lab.authorization.signIn(location, alertsMailbox));
  assert.is(callback.origin + callback.pathname, `${publicUrl}/oauth/callback`);
  const path = callback.pathname + callback.search;
  /** Where the browser is after the callback: at a clean address, which it is sent on to. */
  const arrive = async (header?: Readonly<Record<string, string>>) => {
    const left = await ask(context, path, header);
    assert.is(left.status, 303);
    const { pathname, search } = new URL(left.headers.location ?? '', `${publicUrl}/oauth/callback`);
    assert.not.match(search, /code|state/);
    return ask(context, pathname + search, header);
  };
  const stolen = await arrive();
  assert.ok(stolen.status >= 400 && stolen.status < 500, String(stolen.status));
  assert.match(stolen.body, 'Authentication failed');

  const mine = { host: 'monitor.example.com', cookie: cookie.replace(/;.*/, '') };
  const page = await arrive(mine);
  assert.is(page.status, 200);
  assert.match(page.body, 'Authentication complete');
  assert.match(page.body, alertsMailbox);
  const again = await arrive(mine);
  assert.match(again.body, 'Authentication failed');

  await until('the end of the error', () => host.out().includes('Cleared: OAUTH_AUTHORIZATION_REQUIRED'));
});

test('What names accounts is for who has shown who they are, and a foreign Host gets 421', async (context) => {
  const local = { host: '127.0.0.1' };
  assert.is((await ask(context, '/ackmail/report-header')).status, 403);
  assert.is((await ask(context, '/ackmail/report-header', local)).status, 403);
  assert.is((await ask(context, '/ackmail/accounts')).headers.location, '/ackmail/sign-in?to=%2Faccounts');

  assert.equal(JSON.parse((await ask(context, '/ackmail/healthz')).body), { ok: true });
  assert.equal(JSON.parse((await ask(context, '/ackmail/healthz', local)).body), { ok: true });

  for (const path of ['healthz', 'report-header', 'authorize/alerts', 'oauth/callback?state=x&code=y', '']) {
    const foreign = await ask(context, `/ackmail/${path}`, { host: 'rebound.example.net' });
    assert.is(foreign.status, 421, path);
    assert.is(foreign.headers['set-cookie'], undefined);
  }
});

test('The host ends by itself when it is told to', async ({ host }) => {
  host.kill('SIGTERM');
  assert.is(await host.ended(), 0);
});

test.run();
