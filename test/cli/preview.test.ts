import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { program } from '../../src/cli/program.js';
import { register } from '../../src/index.js';
import { fakeTerminal } from '../helpers/fake-terminal.js';
import { createTestHost, firedEvent } from '../helpers/test-host.js';

interface Context {
  dir: string;
}

const test = suite<Context>('preview');

// Nothing listens there: a preview that asked a server would fail.
const settings = {
  timeZone: 'UTC',
  accounts: {
    relay: {
      ...{ grant: 'password', mailbox: 'monitor@example.com', password: 'secret' },
      smtp: { host: '127.0.0.1', port: 9, security: 'none' },
      imap: { host: '127.0.0.1', port: 9, security: 'none' },
    },
  },
  acknowledgement: { account: 'relay' },
  actions: [
    { name: 'chat', type: 'webhook', url: 'http://127.0.0.1:9/hook' },
    { name: 'ops', type: 'email', account: 'relay', to: ['ops@example.com'] },
    { name: 'shop', type: 'email', account: 'relay', to: ['shop@example.com'], templates: 'look' },
  ],
};

test.before.each(async (context) => {
  context.dir = await mkdtemp(join(tmpdir(), 'ackmail-preview-'));
  await mkdir(join(context.dir, 'look'));
  await writeFile(join(context.dir, 'look', 'subject.liquid'), '[{{ word }}] Shop: {{ words }}');
  await writeFile(join(context.dir, 'ackmail.yaml'), JSON.stringify(settings));
});

test.after.each(({ dir }) => rm(dir, { recursive: true }));

async function run({ dir }: Context, ...args: string[]) {
  const terminal = fakeTerminal({ cwd: dir });
  const code = await program(['preview', ...args], '0.0.0', terminal);
  return { code, out: terminal.out(), err: terminal.err() };
}

test('the mail of a sample, of the first action that mails or of the one that is named', async (context) => {
  const first = await run(context);
  assert.is(first.err, '');
  assert.is(first.code, 0);
  assert.match(
    first.out,
    /^Subject: \[CRITICAL\] DiskFull on db-1\.example\.com:9100 \[#preview\]\n\n92 %: /,
  );
  assert.match(first.out, 'Reply to this mail to acknowledge.');
  assert.match(first.out, '\nHTML:\n<!DOCTYPE html>');
  assert.match(first.out, 'href="mailto:monitor%2Bpreview@example.com?subject=Re%3A%20%5BCRITICAL%5D');
  const shop = await run(context, 'shop', '--sample', 'resolved');
  assert.match(shop.out, /^Subject: \[RESOLVED\] Shop: DiskFull on/);
  assert.match((await run(context, 'ops', '--sample', 'acknowledged')).out, 'carol@example.com has it until');
  const several = await run(context, 'shop', '--sample', 'digest');
  assert.match(
    several.out,
    /^Subject: \[CRITICAL\] 12 alerts: NodeDown 8, HighLoad 3, DiskFull 1 \[#preview\]\n/,
  );
  assert.match(several.out, 'Reply "ack all"');
  const error = await run(context, '--sample', 'system-error');
  assert.match(error.out, /^Subject: \[SYSTEM ERROR\] OAuth authorization required for alerts\n/);
  assert.match(error.out, '>Sign in</a>');
  assert.not.match(error.out, /#preview|Reply to this mail/);
});

test('a preview writes nothing but what it is told to: no data directory, no key', async (context) => {
  await run(context);
  const missing = await run(context, '--alert', 'abc');
  assert.is(missing.code, 1);
  assert.match(missing.err, 'There is no alert abc: there is no data directory');
  assert.equal((await readdir(context.dir)).sort(), ['ackmail.yaml', 'look']);
});

test('with --out, three files that only their owner reads, over those that are there', async (context) => {
  const folder = join(context.dir, 'new', 'out');
  for (const kind of ['firing', 'resolved']) {
    const { code, out } = await run(context, '--out', 'new/out', '--sample', kind);
    assert.is(code, 0);
    assert.equal(
      out.trim().split('\n'),
      ['subject.txt', 'mail.txt', 'mail.html'].map((name) => join(folder, name)),
    );
    for (const name of await readdir(folder)) assert.is((await stat(join(folder, name))).mode & 0o777, 0o600);
    await rm(join(folder, 'mail.txt'));
    await writeFile(join(folder, 'mail.txt'), 'old', { mode: 0o644 });
  }
  await run(context, '--out', 'new/out', '--sample', 'resolved');
  assert.is((await stat(join(folder, 'mail.txt'))).mode & 0o777, 0o600);
  assert.match(await readFile(join(folder, 'subject.txt'), 'utf8'), /^\[RESOLVED\] DiskFull .*\n$/);
  assert.match(await readFile(join(folder, 'mail.html'), 'utf8'), /^<!DOCTYPE html>/);
  const { code, err } = await run(context, '--out', 'ackmail.yaml/out');
  assert.is(code, 1);
  assert.match(err, 'cannot be written to');
});

test('a template that does not work is told with file and line, and the mail is shown as it would leave', async (context) => {
  const file = join(context.dir, 'look', 'text.liquid');
  await writeFile(file, 'one\ntwo {% if owner %}\n');
  const { code, err, out } = await run(context, 'shop');
  assert.is(code, 1);
  assert.match(err, `${file} does not work`);
  assert.match(err, 'line 2: tag {% if owner %} not closed');
  assert.match(out, 'Reply to this mail to acknowledge.');
});

test('a real alert, whether Ackmail runs or not, and nothing in the data directory changes', async (context) => {
  const host = await createTestHost(settings, context.dir);
  const event = firedEvent('db7');
  const running = await register(host);
  const [outcome] = await running.handleAlerts([event]);
  const id = outcome?.alertId ?? '';
  const asked = await run(context, 'shop', '--alert', id);
  assert.is(asked.err, '');
  assert.match(
    asked.out,
    /^Subject: \[CRITICAL\] Shop: DiskFull on db7\n\n95 %: The disk of db7 is 95 % full\./,
  );
  const unknown = await run(context, '--alert', 'zzz');
  assert.is(unknown.code, 1);
  assert.match(unknown.err, `There is no alert zzz. The newest are ${id} (DiskFull).`);
  await running.stop();

  const before = await contents(join(context.dir, 'data'));
  assert.ok(Object.keys(before).some((name) => name.startsWith('outbox/')));
  assert.is((await run(context, 'shop', '--alert', id)).out, asked.out);
  assert.equal(await contents(join(context.dir, 'data')), before);
});

test('a wrong call ends with 2 and says what there is', async (context) => {
  for (const [args, words] of [
    [['nosuch'], 'There is: ops, shop.'],
    [['chat'], 'There is: ops, shop.'],
    [['--sample', 'nosuch'], 'system-error'],
    [['--sample', 'firing', '--alert', 'abc'], 'cannot be used with'],
  ] as const) {
    const { code, err, out } = await run(context, ...args);
    assert.is(code, 2, err);
    assert.match(err, words);
    assert.is(out, '');
  }
});

/** Every file of a folder with what is in it. */
async function contents(dir: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const name of await readdir(dir, { recursive: true }))
    if ((await stat(join(dir, name))).isFile()) found[name] = await readFile(join(dir, name), 'utf8');
  return found;
}

test.run();
