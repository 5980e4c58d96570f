import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { program } from '../../src/cli/program.js';
import { type CliProcess, startCli } from '../helpers/cli-process.js';
import { type FakeTerminal, fakeTerminal } from '../helpers/fake-terminal.js';
import { alertsMailbox, type Lab, person, startLab } from '../helpers/lab.js';
import { until } from '../helpers/until.js';

interface Context {
  lab: Lab;
  dir: string;
  running: CliProcess[];
}

const test = suite<Context>('authorize');

test.before.each(async (context) => {
  context.lab = await startLab();
  context.dir = await mkdtemp(join(tmpdir(), 'ackmail-authorize-'));
  context.running = [];
  await configure(context);
});

test.after.each(async ({ lab, dir, running }) => {
  for (const process of running) process.kill('SIGKILL');
  await Promise.all(running.map((process) => process.ended()));
  await lab.close();
  await rm(dir, { recursive: true });
});

/** Writes the settings, with something else for the account. */
async function configure({ lab, dir }: Context, more: Readonly<Record<string, unknown>> = {}) {
  const settings = lab.settings();
  const { alerts } = settings['accounts'] as { readonly alerts: object };
  const accounts = {
    alerts: { ...alerts, ...more },
    relay: { grant: 'password', mailbox: 'relay@example.net', password: 'p', smtp: { host: 'localhost' } },
  };
  await writeFile(join(dir, 'ackmail.yaml'), JSON.stringify({ ...settings, accounts }));
}

/** Runs the command in this process. */
function run({ dir }: Context, ...args: string[]) {
  const terminal = fakeTerminal({ cwd: dir });
  return { terminal, ended: program(args, '0.0.0', terminal) };
}

/** The address and the code that the command shows. */
async function shown(terminal: FakeTerminal) {
  await until('the code', () => terminal.out().includes('enter the code'));
  const url = /^ {2}(http\S+)$/m.exec(terminal.out())?.[1] ?? '';
  const code = /enter the code (\S+) within 10 min/.exec(terminal.out())?.[1] ?? '';
  return { url, code };
}

test('People sign in with a code on another device; one declines, one is somebody else', async (context) => {
  const { lab, dir, running } = context;
  const serving = startCli(['serve'], dir);
  running.push(serving);
  await serving.says('ackmail: ready');
  // At once, since a server is asked no sooner than after five seconds.
  const answers: readonly (string | undefined)[] = [alertsMailbox, undefined, person];
  const [accepted, declined, other] = await Promise.all(
    answers.map(async (user) => {
      const { terminal, ended } = run(context, 'authorize', 'alerts', '--device');
      const { url, code } = await shown(terminal);
      await lab.authorization.enterDeviceCode(url, code, user);
      return { code: await ended, out: terminal.out(), err: terminal.err(), opened: terminal.opened };
    }),
  );
  assert.is(accepted?.code, 0);
  assert.match(accepted?.out ?? '', `sign in as ${alertsMailbox}`);
  assert.match(accepted?.out ?? '', `account alerts is authorized as ${alertsMailbox}`);
  assert.equal(accepted?.opened, []);
  assert.is(declined?.code, 1);
  assert.match(declined?.err ?? '', 'declined');
  assert.is(other?.code, 1);
  assert.match(other?.err ?? '', `made as ${person}, but ${alertsMailbox} is wanted`);
  const status = run(context, 'status');
  await status.ended;
  assert.match(status.terminal.out(), new RegExp(`alerts +${alertsMailbox} +authorized +${alertsMailbox}`));
});

test('An account of the device grant shows a code at once; Ctrl-C ends the waiting with 130', async (context) => {
  await configure(context, { grant: 'device_code' });
  const { terminal, ended } = run(context, 'authorize', 'alerts');
  await shown(terminal);
  terminal.signal('SIGINT');
  assert.is(await ended, 130);
});

test('The device comes last in what is told to somebody with a browser', async (context) => {
  const { terminal, ended } = run(context, 'authorize', 'alerts');
  await until('the address', () => terminal.out().includes('Waiting for the sign-in'));
  terminal.signal('SIGTERM');
  assert.is(await ended, 143);
  assert.match(terminal.out(), /press Enter\.\nIf none of that works: ackmail authorize alerts --device\n/);
});

test('For an application nobody signs in: its token is checked', async (context) => {
  await configure(context, { grant: 'client_credentials' });
  const good = run(context, 'authorize', 'alerts');
  assert.is(await good.ended, 0, good.terminal.err());
  assert.match(good.terminal.out(), 'nobody signs in, the application is authorized by itself');
  assert.match(good.terminal.out(), /got an access token, good until \d{4}-/);

  await configure(context, { grant: 'client_credentials', clientSecret: 'WRONG-SECRET' });
  const bad = run(context, 'authorize', 'alerts');
  assert.is(await bad.ended, 1);
  assert.match(bad.terminal.err(), 'until an administrator changes something');
  assert.not.match(bad.terminal.err() + bad.terminal.out(), 'WRONG-SECRET');
});

test('For a password there is nothing to authorize', async (context) => {
  const { terminal, ended } = run(context, 'authorize', 'relay', '--device');
  assert.is(await ended, 2);
  assert.match(terminal.err(), 'has grant: password; there is nothing to authorize');
});

test.run();
