import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { program } from '../../src/cli/program.js';
import { listen } from '../../src/console/listen.js';
import { type CliProcess, startCli } from '../helpers/cli-process.js';
import { type FakeTerminal, fakeTerminal } from '../helpers/fake-terminal.js';
import { freePort } from '../helpers/free-port.js';
import { alertsMailbox, type Lab, startLab } from '../helpers/lab.js';
import { until } from '../helpers/until.js';

interface Context {
  lab: Lab;
  dir: string;
  running: CliProcess[];
}

const hookSecret = 'the-secret-of-the-hook';
const test = suite<Context>('serve');

test.before.each(async (context) => {
  context.lab = await startLab();
  context.dir = await mkdtemp(join(tmpdir(), 'ackmail-serve-'));
  context.running = [];
  const silent = `http://127.0.0.1:${await freePort()}`;
  const settings = context.lab.settings({
    monitors: { prod: { type: 'alertmanager', url: silent, secret: '${file:hook.secret}' } },
  });
  await writeFile(join(context.dir, 'ackmail.yaml'), JSON.stringify(settings));
  await writeFile(join(context.dir, 'hook.secret'), hookSecret);
});

test.after.each(async ({ lab, dir, running }) => {
  for (const process of running) process.kill('SIGKILL');
  await Promise.all(running.map((process) => process.ended()));
  await lab.close();
  await rm(dir, { recursive: true });
});

const start = ({ dir, running }: Context, ...args: string[]): CliProcess => {
  const process = startCli(args, dir);
  running.push(process);
  return process;
};

/** Runs the command in this process. */
async function run({ dir }: Context, ...args: string[]) {
  const terminal = fakeTerminal({ cwd: dir });
  const code = await program(args, '0.0.0', terminal);
  return { code, out: terminal.out(), err: terminal.err() };
}

const urlIn = (text: string) => /^ {2}(http\S+)$/m.exec(text)?.[1] ?? '';

/** Signs in as a person does: opens the address that the command shows. */
async function browse({ lab }: Context, terminal: Pick<FakeTerminal, 'out'>): Promise<string> {
  await until('the address', () => urlIn(terminal.out()));
  const callback = await lab.authorization.signIn(urlIn(terminal.out()), alertsMailbox);
  return (await fetch(callback)).text();
}

const hook = ({ lab }: Context, name: string, secret = hookSecret) =>
  fetch(`http://127.0.0.1:${lab.port}/monitors/prod`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      version: '4',
      groupKey: '{}',
      truncatedAlerts: 0,
      status: 'firing',
      receiver: 'ackmail',
      groupLabels: {},
      commonLabels: {},
      commonAnnotations: {},
      externalURL: 'http://alertmanager.example.com',
      alerts: [
        {
          status: 'firing',
          labels: { alertname: name, instance: 'db1', severity: 'critical' },
          annotations: { summary: 'The disk is full' },
          startsAt: new Date().toISOString(),
          endsAt: '0001-01-01T00:00:00Z',
          generatorURL: 'http://prometheus.example.com/graph',
          fingerprint: '0123456789abcdef',
        },
      ],
    }),
  });

test('The command serves, signs in, tests, takes an alert and ends', async (context) => {
  const { lab, dir } = context;
  const serving = start(context, 'serve');
  await serving.says(`ackmail: ready on http://127.0.0.1:${lab.port}\n`);

  const second = await run(context, 'serve');
  assert.is(second.code, 1);
  assert.match(second.err, `running Ackmail (process ${serving.pid})`);

  const before = await run(context, 'status');
  assert.match(before.out, 'runs, started');
  assert.match(before.out, new RegExp(`alerts +${alertsMailbox} +authorization-required`));
  const untested = await run(context, 'test', 'alerts');
  assert.is(untested.code, 1);
  assert.match(untested.out, /FAILED SMTP token/);
  assert.match(untested.out, lab.authorization.issuer);

  const terminal = fakeTerminal({ cwd: dir });
  const authorizing = program(['authorize', 'alerts'], '0.0.0', terminal);
  assert.match(await browse(context, terminal), 'Authentication complete');
  assert.is(await authorizing, 0);
  assert.match(terminal.out(), `Authentication complete: account alerts is authorized as ${alertsMailbox}.`);
  assert.equal(terminal.opened, [urlIn(terminal.out())]);

  const tested = await run(context, 'test', 'alerts');
  assert.match(tested.out, 'Everything works.');
  assert.is(tested.code, 0);
  assert.match(tested.out, /ok {5}SMTP mail/);
  assert.match(tested.out, /ok {5}IMAP login/);

  assert.is((await hook(context, 'DiskFull', 'wrong')).status, 401);
  assert.is((await hook(context, 'DiskFull')).status, 200);
  await until('the alert mail', () => lab.received().some((mail) => mail.includes('DiskFull')));
  const after: unknown = JSON.parse((await run(context, 'status', '--json')).out);
  assert.match(JSON.stringify(after), /"running":true.*"state":"authorized".*"firing":1/);

  serving.kill('SIGTERM');
  assert.is(await serving.ended(), 0);
  const stopped = await run(context, 'status');
  assert.is(stopped.code, 0);
  assert.match(stopped.out, 'does not run');
  assert.match(stopped.out, '1 firing');

  const said = serving.out() + serving.err() + terminal.out() + tested.out + stopped.out;
  for (const secret of [lab.clientSecret, hookSecret, 'eyJ']) assert.not.match(said, secret);
  assert.ok(lab.submission.logins.length > 0);
  for (const token of lab.submission.logins) assert.not.match(said, token);
  for (const file of await readdir(join(dir, 'data'), { recursive: true, withFileTypes: true })) {
    if (!file.isFile()) continue;
    const text = await readFile(join(file.parentPath, file.name), 'utf8');
    for (const secret of [lab.clientSecret, hookSecret, ...lab.submission.logins])
      assert.not.match(text, secret, file.name);
  }
});

test('Without a running Ackmail the command signs in by itself, by browser', async (context) => {
  const authorizing = start(context, 'authorize', 'alerts');
  assert.match(await browse(context, authorizing), 'Authentication complete');
  assert.is(await authorizing.ended(), 0);
  assert.match(authorizing.out(), 'Authentication complete: account alerts');
  assert.match((await run(context, 'status')).out, new RegExp(`authorized +${alertsMailbox}`));
  assert.is((await run(context, 'test', 'alerts')).code, 0);
});

test('Without a running Ackmail the command signs in by itself, by an address from a pipe', async (context) => {
  const { lab, dir } = context;
  const terminal = fakeTerminal({ cwd: dir });
  const authorizing = program(['authorize', 'alerts'], '0.0.0', terminal);
  await until('the address', () => urlIn(terminal.out()));
  assert.match(terminal.out(), `ssh -L ${lab.port}:localhost:${lab.port}`);
  terminal.stdin.write('http://localhost/?state=made-up&code=x\n');
  await until('the refusal', () => terminal.err().includes('was not asked for here'));
  const callback = await lab.authorization.signIn(urlIn(terminal.out()), alertsMailbox);
  terminal.stdin.end(`  "${callback}"  \n`);
  assert.is(await authorizing, 0);
});

test('Ctrl-C ends the waiting for a sign-in with 130', async (context) => {
  const authorizing = start(context, 'authorize', 'alerts');
  await until('the address', () => urlIn(authorizing.out()));
  authorizing.kill('SIGINT');
  assert.is(await authorizing.ended(), 130);
});

test('An account that does not exist is told with those that do', async (context) => {
  for (const verb of ['authorize', 'test']) {
    const { code, err } = await run(context, verb, 'nobody');
    assert.is(code, 2);
    assert.match(err, 'There is: alerts');
  }
});

test('A port that is taken ends the start with 2, and says which', async (context) => {
  const address = `127.0.0.1:${context.lab.port}`;
  const other = await listen(async () => new Response(), address);
  const { code, err } = await run(context, 'serve');
  await other.close();
  assert.is(code, 2);
  assert.match(err, `${address}: another program has this port`);
});

test.run();
