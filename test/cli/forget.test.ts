import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { program } from '../../src/cli/program.js';
import { type CliProcess, startCli } from '../helpers/cli-process.js';
import { fakeTerminal } from '../helpers/fake-terminal.js';
import { alertsMailbox, type Lab, startLab } from '../helpers/lab.js';
import { until } from '../helpers/until.js';

interface Context {
  lab: Lab;
  dir: string;
  serving?: CliProcess;
}

const test = suite<Context>('forget');

test.before.each(async (context) => {
  context.lab = await startLab();
  context.dir = await mkdtemp(join(tmpdir(), 'ackmail-forget-'));
  await writeFile(join(context.dir, 'ackmail.yaml'), JSON.stringify(context.lab.settings()));
});

test.after.each(async ({ lab, dir, serving }) => {
  serving?.kill('SIGKILL');
  await serving?.ended();
  await lab.close();
  await rm(dir, { recursive: true });
});

/** Runs the command; `typed` is what a person at a terminal types at its question. */
async function run({ dir }: Context, args: readonly string[], typed?: string) {
  const terminal = fakeTerminal({ cwd: dir });
  const stdin = Object.assign(terminal.stdin, typed === undefined ? {} : { isTTY: true });
  const ended = program(args, '0.0.0', { ...terminal, stdin });
  if (typed !== undefined) {
    await until('the question', () => terminal.err().includes('[y/N]'));
    stdin.write(typed);
  }
  return { code: await ended, out: terminal.out(), err: terminal.err() };
}

async function signIn(context: Context) {
  const { lab, dir } = context;
  const terminal = fakeTerminal({ cwd: dir });
  const authorizing = program(['authorize', 'alerts'], '0.0.0', terminal);
  const url = () => /^ {2}(http\S+)$/m.exec(terminal.out())?.[1] ?? '';
  await until('the address', url);
  terminal.stdin.end(`${await lab.authorization.signIn(url(), alertsMailbox)}\n`);
  assert.is(await authorizing, 0);
}

test('The Ackmail that runs revokes and removes, and then asks for a sign-in', async (context) => {
  const { lab, dir } = context;
  context.serving = startCli(['serve'], dir);
  await context.serving.says('ackmail: ready');
  await signIn(context);
  assert.is((await run(context, ['test', 'alerts'])).code, 0);
  const [token = ''] = lab.submission.logins.slice(-1);
  assert.ok((await lab.authorization.introspect(token)).active);

  const { code, out } = await run(context, ['forget', 'alerts']);
  assert.is(code, 0);
  assert.match(out, `Revoked: the provider has ended the authorization of ${alertsMailbox}`);
  assert.match(out, 'ackmail authorize alerts');
  assert.match(out, 'restart Ackmail to end them at once');
  assert.match(out, lab.authorization.issuer);
  assert.not.ok((await lab.authorization.introspect(token)).active);
  const status = await run(context, ['status']);
  assert.match(status.out, 'authorization-required');
  assert.match(status.out, 'Open the authorization URL');
  await signIn(context);
  assert.is((await run(context, ['test', 'alerts'])).code, 0);
  assert.match((await run(context, ['status'])).out, new RegExp(`authorized +${alertsMailbox}`));
});

test('Without a running Ackmail the command does it, and says it honestly where the provider does not', async (context) => {
  const { lab, dir } = context;
  await signIn(context);
  const { issuer, authorizationEndpoint, tokenEndpoint } = lab.authorization;
  const settings = lab.settings();
  const text = JSON.stringify(settings).replace(
    JSON.stringify(issuer),
    `"${issuer}","authorizationUrl":"${authorizationEndpoint}","tokenUrl":"${tokenEndpoint}"`,
  );
  await writeFile(join(dir, 'ackmail.yaml'), text);
  const refused = await run(context, ['forget', 'alerts']);
  assert.is(refused.code, 1);
  assert.match(refused.err, 'nothing was removed: it offers no revocation (RFC 7009)');
  assert.match(refused.err, 'ackmail forget alerts --force');
  assert.is(refused.out, '');

  for (const no of ['n\n', '\n', '\u0003', '\u0004']) {
    const asked = await run(context, ['forget', 'alerts'], no);
    assert.is(asked.code, 1, JSON.stringify(no));
    assert.is(asked.out, '');
  }
  assert.match((await run(context, ['status'])).out, new RegExp(`authorized +${alertsMailbox}`));
  const yes = await run(context, ['forget', 'alerts'], 'y\n');
  assert.is(yes.code, 0);
  assert.match(
    yes.out,
    `Removed, but not revoked: account alerts keeps nothing of the authorization of ${alertsMailbox}`,
  );
  assert.match((await run(context, ['status'])).out, 'authorization-required');
  const again = await run(context, ['forget', 'alerts', '--force']);
  assert.match(again.out, 'no authorization was kept');
});

test('An account without an authorization is told so', async (context) => {
  const { lab, dir } = context;
  const { accounts } = lab.settings() as { accounts: object };
  const relay = {
    mailbox: 'a@example.com',
    grant: 'password',
    password: 'p',
    smtp: { host: '127.0.0.1', security: 'none' },
  };
  await writeFile(
    join(dir, 'ackmail.yaml'),
    JSON.stringify(lab.settings({ accounts: { ...accounts, relay } })),
  );
  const { code, err } = await run(context, ['forget', 'relay']);
  assert.is(code, 2);
  assert.match(err, 'Account relay has grant: password; there is nothing to forget.');
  assert.match((await run(context, ['forget', 'nobody'])).err, 'There is: alerts, relay.');
  assert.is((await run(context, ['forget'])).code, 2);
});

test.run();
