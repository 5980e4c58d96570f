import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { signInText } from '../../src/cli/sign-in-text.js';

const terminal = { rich: false, login: { user: 'me', host: 'monitor.example.com' } };
const signIn = {
  account: 'alerts',
  mailbox: 'alerts@example.com',
  user: 'operator@example.com',
  url: 'https://login.example.test/authorize?a=1',
  redirectUri: 'http://localhost:8025/oauth/callback',
  opened: false,
};

test('A person reads who signs in where, and how it works without a browser here', () => {
  const text = signInText(signIn, terminal);
  for (const words of [
    'alerts@example.com',
    'sign in as operator@example.com',
    '\n  https://login.example.test/authorize?a=1\n',
    'private window',
    'ssh -L 8025:localhost:8025 me@monitor.example.com',
    'Paste the address',
  ])
    assert.match(text, words);
  assert.not.match(text, '\u001b');
});

test('No tunnel is offered where it would not help', () => {
  const text = signInText({ ...signIn, redirectUri: 'https://monitor.example.com/oauth/callback' }, terminal);
  assert.not.match(text, 'ssh -L');
  assert.match(text, 'Paste the address');
  const taken = signInText({ ...signIn, problem: 'Another program has port 8025.' }, terminal);
  assert.not.match(taken, 'ssh -L');
  assert.match(taken, 'Another program has port 8025.');
});

test('A terminal gets emphasis', () => {
  assert.match(
    signInText({ ...signIn, opened: true }, { ...terminal, rich: true }),
    '\u001b[1moperator@example.com',
  );
});

test.run();
