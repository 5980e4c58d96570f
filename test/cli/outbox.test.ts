import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { program } from '../../src/cli/program.js';
import { shortIds } from '../../src/cli/short-ids.js';
import type { RaisedEvent } from '../../src/core/alert.js';
import { type Clock, systemClock } from '../../src/core/clock.js';
import { type PluginInstance, register } from '../../src/index.js';
import { fakeClock } from '../helpers/fake-clock.js';
import { fakeTerminal } from '../helpers/fake-terminal.js';
import { freePort } from '../helpers/free-port.js';
import { startSubmissionServer } from '../helpers/submission-server.js';
import { createTestHost, firedEvent } from '../helpers/test-host.js';
import { until } from '../helpers/until.js';

interface Context {
  dir: string;
  port: number;
  readonly ends: (() => unknown)[];
}

const login = { user: 'alerts@example.com', pass: 'the-secret-of-the-relay' };
const test = suite<Context>('outbox', { dir: '', port: 0, ends: [] });

test.before.each(async (context) => {
  context.dir = await mkdtemp(join(tmpdir(), 'ackmail-outbox-'));
  context.port = await freePort();
  await writeFile(
    join(context.dir, 'ackmail.yaml'),
    JSON.stringify({ ...settings(context), dataDir: './data' }),
  );
});

test.after.each(async ({ dir, ends }) => {
  for (const end of ends.splice(0).reverse()) await end();
  await rm(dir, { recursive: true, force: true });
});

function settings({ port }: Context) {
  const smtp = { host: '127.0.0.1', port, security: 'none' };
  return {
    timeZone: 'Europe/Berlin',
    accounts: { alerts: { mailbox: login.user, grant: 'password', password: login.pass, smtp } },
    actions: [
      { name: 'ops', type: 'email', account: 'alerts', to: ['ops@example.com', 'boss@example.com'] },
      { name: 'chat', type: 'webhook', url: `http://127.0.0.1:${port}/`, match: { severity: ['warning'] } },
    ],
  };
}

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

const json = async (context: Context, ...args: string[]) =>
  JSON.parse((await run(context, [...args, '--json'])).out) as {
    readonly waiting: number;
    readonly events: readonly {
      readonly id: string;
      readonly why?: string;
      readonly tries: number;
      readonly event: { readonly id: string };
    }[];
  };

const warned = (name: string, more: Partial<RaisedEvent['alert']> = {}): RaisedEvent => {
  const fired = firedEvent(name);
  return { ...fired, alert: { ...fired.alert, severity: 'warning', ...more } };
};

/** An Ackmail in this process whose mail server is not there yet, with alerts that wait. */
async function startWaiting(
  context: Context,
  events: readonly RaisedEvent[],
  clock: Clock = systemClock,
): Promise<PluginInstance> {
  const host = await createTestHost(settings(context), context.dir);
  const plugin = await register(host, { clock });
  context.ends.push(() => plugin.stop());
  await plugin.start();
  await plugin.handleAlerts(events);
  return plugin;
}

test('An operator sees what waits, since when and why, the most urgent first, with and without a running Ackmail.', async (context) => {
  const plugin = await startWaiting(context, [warned('web1'), firedEvent('db1')]);
  await until('the failures', async () => {
    const { events } = await json(context, 'outbox', 'list');
    return events.length === 3 && events.every(({ why }) => why !== undefined);
  });
  const { code, out } = await run(context, ['outbox', 'list']);
  assert.is(code, 0);
  const [head = '', first = '', second = '', third = ''] = out.split('\n');
  assert.match(head, /^ID +ACTION +ALERT +KIND +WAITS +NEXT TRY +TRIES +WHY$/);
  assert.match(
    first,
    /^[a-z2-7]{8} +ops +DiskFull on db1 +fired +\d+ s +(in \d+ s|now) +\d+ +.*cannot be reached/,
  );
  assert.match(second + third, /chat +DiskFull on web1/);
  assert.match(second + third, /ops +DiskFull on web1/);
  assert.match((await run(context, ['outbox', 'list', '-n', '1'])).out, /\nand 2 more\n$/);
  assert.is((await json(context, 'outbox', 'list', '--action', 'chat')).waiting, 1);
  assert.is((await run(context, ['outbox', 'list', '--held'])).out, 'Nothing waits.\n');
  assert.is((await run(context, ['outbox', 'list', '-n', 'x'])).code, 2);

  await plugin.stop();
  const offline = (await run(context, ['outbox', 'list'])).out;
  assert.match(offline, /ops +DiskFull on db1 +fired/);
  assert.is(offline.trim().split('\n').length, 4);
  const id = offline.split('\n')[1]?.slice(0, 8) ?? '';
  assert.match((await run(context, ['outbox', 'retry', id])).out, '1 event is due when Ackmail is started.');
  assert.match((await run(context, ['outbox', 'drop', id, '--yes'])).out, '1 event was dropped');
  assert.is((await json(context, 'outbox', 'list')).waiting, 2);
});

test('One event that waits is shown whole: labels, recipients, why; no control character gets through.', async (context) => {
  await startWaiting(context, [
    warned('web1', {
      labels: { alertname: 'Evil\u001b[31m', instance: 'web1' },
      annotations: { summary: 'one\r\ntwo \u202egpj.exe', 'na\u001bme': 'x' },
    }),
  ]);
  const { events } = await json(context, 'outbox', 'list', '--action', 'ops');
  const { out } = await run(context, ['outbox', 'show', events[0]?.id.slice(0, 6) ?? '']);
  assert.match(out, 'Evil(31m on web1 (fired), for the action ops');
  assert.match(out, '\n  ops@example.com: pending\n  boss@example.com: pending\n');
  assert.match(out, 'summary: one\n    two gpj.exe');
  assert.not.match(out + (await run(context, ['outbox', 'list'])).out, /[\u0000-\u0009\u000b-\u001f\u202e]/);
  assert.is((await run(context, ['outbox', 'show', 'zzzz'])).code, 1);
});

test('The beginning of an id is enough, and one that fits several is refused with the candidates.', async (context) => {
  const names = Array.from({ length: 40 }, (_, index) => `db${index}`);
  await startWaiting(
    context,
    names.map((name) => firedEvent(name)),
  );
  const { events } = await json(context, 'outbox', 'list');
  const firsts = events.map(({ id }) => id.slice(0, 1));
  const shared = firsts.find((first, place) => firsts.indexOf(first) !== place) ?? '';
  const { code, err } = await run(context, ['outbox', 'show', shared]);
  assert.is(code, 1);
  assert.match(
    err,
    new RegExp(
      `${shared} is the beginning of \\d+ ids: ${shared}[a-z2-7]{7} \\(ops: DiskFull on db\\d+\\), `,
    ),
  );
  for (const wrong of ['', '..', 'x'.repeat(1_000), '!'])
    assert.is((await run(context, ['outbox', 'drop', wrong, '--yes'])).code, 1, wrong);
  assert.is((await json(context, 'outbox', 'list')).waiting, 40);

  const short = shortIds(['aaaaaaaaaabb', 'aaaaaaaaaacc', 'bbbbbbbbbbbb']);
  assert.equal(['aaaaaaaaaabb', 'aaaaaaaaaacc', 'bbbbbbbbbbbb'].map(short), [
    'aaaaaaaaaab',
    'aaaaaaaaaac',
    'bbbbbbbb',
  ]);
});

test('Nothing is dropped before somebody said yes to what will not be told to whom; then it stands in the history.', async (context) => {
  await startWaiting(context, [firedEvent('db1'), firedEvent('db2')]);
  assert.is((await run(context, ['outbox', 'drop'])).code, 2);
  const unasked = await run(context, ['outbox', 'drop', '--all']);
  assert.is(unasked.code, 2);
  assert.match(unasked.err, 'Say --yes if it is.');
  const no = await run(context, ['outbox', 'drop', '--all'], 'n\n');
  assert.is(no.code, 1);
  assert.match(no.out, /[a-z2-7]{8} {2}DiskFull on db1 \(fired\), to ops@example.com, boss@example.com\n/);
  assert.match(no.out, 'Nothing was dropped.');
  assert.is((await json(context, 'outbox', 'list')).waiting, 2);

  const dropAll = async () => (await run(context, ['outbox', 'drop', '--action', 'ops'], 'y\n')).code;
  assert.is(await dropAll(), 0);
  // What was being tried at that moment stayed.
  await until('an empty outbox', async () => {
    const { waiting } = await json(context, 'outbox', 'list');
    return waiting === 0 || ((await run(context, ['outbox', 'drop', '--all', '--yes'])).code === 0 && false);
  });
  const history = await run(context, ['history', '--kind', 'dropped']);
  const lines = history.out.trim().split('\n');
  assert.is(lines.length, 2);
  for (const line of lines)
    assert.match(
      line,
      /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d (CET|CEST|GMT\+[12]) {2}dropped +ops {2}DiskFull on db[12] {2}\(fired\) {2}by operator$/,
    );
});

test('What was retried leaves at once when the server is back, and the history tells the story.', async (context) => {
  const clock = fakeClock(new Date());
  await startWaiting(context, [firedEvent('db1')], clock);
  await until('a failure', async () => ((await json(context, 'outbox', 'list')).events[0]?.tries ?? 0) >= 1);
  const server = await startSubmissionServer({ password: login, port: context.port });
  context.ends.push(() => server.close());
  assert.match((await run(context, ['outbox', 'retry'])).out, /1 event is due now|being told at this moment/);
  // A server that has just failed is left alone for some seconds all the same.
  await clock.forward(10_000);
  await server.waitForMail(1);
  await until('its settlement', async () => (await json(context, 'outbox', 'list')).waiting === 0);
  const { out } = await run(context, ['history', '--alert', 'diskfull', '--since', '1h']);
  assert.match(out, /fired +test {2}DiskFull on db1\n/);
  assert.match(out, /deferred +ops {2}DiskFull on db1: .*cannot be reached/);
  assert.match(out, /sent +ops {2}.*DiskFull on db1.* {2}to ops@example.com; boss@example.com\n/);
  assert.match(out, /told +ops {2}DiskFull on db1\n$/);
  assert.is(
    (await run(context, ['history', '--alert', 'nothing of this name'])).out,
    'Nothing of that happened.\n',
  );
  // Neither the date nor the kind is a fact.
  for (const text of ['GMT', 'told'])
    assert.is(
      (await run(context, ['history', '--alert', text, '--kind', 'told'])).out,
      'Nothing of that happened.\n',
      text,
    );
  assert.match(
    (await run(context, ['history', '-n', '1'])).out,
    /^\d+ more before; -n shows more of them\n.*told.*\n$/,
  );
  for (const line of (await run(context, ['history', '--json'])).out.trim().split('\n'))
    assert.ok(JSON.parse(line).at);
  const wrong = await run(context, ['history', '--since', 'yesterday']);
  assert.is(wrong.code, 2);
  assert.match(wrong.err, 'is no duration');
});

test.run();
