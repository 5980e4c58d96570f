import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { program } from '../../src/cli/program.js';
import { type PluginInstance, register } from '../../src/index.js';
import { fakeTerminal } from '../helpers/fake-terminal.js';
import { freePort } from '../helpers/free-port.js';
import { createTestHost } from '../helpers/test-host.js';

interface Context {
  dir: string;
  port: number;
  plugin?: PluginInstance;
}

const test = suite<Context>('console');

test.before.each(async (context) => {
  context.dir = await mkdtemp(join(tmpdir(), 'ackmail-console-'));
  context.port = await freePort();
});
test.after.each(async ({ dir, plugin }) => {
  await plugin?.stop();
  await rm(dir, { recursive: true });
});

const settings = (http: object) => ({
  accounts: {
    relay: { grant: 'password', mailbox: 'm@example.com', password: 'x', smtp: { host: 'localhost' } },
  },
  actions: [{ name: 'ops', type: 'email', account: 'relay', to: ['ops@example.com'] }],
  http,
});

/** Starts Ackmail with these settings, and leaves them where the command finds them. */
async function begin(context: Context, http: object, start = true): Promise<void> {
  const host = await createTestHost(settings(http), context.dir);
  await writeFile(join(context.dir, 'ackmail.yaml'), JSON.stringify(host.settings));
  context.plugin = await register(host);
  if (start) await context.plugin.start();
}

async function run({ dir }: Context, ...args: readonly string[]) {
  return runWith({}, dir, args);
}

async function runWith(env: Record<string, string>, dir: string, args: readonly string[]) {
  const terminal = fakeTerminal({ cwd: dir, env });
  const code = await program(['console', ...args], '0.0.0', terminal);
  return { code, out: terminal.out(), err: terminal.err(), opened: terminal.opened };
}

test('It prints a link that signs in as who runs the command, and shows it in a browser', async (context) => {
  const { port } = context;
  await begin(context, { listen: `127.0.0.1:${port}` });
  const { code, out, err, opened } = await run(context);
  assert.is(err, '');
  assert.is(code, 0);
  const url = /^ {2}(http:\/\/127\.0\.0\.1:\d+\/sign-in\/[\w-]{43})$/m.exec(out)?.[1] ?? '';
  assert.equal(opened, [url]);
  assert.match(out, 'It signs you in as operator, once, within ten minutes.');
  assert.match(out, `ssh -L ${port}:localhost:${port} operator@monitor.example.com`);
  assert.is((await fetch(url, { method: 'POST', redirect: 'manual' })).status, 303);
});

test('Who calls it by sudo is still themselves', async (context) => {
  await begin(context, { listen: `127.0.0.1:${context.port}` });
  const { out } = await runWith({ SUDO_USER: 'anna' }, context.dir, []);
  assert.match(out, 'It signs you in as anna, once');
  assert.match(out, ' anna@monitor.example.com');
});

test('It signs in as who one says one is, and tells programs as JSON', async (context) => {
  await begin(context, { listen: `0.0.0.0:${context.port}` });
  const { out, opened } = await run(context, '--as', 'Anna Ö/', '--json');
  const { url, name } = JSON.parse(out);
  assert.is(name, 'Anna Ö/');
  assert.ok(url.startsWith(`http://localhost:${context.port}/sign-in/`));
  assert.match(await (await fetch(url)).text(), '<strong>Anna Ö/</strong>');
  assert.equal(opened, []);
  assert.is((await run(context, '--as', ' ')).code, 2);
  for (const wrong of ['two\nlines', 'x'.repeat(101)]) {
    const { code, err } = await run(context, '--as', wrong);
    assert.is(code, 1, wrong);
    assert.match(err, 'Give a name of one line');
  }
});

test('The link leads to the public address, where there is one', async (context) => {
  await begin(context, { publicUrl: 'https://monitor.example.com/ackmail/' });
  const { out } = await run(context);
  assert.match(out, /^ {2}https:\/\/monitor\.example\.com\/ackmail\/sign-in\/[\w-]{43}$/m);
  assert.not.match(out, 'ssh');
});

test('Without an Ackmail that runs there is nothing to show', async (context) => {
  await writeFile(
    join(context.dir, 'ackmail.yaml'),
    JSON.stringify(settings({ listen: `127.0.0.1:${context.port}` })),
  );
  const { code, out, err } = await run(context);
  assert.is(code, 1);
  assert.is(out, '');
  assert.match(err, 'No Ackmail runs with ');
  assert.match(err, 'Start it with `ackmail serve`');
});

test('An Ackmail that only waits for a sign-in has no pages', async (context) => {
  await begin(context, { listen: `127.0.0.1:${context.port}` }, false);
  const { code, err } = await run(context);
  assert.is(code, 1);
  assert.match(err, 'start `ackmail serve`');
});

test('Where the settings give the console no address, it says what to set', async (context) => {
  await writeFile(join(context.dir, 'ackmail.yaml'), JSON.stringify(settings({})));
  const { code, err } = await run(context);
  assert.is(code, 2);
  assert.match(err, 'neither http.listen nor http.publicUrl');
});

test.run();
