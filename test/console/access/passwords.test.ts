import { scryptSync } from 'node:crypto';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Log } from '../../../src/core/host.js';
import { type PluginInstance, register } from '../../../src/index.js';
import { type FakeClock, fakeClock } from '../../helpers/fake-clock.js';
import { type Lab, startLab } from '../../helpers/lab.js';
import { openConsole } from '../../helpers/open-console.js';
import { quietLog } from '../../helpers/quiet-log.js';
import { createTestHost, type TestHost } from '../../helpers/test-host.js';

interface Context {
  lab: Lab;
  clock: FakeClock;
  host: TestHost;
  plugin: PluginInstance;
  origin: string;
  logged: string[];
}

const secret = 'the-secret-of-anna';
const name = 'anna@example.com';
/** As `ackmail console --password` makes it, of the cheapest kind. */
const salt = Buffer.alloc(16, 7);
const hash = `scrypt:16384:8:1:${salt.toString('base64url')}:${scryptSync(secret, salt, 32).toString('base64url')}`;
/** It ends TLS, and signs nobody in. */
const proxy = '192.0.2.1';
const test = suite<Context>('passwords');

test.before.each(async (context) => {
  context.lab = await startLab();
  context.clock = fakeClock();
  context.logged = [];
  const told = (facts: object, message: string) =>
    void context.logged.push(`${JSON.stringify(facts)} ${message}`);
  const log: Log = { ...quietLog, info: told, warn: told, error: told };
  const listen = `127.0.0.1:${context.lab.port}`;
  const http = { listen, users: { [name]: hash }, proxies: { addresses: [proxy] } };
  context.host = { ...(await createTestHost(context.lab.settings({ http }))), log };
  context.plugin = await register(context.host, { clock: context.clock });
  await context.plugin.start();
  context.origin = `http://${listen}`;
});
test.after.each(async ({ lab, host, plugin }) => {
  await plugin.stop();
  await host.remove();
  await lab.close();
});

const login = (
  { origin }: Context,
  form: Readonly<Record<string, string>>,
  headers: Record<string, string> = {},
) =>
  fetch(`${origin}/sign-in`, {
    ...{ method: 'POST', redirect: 'manual', headers },
    body: new URLSearchParams({ name, password: secret, ...form }),
  });

test('Name and password lead back to the page that was asked for', async (context) => {
  const { origin } = context;
  const led = await fetch(`${origin}/alerts?text=%22%3E&from=50`, { redirect: 'manual' });
  const page = await (await fetch(new URL(led.headers.get('location') ?? '', origin))).text();
  assert.match(page, 'name="to" value="/alerts?text=%22%3E&amp;from=50"');
  assert.match(page, 'autocomplete="current-password"');
  const answer = await login(context, { to: '/alerts?text=%22%3E&from=50' });
  assert.is(answer.headers.get('location'), '/alerts?text=%22%3E&from=50');
  const cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? '';
  const seen = await fetch(`${origin}/accounts`, { headers: { cookie } });
  assert.match(await seen.text(), name);
  for (const to of ['//evil.example', '/\\evil.example', 'https://evil.example', '/sign-out'])
    assert.is((await login(context, { to })).headers.get('location'), '/', to);
});

test('A wrong password, a wrong name and none at all are told the same, in the same time', async (context) => {
  const timeMs = async (form: Record<string, string>) => {
    const began = performance.now();
    const answer = await login(context, form);
    const tookMs = performance.now() - began;
    assert.is(answer.status, 403);
    assert.is(answer.headers.get('set-cookie'), null);
    assert.match(await answer.text(), 'Name or password is wrong.');
    return tookMs;
  };
  let hashMs = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 3; round += 1) {
    const began = performance.now();
    scryptSync(secret, salt, 32);
    hashMs = Math.min(hashMs, performance.now() - began);
  }
  for (const form of [
    { password: 'wrong' },
    { name: 'nobody', password: 'wrong' },
    { name: '', password: '' },
    { name: '__proto__', password: secret },
  ]) {
    const tookMs = await timeMs(form);
    assert.ok(tookMs > hashMs / 2, `${JSON.stringify(form)} took ${tookMs} ms, a hash ${hashMs} ms`);
  }
});

test('What was typed stands in the form again, as text, and the password nowhere', async (context) => {
  const hostile = '"><script>alert(1)</script>';
  const text = await (
    await login(context, { name: hostile, password: `${secret}-wrong`, to: hostile })
  ).text();
  assert.match(text, 'value="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"');
  assert.not.match(text, '<script>');
  assert.not.match(text, secret);
  assert.match(text, 'name="to" value="/"');
  const log = context.logged.join('\n');
  assert.match(log, 'name or password is wrong');
  assert.not.match(log, /script|the-secret-of/);
});

test('After ten wrong passwords one waits, told in the log once; a link signs in all the same', async (context) => {
  const { clock, host, logged } = context;
  const many = await Promise.all(Array.from({ length: 13 }, () => login(context, { password: 'wrong' })));
  assert.equal(many.map(({ status }) => status).sort(), [...Array(10).fill(403), ...Array(3).fill(429)]);
  const late = await login(context, {});
  assert.is(late.status, 429, 'the right one, too: else it could be told from the others');
  assert.is(late.headers.get('retry-after'), '60');
  assert.match(await late.text(), 'Wait 60 seconds, or take the link of the command.');
  assert.is(logged.filter((line) => line.includes('refused for now')).length, 1);
  const visit = await openConsole(host.dataDir);
  assert.is((await visit.get('/accounts')).status, 200);
  await clock.forward(60_000);
  assert.is((await login(context, {})).status, 303);
  assert.is((await login(context, {})).status, 303, 'a right one costs no try');
  const signedIn = logged.filter((line) => line.includes('Somebody signed in at the console'));
  assert.is(signedIn.length, 3, 'the link and two passwords');
  assert.match(signedIn[0] ?? '', '"name":"ops@example.com","address":"127.0.0.1"');
  assert.is((await login(context, { password: 'wrong' })).status, 403);
  assert.is((await login(context, { password: 'wrong' })).status, 429);
});

test('A header field that names another address gains no tries', async (context) => {
  const statuses = [];
  for (let round = 0; round < 11; round += 1)
    statuses.push(
      (await login(context, { password: 'x' }, { 'x-forwarded-for': `192.0.2.${round}` })).status,
    );
  assert.is(statuses.at(-1), 429);
});

/** The statuses of wrong passwords that a proxy hands on from these addresses, one after the other. */
async function wrongFrom(
  { plugin, origin }: Context,
  ...addresses: readonly string[]
): Promise<readonly number[]> {
  const statuses = [];
  for (const address of addresses) {
    const body = new URLSearchParams({ name, password: 'wrong' });
    const init = { method: 'POST', headers: { 'x-forwarded-for': address }, body };
    const answer = await plugin.fetch(new Request(`${origin}/sign-in`, init), { peer: proxy });
    statuses.push(answer.status);
  }
  return statuses;
}

test('Behind a proxy that is named by its address alone, each one has tries of its own, and nobody is signed in by a field', async (context) => {
  const { plugin, origin } = context;
  const ten = Array<string>(10).fill('198.51.100.7');
  assert.equal(await wrongFrom(context, ...ten, '198.51.100.7', '198.51.100.8'), [
    ...Array(10).fill(403),
    ...[429, 403],
  ]);
  const headers = { 'x-forwarded-user': name };
  const answer = await plugin.fetch(new Request(`${origin}/accounts`, { headers }), { peer: proxy });
  assert.is(answer.status, 303);
});

test('One network of IPv6 has the tries of one address', async (context) => {
  const one = Array.from({ length: 10 }, (_, host) => `2001:db8:0:7:${host}::${host}`);
  assert.equal(await wrongFrom(context, ...one, '2001:DB8::7:0:0:0:ffff', '2001:db8:0:8::1', '2001:db8::7'), [
    ...Array(10).fill(403),
    ...[429, 403, 403],
  ]);
});

test('A clock that is set back costs nobody their tries', async (context) => {
  const { clock } = context;
  assert.is((await login(context, { password: 'wrong' })).status, 403);
  await clock.set(new Date(clock.now().getTime() - 3_600_000));
  assert.is((await login(context, { password: 'wrong' })).status, 403);
  assert.is((await login(context, {})).status, 303);
});

test('A sign-in of another site, or one that is too long, is not looked at', async (context) => {
  const foreign = await login(context, {}, { 'sec-fetch-site': 'cross-site' });
  assert.is(foreign.status, 403);
  assert.is(foreign.headers.get('set-cookie'), null);
  assert.is((await login(context, { password: 'x'.repeat(70_000) })).status, 413);
});

test.run();
