import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { program } from '../../src/cli/program.js';
import { passwordHash } from '../../src/console/access/password-hash.js';
import { fakeTerminal } from '../helpers/fake-terminal.js';
import { until } from '../helpers/until.js';

const secret = 'the-secret-of-anna';

/** Types each text at the next question of a person's terminal. */
async function type(...typed: readonly string[]) {
  const terminal = fakeTerminal();
  const stdin = Object.assign(terminal.stdin, { isTTY: true, setRawMode: () => {} });
  const ended = program(['console', '--password'], '0.0.0', { ...terminal, stdin });
  const questions = ['The password', 'The same again'];
  for (const [index, text] of typed.entries()) {
    await until('the question', () => terminal.err().includes(questions[index] ?? ''));
    stdin.write(text);
  }
  return { code: await ended, out: terminal.out(), err: terminal.err() };
}

async function pipe(text: string, ...args: readonly string[]) {
  const terminal = fakeTerminal();
  terminal.stdin.end(text);
  const code = await program(['console', '--password', ...args], '0.0.0', terminal);
  return { code, out: terminal.out(), err: terminal.err() };
}

test('It asks twice without showing it, and prints what stands for it', async () => {
  const { code, out, err } = await type(`${secret}\r`, `${secret}\r`);
  assert.is(code, 0, err);
  assert.match(out, /^scrypt:32768:8:3:[\w-]{22}:[\w-]{43}\n$/);
  assert.ok(await passwordHash.matches(secret, out.trim()));
  assert.not.ok(await passwordHash.matches(`${secret}.`, out.trim()));
  for (const text of [out, err]) assert.not.match(text, secret);
  assert.match(err, 'http: { users: { NAME:');
});

test('Two that differ, one that is short, and Ctrl-C make nothing', async () => {
  const differing = await type(`${secret}\r`, `${secret}s\r`);
  assert.is(differing.code, 1);
  assert.match(differing.err, 'not the same');
  const cancelled = await type('\u0003');
  assert.is(cancelled.code, 1);
  for (const text of ['', '\n', 'short\n']) {
    const { code, err } = await pipe(text);
    assert.is(code, 2);
    assert.match(err, 'at least 12');
  }
  for (const { out } of [differing, cancelled]) assert.is(out, '');
});

test('A pipe gives it as its first line, and a program gets it as JSON', async () => {
  const { code, out } = await pipe(`${secret}\r\nmore\n`, '--json');
  assert.is(code, 0);
  assert.ok(await passwordHash.matches(secret, JSON.parse(out).hash));
});

test('The same password has another hash each time', async () => {
  assert.is.not(await passwordHash.make(secret), await passwordHash.make(secret));
});

test('A password is the same however its letters were composed', async () => {
  assert.ok(await passwordHash.matches('Gru\u0308ße', await passwordHash.make('Grüße')));
});

test.run();
