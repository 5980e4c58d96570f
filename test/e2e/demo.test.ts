import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createNarrator } from '../../examples/demo/narrator.js';
import { signIn } from '../../examples/demo/sign-in.js';
import { type AtEnd, startAckmail, startServers } from '../../examples/demo/stage.js';
import { stay } from '../../examples/demo/stay.js';
import { alertsMailbox } from '../helpers/lab.js';
import { type NodeProcess, startNode } from '../helpers/node-process.js';
import { until } from '../helpers/until.js';

interface Context {
  dir: string;
  running: NodeProcess[];
}

const test = suite<Context>('demo');

test.before.each(async (context) => {
  context.dir = await mkdtemp(join(tmpdir(), 'ackmail-demo-test-'));
  context.running = [];
});

test.after.each(async ({ dir, running }) => {
  for (const process of running) process.kill('SIGKILL');
  await Promise.all(running.map((process) => process.ended()));
  await rm(dir, { recursive: true });
});

const start = ({ dir, running }: Context, args: readonly string[], env = {}): NodeProcess => {
  const temporary = { TMPDIR: dir, TMP: dir, TEMP: dir };
  const process = startNode('examples/demo/demo.ts', args, dir, { ...temporary, ...env });
  running.push(process);
  return process;
};
const leftBehind = async ({ dir }: Context) =>
  (await readdir(dir)).filter((name) => name.startsWith('ackmail'));

test('The demo tells the whole story, each step as it happens, and leaves nothing behind', async (context) => {
  const demo = start(context, ['--once']);
  assert.is(await demo.ended(), 0, demo.out() + demo.err());
  assert.is(demo.err(), '');
  const out = demo.out();

  const titles = out.split('\n').filter((line) => /^[ \d]\d /.test(line));
  const expected = [
    'Three servers start',
    'finds nobody signed in',
    'Anna opens the console by a link that is good once',
    'From the page of the account somebody signs in as alerts@example.com',
    'Somebody signs in as ops@example.com instead, and is refused',
    'Anna presses Test Server: every step works',
    'raises an alert',
    'in the mailbox of ops@example.com',
    'A stranger replies "ack", and is refused',
    'An out-of-office reply is refused',
    'replies "ack 2h looking into it": acknowledged',
    'A second alert, which Anna acknowledges at the console',
    'says who had it',
    'not lost, it waits',
    "on top of the monitor's report",
    'on top of every page of the console',
    'by the action that still works, the webhook',
    'follows the link on top of the report and signs in again',
    'The mail that waited leaves',
    'The system error is cleared',
  ];
  assert.is(titles.length, expected.length);
  titles.forEach((title, index) => {
    assert.ok(title.startsWith(`${String(index + 1).padStart(2)} ✔ `), title);
    assert.match(title, expected[index] ?? '');
  });

  for (const fact of [
    "The browser ends on Ackmail's own page: Authentication complete",
    'Authentication failed: The sign-in for account alerts was made as ops@example.com, but alerts@example.com is wanted.',
    /still authorized as alerts@example\.com, by the grant of \d{4}-/,
    /From alerts@example\.com to ops@example\.com, reply to alerts\+\w{8}…@example\.com/,
    /Subject: \[CRITICAL\] DiskFull on db1 \[#?[a-z0-9-]+\]\n +97 %: /,
    'SMTP AUTH XOAUTH2 as alerts@example.com, message accepted: 250 ',
    'the sender is neither a recipient of the mail nor allowed by the settings; the alert is still firing',
    'it is automatic mail: Auto-Submitted; the alert is still firing',
    'demo/disk-db1: ops@example.com has it for 120 minutes, "looking into it"',
    /\/accounts: Critical: alerts OAUTH_AUTHORIZATION_REQUIRED Account alerts is not authorized/,
    /to the letter\. http:\/\/localhost:\d+\/oauth\/callback/,
    'SMTP: Name, SMTP: TCP, SMTP: TLS, SMTP: Token, SMTP: Login, SMTP: Send, IMAP: Name',
    'The monitor was told by anna@example.com: acknowledge, "I clean up"',
    '/report: Critical: alerts OAUTH_AUTHORIZATION_REQUIRED',
    /Subject: \[RESOLVED\] DiskFull on db1 .*\n.*ops@example\.com had it/,
    /\| Ackmail: 1 system error\n(.*\n)*? +\| http:\/\/127\.0\.0\.1:\d+\/auth\?\S+\n +\| Daily report/,
    /The chat was told: Account alerts is not authorized/,
    /Subject: \[CRITICAL\] DiskFull on db2/,
    /Every step happened, in \d+\.\d s\./,
  ])
    assert.match(out, fact);
  assert.not.match(out, '\u001b', 'no colours where there is no terminal');
  assert.equal(await leftBehind(context), []);
});

test('The demo ends by itself where there is no terminal, and reads no input', async (context) => {
  const demo = start(context, []);
  assert.is(await demo.ended(), 0);
  assert.match(demo.out(), 'Every step happened');
  assert.not.match(demo.out(), 'your turn');
});

test('Ctrl-C in the middle ends the demo and leaves nothing behind', async (context) => {
  const demo = start(context, ['--once']);
  await demo.says(' 2 ✔');
  demo.kill('SIGINT');
  demo.kill('SIGINT');
  assert.is(await demo.ended(), 130);
  assert.not.match(demo.out(), 'Every step happened');
  assert.equal(await leftBehind(context), []);
});

test('A step that does not happen has a cross and says why', async (context) => {
  const demo = start(context, ['--once'], { ACKMAIL_KEY: 'no key' });
  assert.is(await demo.ended(), 1);
  assert.match(demo.out(), /^ 1 ✔ .*\n( .*\n)+ 2 ✘ .*\n +.*ACKMAIL_KEY/m);
  assert.not.match(demo.out(), ' 3 ');
  assert.equal(await leftBehind(context), []);
});

test('An argument that it does not know ends the demo with 2', async (context) => {
  const demo = start(context, ['--onec']);
  assert.is(await demo.ended(), 2);
  assert.match(demo.err(), 'npm run demo');
});

test('What stays up raises alerts, sends replies, revokes the grant and shows where to sign in', async () => {
  const closing: (() => Promise<unknown>)[] = [];
  const atEnd: AtEnd = (close) => void closing.unshift(close);
  let told = '';
  const ending = new AbortController();
  const print = (text: string) => {
    told += text;
  };
  const narrator = createNarrator({ print, rich: false, signal: ending.signal, limitMs: 10_000 });
  const says = (text: string) => until(`“${text}”`, () => told.includes(text), 60_000);
  try {
    const stage = await startAckmail(await startServers(atEnd), atEnd, narrator.overhear);
    await signIn(stage.lab, await stage.ackmail.authorizationUrl('alerts'));
    const input = new PassThrough();
    const staying = stay(stage, { narrator, input, signal: ending.signal });
    await says(`Sign-in: ${alertsMailbox}, password: anything`);
    const link = /^http:\S+\/sign-in\/\S+$/m.exec(told)?.[0] ?? '';
    assert.match(await (await fetch(link)).text(), 'You sign in as <strong>anna@example.com</strong>');
    input.write('\n');
    await says('Subject: [CRITICAL] DiskFull on db3');
    input.write('ack 1h mine\n');
    await says('The monitor was told by ops@example.com: acknowledge, "mine"');
    input.write('revoke\n');
    await says('The grant is revoked');
    told = '';
    input.write('\n');
    await says('password: anything');
    await signIn(stage.lab, /^http:\S+$/m.exec(told)?.[0] ?? '');
    await says('System error cleared');
    await says('Subject: [CRITICAL] DiskFull on db4');
    ending.abort();
    await staying;
    assert.match(told, 'Good bye.');
  } finally {
    for (const close of closing) await close();
  }
});

test.run();
