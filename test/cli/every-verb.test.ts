import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { program } from '../../src/cli/program.js';
import { fakeTerminal } from '../helpers/fake-terminal.js';

interface Context {
  dir: string;
}

const settings = `
accounts:
  relay: { grant: password, mailbox: monitor@example.com, password: the-secret-of-the-relay, smtp: { host: 127.0.0.1, port: 9, security: none } }
actions:
  - { name: ops, type: email, account: relay, to: [ops@example.com] }
http: { listen: '127.0.0.1:8025' }
`;

const test = suite<Context>('every verb');

test.before.each(async (context) => {
  context.dir = await mkdtemp(join(tmpdir(), 'ackmail-verbs-'));
  await writeFile(join(context.dir, 'ackmail.yaml'), settings);
  await writeFile(join(context.dir, 'broken.yaml'), 'accounts: [');
  await writeFile(join(context.dir, 'reply.eml'), 'From: ops@example.com\r\n\r\nack\r\n');
  await mkdir(join(context.dir, 'empty'));
});

test.after.each(async ({ dir }) => {
  await rm(dir, { recursive: true });
});

async function run(dir: string, args: readonly string[], typed = '') {
  const terminal = fakeTerminal({ cwd: dir });
  terminal.stdin.end(typed);
  const code = await program(args, '1.2.3', terminal);
  return { code, out: terminal.out(), err: terminal.err(), called: args.join(' ') };
}

/** The verbs that the help names, those of a group with the name of the group in front. */
async function verbs(dir: string, group: readonly string[] = []): Promise<string[]> {
  const { out } = await run(dir, [...group, '--help']);
  const named = [...out.matchAll(/^ {2}([a-z][a-z-]*)(?: \[options\])?(?: [<[][^\n]*?[>\]])* {2,}\S/gm)].map(
    ([, name = '']) => name,
  );
  const own = named.filter((name) => name !== 'ackmail');
  const found = await Promise.all(
    own.map(async (name) => (name === 'outbox' ? verbs(dir, ['outbox']) : [[...group, name].join(' ')])),
  );
  return found.flat();
}

/** Calls that cannot work, by verb: what is typed behind it, and the exit code. */
const wrong: Readonly<Record<string, readonly (readonly [readonly string[], number])[]>> = {
  init: [
    [[], 2],
    [['one', 'two'], 2],
    [['--answers', 'missing.json'], 2],
    [['--answers', 'broken.yaml'], 2],
    [['--answers', 'empty'], 2],
  ],
  serve: [[['--config', 'broken.yaml'], 2]],
  check: [
    [['extra'], 2],
    [['--config', 'broken.yaml'], 2],
    [['--config', 'empty'], 2],
  ],
  authorize: [
    [[], 2],
    [['relay'], 2],
    [['nobody'], 2],
    [['relay', '--nonsense'], 2],
  ],
  test: [
    [[], 2],
    [['nobody'], 2],
    [['nobody', '--round-trip'], 2],
  ],
  status: [
    [['extra'], 2],
    [['--config', 'missing.yaml'], 2],
  ],
  console: [
    [[], 1],
    [['--as', ' '], 2],
    [['--as', 'anna', '--password'], 2],
    [['--config', 'missing.yaml'], 2],
  ],
  report: [
    [['--since', 'yesterday'], 2],
    [['--format', 'odd'], 2],
  ],
  history: [
    [['--since', 'yesterday'], 2],
    [['-n', 'many'], 2],
  ],
  replies: [
    [[], 2],
    [['--since', 'yesterday'], 2],
  ],
  'outbox list': [
    [['-n', '0'], 2],
    [['--config', 'missing.yaml'], 2],
  ],
  'outbox show': [
    [[], 2],
    [['NO-SUCH-ID'], 1],
  ],
  'outbox retry': [[['NO-SUCH-ID'], 1]],
  'outbox drop': [
    [[], 2],
    [['NO-SUCH-ID', '--yes'], 1],
  ],
  explain: [
    [[], 2],
    [['a refusal'], 2],
  ],
  'explain-reply': [
    [[], 2],
    [['missing.eml'], 2],
    [['empty'], 2],
    [['reply.eml', '--alerts', '0'], 2],
  ],
  preview: [
    [['nobody'], 2],
    [['--sample', 'odd'], 2],
    [['--alert', 'NO-SUCH-ID'], 1],
  ],
  backup: [
    [[], 2],
    [['data/within'], 2],
    [['empty'], 2],
  ],
  restore: [
    [[], 2],
    [['empty'], 2],
  ],
  'rotate-key': [[['extra'], 2]],
  forget: [
    [[], 2],
    [['nobody'], 2],
    [['relay'], 2],
  ],
};

/** Calls that answer something, by verb: what is typed behind it, the exit code, and what each line or the document has. */
const right: Readonly<Record<string, readonly [readonly string[], number, readonly string[]]>> = {
  check: [[], 0, ['file', 'valid', 'accounts', 'actions', 'monitors', 'warnings', 'errors']],
  test: [['relay'], 1, ['server', 'step', 'ok', 'detail']],
  status: [[], 0, ['running', 'version', 'accounts', 'actions', 'alerts', 'systemErrors', 'warnings']],
  report: [[], 0, ['systemErrors']],
  'outbox list': [[], 0, ['waiting', 'events']],
  'outbox retry': [[], 0, ['count', 'telling']],
  'outbox drop': [['--all', '--yes'], 0, ['count', 'telling']],
  explain: [['-'], 0, ['class', 'code', 'meaning', 'remedy']],
  'explain-reply': [['reply.eml'], 0, ['verdict', 'reason', 'unknown']],
  preview: [['ops'], 0, ['subject', 'text', 'html', 'files', 'errors']],
  backup: [['copy'], 0, ['folder', 'files', 'at']],
  'rotate-key': [[], 0, ['file', 'unopened']],
};

/** Verbs that print no answer that a program would read. */
const withoutJson = ['serve'];

test('A wrong call of any verb ends with its exit code, what happened and what to do, also as JSON', async ({
  dir,
}) => {
  const known = await verbs(dir);
  assert.ok(known.length >= 18, known.join());
  for (const verb of known) {
    const calls = wrong[verb];
    assert.ok(calls, `${verb} has a wrong call in this test`);
    for (const [more, exitCode] of calls) {
      const { code, out, err, called } = await run(dir, [...verb.split(' '), ...more]);
      assert.is(code, exitCode, `${called}: ${err}`);
      assert.is(out, '', called);
      assert.ok(err.trim().split('\n').length >= 2, `${called} says what to do: ${err}`);
      assert.not.match(err, /\n\s+at |undefined|\[object/, called);
      if (withoutJson.includes(verb)) continue;
      const json = await run(dir, [...verb.split(' '), ...more, '--json']);
      assert.is(json.code, exitCode, `${json.called}: ${json.err}`);
      assert.is(json.out, '', json.called);
      const { error } = JSON.parse(json.err) as { readonly error: Record<string, string> };
      assert.equal(Object.keys(error), ['code', 'message', 'remedy'], json.called);
      assert.match(error['code'] ?? '', /^[A-Z]+_[A-Z_]+$/, json.called);
      for (const text of Object.values(error)) assert.ok(text.trim().length > 5, json.called);
    }
  }
});

test('Every verb that answers something has --json, and answers nothing but JSON then', async ({ dir }) => {
  const refusal = '535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled';
  for (const verb of await verbs(dir)) {
    if (withoutJson.includes(verb)) continue;
    const help = await run(dir, [...verb.split(' '), '--help']);
    assert.match(help.out, '--json', verb);
    assert.is(help.code, 0, verb);
    const call = right[verb];
    if (!call) continue;
    const [more, exitCode, keys] = call;
    const args = [...verb.split(' '), ...more, '--json'];
    const { code, out, err, called } = await run(dir, args, verb === 'explain' ? refusal : '');
    assert.is(code, exitCode, `${called}: ${err}`);
    assert.is(err, '', called);
    const lines = out.startsWith('{\n') ? [out] : out.trim().split('\n');
    for (const line of lines) {
      const value = JSON.parse(line) as object;
      for (const key of keys) assert.ok(key in value, `${called}: ${key} in ${line}`);
    }
  }
  const restored = await mkdtemp(join(tmpdir(), 'ackmail-verbs-'));
  try {
    await writeFile(join(restored, 'ackmail.yaml'), settings);
    const { code, out, err } = await run(restored, ['restore', join(dir, 'copy'), '--json']);
    assert.is(code, 0, err);
    const answer = JSON.parse(out) as Record<string, unknown>;
    for (const key of ['dataDir', 'files', 'at', 'held', 'damages', 'keyProblem'])
      assert.ok(key in answer, key);
  } finally {
    await rm(restored, { recursive: true });
  }
});

test('status --exit-code ends with 3 while Ackmail does not run, and without it with 0', async ({ dir }) => {
  assert.is((await run(dir, ['status', '--exit-code'])).code, 3);
  assert.is((await run(dir, ['status'])).code, 0);
});

test('A settings file that nobody may read says so, and what to do', async ({ dir }) => {
  if (process.getuid?.() === 0) return;
  await chmod(join(dir, 'ackmail.yaml'), 0o000);
  const { code, err } = await run(dir, ['check']);
  assert.is(code, 2);
  assert.match(err, /permission denied/i);
});

test('The help of the command names its verbs in groups, in the order in which people need them', async ({
  dir,
}) => {
  const { out, code } = await run(dir, ['--help']);
  assert.is(code, 0);
  const places = ['First steps:', 'Every day:', 'To understand it:', 'Upkeep:', 'To begin:', 'exit codes'];
  const found = places.map((place) => out.indexOf(place));
  assert.equal(
    [...found].sort((a, b) => a - b),
    found,
    out,
  );
  assert.ok(!found.includes(-1), out);
});

test.run();
