import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { canDraw } from '../../src/cli/init/can-draw.js';
import { program } from '../../src/cli/program.js';
import { loadSettings } from '../../src/settings/load-settings.js';
import { fakeTerminal } from '../helpers/fake-terminal.js';
import { freePort } from '../helpers/free-port.js';
import { alertsMailbox, type Lab, person, startLab } from '../helpers/lab.js';
import { hasTerminals, startOnTerminal, type TerminalProcess } from '../helpers/pseudo-terminal.js';
import { until } from '../helpers/until.js';

interface Context {
  lab: Lab;
  dir: string;
  running: TerminalProcess[];
}

const test = suite<Context>('init on real servers');

test.before.each(async (context) => {
  context.lab = await startLab();
  context.dir = await mkdtemp(join(tmpdir(), 'ackmail-init-test-'));
  context.running = [];
});

test.after.each(async ({ lab, dir, running }) => {
  for (const process of running) process.kill();
  await Promise.all(running.map((process) => process.ended().catch(() => 1)));
  await lab.close();
  await rm(dir, { recursive: true });
});

const enter = '\r';
const down = '\u001b[B';

type Keys = readonly [TerminalProcess, (place: number) => string];
const drawn = (screen: TerminalProcess): Keys => [screen, (place) => down.repeat(place) + enter];
/** Line by line there is nothing to rub out before an answer, and choices have numbers. */
const plain = (screen: TerminalProcess): Keys => [
  { ...screen, type: (keys) => screen.type(keys.replaceAll('\u007f', '')) },
  (place) => `${place + 1}${enter}`,
];

/** Answers every question of a sign-in at the lab, up to the sign-in itself. */
async function answerAll(screen: TerminalProcess, choose: (place: number) => string, { lab }: Context) {
  const next = async (question: string, keys: string) => {
    const shown = await screen.shows(question);
    screen.type(keys);
    return shown;
  };
  await next('Where is the mailbox', choose(2));
  await next('Mailbox that alerts are sent from', alertsMailbox + enter);
  await next('Who signs in', enter);
  await next('Where is Ackmail reached?', choose(0));
  await next('Address and port', `${'\u007f'.repeat(20)}127.0.0.1:${lab.port}${enter}`);
  await next('How are replies read', choose(0));
  await screen.shows(`http://localhost:${lab.port}/oauth/callback`);
  await next('How are the endpoints', choose(0));
  await next('Issuer', lab.authorization.issuer + enter);
  await next('Scopes, where more is needed', enter);
  await next('Client ID', `ackmail${enter}`);
  await next('Client secret', lab.clientSecret + enter);
  await next('SMTP server', `127.0.0.1:${lab.submission.port}${enter}`);
  await next('Encryption at the SMTP server', choose(2));
  await next('IMAP server', `127.0.0.1:${lab.imap.port}${enter}`);
  await next('Encryption at the IMAP server', choose(2));
  await next('Name of your mail server', enter);
  await next('Who gets the alerts?', `nobody${enter}`);
  await next('Not a mail address', `${'\u007f'.repeat(6)}${person}${enter}`);
  await next('Who is told when a sign-in dies', enter);
  await next('Where do alerts come from?', choose(0));
  await next('Where Alertmanager listens', enter);
  await next('Shall Ackmail make one?', enter);
}

/** Signs in where the screen says, and lets the browser come back. */
async function signIn(screen: TerminalProcess, { lab }: Context): Promise<void> {
  await screen.shows('Waiting for the sign-in');
  const url = /http:\/\/127\.0\.0\.1:\d+\/auth\?\S+/.exec(screen.drawn().replaceAll('\r', ''))?.[0] ?? '';
  await fetch(await lab.authorization.signIn(url, alertsMailbox));
}

test('A person answers at a terminal, signs in, and the first mail arrives', async (context) => {
  if (!hasTerminals) return;
  const { dir, running, lab } = context;
  const screen = startOnTerminal(['init'], dir);
  running.push(screen);
  await answerAll(...(canDraw() ? drawn(screen) : plain(screen)), context);
  await screen.shows('Written: ackmail.yaml, and the secrets alerts.client-secret, prod.monitor-secret');
  await screen.shows('ackmail.yaml is valid: 1 account, 1 action, 1 monitor');
  await screen.shows(`Sign in as ${alertsMailbox} now?`);
  screen.type(enter);
  await signIn(screen, context);
  await screen.shows('Authentication complete');
  await screen.shows('send alerts@example.com a mail now?');
  screen.type(enter);
  await screen.shows('Everything works.');
  await screen.shows('ackmail serve');
  assert.is(await screen.ended(), 0);
  assert.is(lab.imap.mails('INBOX', alertsMailbox).length, 1);
  const { settings } = await loadSettings(join(dir, 'ackmail.yaml'), {});
  assert.equal(settings.actions[0]?.type === 'email' && settings.actions[0].to, [person]);
  assert.equal((await readdir(dir)).sort(), [
    'ackmail.key',
    'ackmail.yaml',
    'alerts.client-secret',
    'data',
    'prod.monitor-secret',
  ]);
});

test('The same on a terminal that nothing can be drawn on, without one escape sequence', async (context) => {
  if (!hasTerminals) return;
  const { dir, running } = context;
  const screen = startOnTerminal(['init'], dir, { TERM: 'dumb' });
  running.push(screen);
  await answerAll(...plain(screen), context);
  await screen.shows(`Sign in as ${alertsMailbox} now?`);
  screen.type(`no${enter}`);
  await screen.shows('ackmail authorize alerts');
  assert.is(await screen.ended(), 0);
  assert.not.match(screen.drawn(), '\u001b');
});

test('By answers, the sign-in and the first mail too, as lines of JSON', async ({ lab, dir }) => {
  const loopback = (port: number) => ({ host: '127.0.0.1', port, security: 'none' });
  const answers = {
    ...{ provider: 'generic', mailbox: alertsMailbox, to: [person], listen: `127.0.0.1:${lab.port}` },
    ...{ issuer: lab.authorization.issuer, clientId: 'ackmail', clientSecret: lab.clientSecret },
    ...{ smtp: loopback(lab.submission.port), imap: loopback(lab.imap.port) },
    alertmanager: { url: `http://127.0.0.1:${await freePort()}` },
    ...{ signIn: true, test: true },
  };
  await writeFile(join(dir, 'answers.json'), JSON.stringify(answers));
  const terminal = fakeTerminal({ cwd: dir });
  const ended = program(['init', '--answers', 'answers.json', '--json'], '0.0.0', terminal);
  const lines = () =>
    terminal
      .out()
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  const step = await until('the sign-in', () => lines().find((line) => line['step'] === 'sign-in'));
  assert.is(step['redirectUri'], `http://localhost:${lab.port}/oauth/callback`);
  await fetch(await lab.authorization.signIn(String(step['url']), alertsMailbox));
  assert.is(await ended, 0, terminal.err());
  const steps = lines().map((line) => line['step']);
  assert.equal(steps.slice(0, 3), ['written', 'sign-in', 'signed-in']);
  assert.is(steps.at(-1), 'login');
  assert.ok(lines().every((line) => line['ok'] !== false));
  assert.is(lab.imap.mails('INBOX', alertsMailbox).length, 1);
  assert.not.match(terminal.out() + terminal.err(), lab.clientSecret);
});

test.run();
