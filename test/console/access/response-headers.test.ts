import { readFile } from 'node:fs/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type PluginInstance, register } from '../../../src/index.js';
import { type Lab, startLab } from '../../helpers/lab.js';
import { openConsole } from '../../helpers/open-console.js';
import { createTestHost, type TestHost } from '../../helpers/test-host.js';

interface Context {
  lab: Lab;
  host: TestHost;
  plugin: PluginInstance;
}

const test = suite<Context>('response headers');

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

/** What no document needs to say: what it is, and how it is carried. */
const plain = [
  'connection',
  'content-length',
  'content-type',
  'date',
  'keep-alive',
  'location',
  'transfer-encoding',
];

/** The table of docs/security.md: each field with the values that stand first in their cell. */
async function documented(): Promise<ReadonlyMap<string, readonly string[]>> {
  const text = await readFile('docs/security.md', 'utf8');
  const [, section = ''] = text.split('## Response headers\n');
  const rows = (section.split('\n## ')[0] ?? '').matchAll(/^\| `([A-Za-z-]+)` \| (.*) \|$/gm);
  return new Map(
    [...rows].map(([, name = '', cell = '']) => [
      name.toLowerCase(),
      [...cell.matchAll(/`([^`]+)`/g)].map(([, value = '']) => value),
    ]),
  );
}

const fieldsOf = (answer: Response) =>
  Object.fromEntries(
    [...answer.headers]
      .filter(([name]) => !plain.includes(name))
      .map(([name, value]) => [name, value.replace(/'sha256-[^']+'/, "'sha256-…'")]),
  );

test('The pages of the console have the header fields of docs/security.md, and no others', async ({
  host,
}) => {
  const visit = await openConsole(host.dataDir);
  const wanted = Object.fromEntries([...(await documented())].map(([name, [first]]) => [name, first]));
  assert.ok(Object.keys(wanted).length >= 12);
  for (const path of ['/accounts', '/', '/nothing/here'])
    assert.equal(fieldsOf(await visit.get(path)), wanted, path);
  assert.equal(fieldsOf(await visit.post('/nothing/here')), wanted, 'a form');
  assert.equal(
    fieldsOf(await visit.post('/nothing/here', { token: 'guess' })),
    wanted,
    'a form that is refused',
  );
});

test('So have all other answers, which send no referrer at all', async ({ lab, plugin }) => {
  const table = await documented();
  const wanted = Object.fromEntries([...table].map(([name, [first]]) => [name, first]));
  const get = (path: string, init: RequestInit = {}) =>
    fetch(`http://127.0.0.1:${lab.port}${path}`, { redirect: 'manual', ...init });
  const own = { ...wanted, 'referrer-policy': table.get('referrer-policy')?.[1] };
  for (const path of ['/healthz', '/metrics', '/report-header', '/oauth/callback', '/oauth/complete'])
    assert.equal(fieldsOf(await get(path)), own, path);
  for (const path of ['/authorize/alerts', '/monitors/prod', '/accounts'])
    assert.equal(fieldsOf(await get(path)), own, path);
  const misdirected = await plugin.fetch(new Request('http://evil.example/accounts'));
  assert.is(misdirected.status, 421);
  assert.equal(fieldsOf(misdirected), own);
  const signIn = await get('/sign-in');
  assert.equal(fieldsOf(signIn), wanted);
  const page = await signIn.text();
  const [, style = ''] = /<link rel="stylesheet" href="([^"]+)"/.exec(page) ?? [];
  const cached = { ...own, 'cache-control': table.get('cache-control')?.[1] };
  assert.equal(fieldsOf(await get(style)), cached);
});

test.run();
