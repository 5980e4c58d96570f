import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createCommandAction } from '../../../src/actions/command/command-action.js';
import type { AlertEvent } from '../../../src/core/alert.js';
import { systemClock } from '../../../src/core/clock.js';
import { standingErrorsType } from '../../../src/reports/standing-errors.js';
import { createSystemErrors } from '../../../src/reports/system-errors.js';
import { openStore } from '../../../src/store/open-store.js';
import { fakeClock } from '../../helpers/fake-clock.js';
import { quietLog } from '../../helpers/quiet-log.js';
import { until } from '../../helpers/until.js';

const forever = new AbortController().signal;
const dir = await mkdtemp(join(tmpdir(), 'ackmail-command-'));
const store = await openStore({ dir: join(dir, 'data'), key: randomBytes(32), clock: systemClock });
test.after(async () => {
  await store.close();
  await rm(dir, { recursive: true });
});

const hostile = '$(touch pwned) `touch pwned`; touch pwned\r\n| touch pwned & "\' \u2028';
const event: AlertEvent = {
  id: 'event-1',
  kind: 'fired',
  at: new Date('2026-03-01T03:00:00Z'),
  alert: {
    id: 'alert-1',
    fingerprint: 'prod/1',
    source: 'prod',
    labels: { alertname: hostile, LD_PRELOAD: '/tmp/evil.so' },
    annotations: {},
    severity: 'critical',
    status: 'firing',
    startsAt: new Date('2026-03-01T02:55:00Z'),
  },
};
const done = { done: ['event-1'] };

async function script(name: string, text: string): Promise<string> {
  const file = join(dir, name);
  await writeFile(file, `#!/bin/sh\n${text}\n`);
  await chmod(file, 0o700);
  return file;
}

function actionOf(command: readonly string[], { timeout = 5_000, clock = systemClock } = {}) {
  const errors = createSystemErrors({
    document: store.collection('system-errors', standingErrorsType),
    history: store.history,
    clock,
    log: quietLog,
    onChange: async () => {},
  });
  const action = createCommandAction({
    settings: {
      name: 'pager',
      type: 'command',
      command: [...command],
      match: {},
      after: 0,
      repeat: 1,
      timeout,
    },
    settingsDir: dir,
    home: '/home/monitor',
    systemErrors: errors,
    clock,
    log: quietLog,
  });
  const run = (signal = forever, events: readonly AlertEvent[] = [event]) => action.execute(events, signal);
  return { run, standing: () => errors.list() };
}

/** What came of a script: `done`, or the code and the detail of its fault. */
async function outcome(text: string): Promise<string> {
  const { run } = actionOf([await script('outcome', text)]);
  const { deferred } = await run();
  return deferred ? `${deferred.fault.code} ${deferred.fault.facts['detail']}` : 'done';
}

const isAlive = async (pid: string) =>
  (await readFile(`/proc/${pid.trim()}/stat`, 'utf8').catch(() => '')).split(' ')[2] !== 'Z' &&
  (await stat(`/proc/${pid.trim()}`).catch(() => undefined)) !== undefined;

test('The alert is one line of JSON on standard input, and stands in no argument, environment or shell.', async () => {
  process.env['ACKMAIL_COMMAND_TEST'] = 's3cret of ours';
  const look =
    'cat > input; cat /proc/$$/cmdline > arguments; cat /proc/$$/environ > environment; pwd > folder';
  const file = await script('look', look);
  const { run } = actionOf([file, '$(touch pwned)', 'a b', hostile]);
  assert.equal(await run(), done);
  delete process.env['ACKMAIL_COMMAND_TEST'];

  const input = await readFile(join(dir, 'input'), 'utf8');
  assert.is(input.indexOf('\n'), input.length - 1);
  const body = JSON.parse(input);
  assert.is(body.version, 1);
  assert.is(body.events[0].alert.labels.alertname, hostile);
  const given = (await readFile(join(dir, 'arguments'), 'utf8')).split('\0');
  assert.equal(given, ['/bin/sh', file, '$(touch pwned)', 'a b', hostile, '']);
  const environment = (await readFile(join(dir, 'environment'), 'utf8')).split('\0').sort();
  assert.equal(environment, [
    '',
    'HOME=/home/monitor',
    'LANG=C.UTF-8',
    'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  ]);
  assert.is((await readFile(join(dir, 'folder'), 'utf8')).trim(), dir);
  assert.is(await stat(join(dir, 'pwned')).catch(() => 'nothing'), 'nothing');
});

test('A relative program begins at the folder of the settings.', async () => {
  await script('beside', 'exit 0');
  assert.equal(await actionOf(['./beside']).run(), done);
});

test('The exit code says what came of it; of what was written one line is told, without controls.', async () => {
  assert.is(await outcome('exit 0'), 'done');
  assert.is(await outcome('echo noise >&2; exit 0'), 'done');
  assert.is(await outcome('exit 75'), 'ACTION_FAILED outcome ended with exit code 75');
  assert.is(
    await outcome('echo no such team >&2; exit 1'),
    'ACTION_REFUSED outcome ended with exit code 1: no such team',
  );
  assert.is(await outcome('echo out; echo; exit 3'), 'ACTION_REFUSED outcome ended with exit code 3: out');
  assert.is(
    await outcome('echo one >&2; echo two >&2; echo out; exit 75'),
    'ACTION_FAILED outcome ended with exit code 75: two',
  );
  assert.is(await outcome('kill -TERM $$'), 'ACTION_FAILED outcome was ended by SIGTERM');
  assert.is(await outcome('kill -KILL $$'), 'ACTION_FAILED outcome was ended by SIGKILL');
  assert.is(
    await outcome(`printf 'a\\033[31mred\\a\\tb\\377' >&2; exit 1`),
    'ACTION_REFUSED outcome ended with exit code 1: a[31mred b\ufffd',
  );
  const long = await outcome(`head -c 3000 /dev/zero | tr '\\0' x >&2; exit 1`);
  assert.ok(long.length < 300 && long.endsWith('x…'), long);
});

test('A program that is not there, or cannot be run, is told at once.', async () => {
  const notExecutable = join(dir, 'not-executable');
  await writeFile(notExecutable, '#!/bin/sh\n');
  for (const [file, code] of [
    [join(dir, 'missing'), 'ENOENT'],
    [notExecutable, 'EACCES'],
    [dir, 'EACCES'],
    [`${notExecutable}/below`, 'ENOTDIR'],
  ] as const) {
    const { run, standing } = actionOf([file, 'the t0ken']);
    const { deferred } = await run();
    assert.is(deferred?.fault.code, 'ACTION_REFUSED', file);
    assert.match(deferred?.fault.message ?? '', `cannot be started (${code})`);
    assert.not.match(`${deferred?.fault.message} ${deferred?.fault.remedy}`, 't0ken');
    assert.is(standing().length, 1);
    assert.match(standing()[0]?.remedy ?? '', 'by hand');
  }
});

test('A program that reads nothing, or writes without end, holds up nobody.', async () => {
  const large = { ...event, alert: { ...event.alert, annotations: { text: 'x'.repeat(2_000_000) } } };
  const silent = actionOf([await script('silent', 'exit 0')]);
  assert.equal(await silent.run(forever, [large]), done);
  const loud = await script(
    'loud',
    'head -c 30000000 /dev/zero; head -c 30000000 /dev/zero >&2; echo >&2; echo end >&2; exit 1',
  );
  const { deferred } = await actionOf([loud], { timeout: 20_000 }).run();
  assert.match(deferred?.fault.message ?? '', 'exit code 1: end');
});

test('At the time limit everything that the program started is ended, also what ignores SIGTERM.', async () => {
  const text = `trap '' TERM
(trap '' TERM; echo $$ > /dev/null; while :; do sleep 1; done) &
echo $! > child
echo $$ > leader
echo waiting >&2
while :; do sleep 1; done`;
  const { run, standing } = actionOf([await script('stubborn', text)], { timeout: 300 });
  const { deferred } = await run();
  assert.is(deferred?.fault.code, 'ACTION_FAILED');
  assert.match(deferred?.fault.message ?? '', 'did not end in time and was ended: waiting');
  assert.equal(standing(), []);
  for (const name of ['leader', 'child']) {
    const pid = await readFile(join(dir, name), 'utf8');
    await until(`the end of the ${name}`, async () => !(await isAlive(pid)), 3_000);
  }
});

test('A stop ends the program within two seconds, raises nothing, and what was not done is told again.', async () => {
  const { run, standing } = actionOf([await script('endless', "trap '' TERM; echo $$ > leader2; sleep 60")]);
  const stop = new AbortController();
  const running = run(stop.signal);
  const pid = await until('the program', () => readFile(join(dir, 'leader2'), 'utf8').catch(() => ''));
  const before = Date.now();
  stop.abort();
  const { done: told, deferred } = await running;
  assert.ok(Date.now() - before < 2_500);
  assert.equal(told, []);
  assert.is(deferred?.fault.transient, true);
  assert.equal(standing(), []);
  await until('the end of the program', async () => !(await isAlive(pid)), 3_000);
  const { deferred: late } = await run(stop.signal);
  assert.is(late?.fault.transient, true);
});

test('What a program leaves running on purpose neither delays its end nor dies with it.', async () => {
  const { run } = actionOf([await script('parent', 'sleep 30 & echo $! > left; exit 0')]);
  const before = Date.now();
  assert.equal(await run(), done);
  assert.ok(Date.now() - before < 2_000);
  const pid = await readFile(join(dir, 'left'), 'utf8');
  assert.ok(await isAlive(pid));
  process.kill(Number(pid), 'SIGKILL');
});

test('A command that refuses is a system error at once, one that fails after 5 minutes, until it succeeds.', async () => {
  const clock = fakeClock();
  const file = join(dir, 'changing');
  const ends = (code: number) => script('changing', `exit ${code}`);
  await ends(1);
  const { run, standing } = actionOf([file], { clock });
  const codes = () => standing().map(({ code, subject }) => `${code} ${subject}`);
  const { deferred } = await run();
  assert.is(deferred?.retryAt?.getTime(), clock.now().getTime() + 600_000);
  assert.equal(codes(), ['ACTION_REFUSED pager']);
  await ends(0);
  await run();
  assert.equal(codes(), []);
  await ends(75);
  assert.is((await run()).deferred?.retryAt, undefined);
  assert.equal(codes(), []);
  await clock.forward(5 * 60_000);
  await run();
  assert.equal(codes(), ['ACTION_FAILED pager']);
  await ends(0);
  await run();
  assert.equal(codes(), []);
});

test.run();
