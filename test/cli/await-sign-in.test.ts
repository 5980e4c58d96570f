import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { awaitSignIn, type SignInWait } from '../../src/cli/await-sign-in.js';
import type { ControlClient } from '../../src/cli/control-client.js';
import type { WireAccount } from '../../src/cli/wire-status.js';
import { Fault } from '../../src/core/fault.js';
import { fakeClock } from '../helpers/fake-clock.js';
import { fakeTerminal } from '../helpers/fake-terminal.js';
import { until } from '../helpers/until.js';

const before: WireAccount = {
  account: 'alerts',
  mailbox: 'alerts@example.com',
  grant: 'authorization_code',
  state: 'authorization-required',
};
const callback = 'http://localhost:8025/oauth/callback?code=x&state=y';

const notAsked = (): never => {
  throw new Error('not asked here');
};

const control = (over: Partial<ControlClient>): ControlClient => ({
  status: notAsked,
  account: async () => before,
  alert: notAsked,
  beginSignIn: notAsked,
  complete: async () => ({ account: 'alerts', user: 'operator@example.com', missingScopes: [] }),
  signInByDevice: notAsked,
  renew: notAsked,
  consoleLink: notAsked,
  test: notAsked,
  report: notAsked,
  upkeep: {
    forget: notAsked,
    rotateKey: notAsked,
    snapshot: notAsked,
    outbox: { list: notAsked, details: notAsked, retry: notAsked, drop: notAsked },
    roundTrip: notAsked,
    replies: { explain: notAsked, list: notAsked },
    history: notAsked,
  },
  ...over,
});

const wait = (over: Partial<SignInWait> & Pick<SignInWait, 'terminal'>) =>
  awaitSignIn({
    account: 'alerts',
    before,
    control: control({}),
    interrupt: new AbortController().signal,
    ...over,
  });

test('A pasted address ends the sign-in, also from a pipe, also a long one', async () => {
  const terminal = fakeTerminal();
  let seen = '';
  const complete = async (url: string) => {
    seen = url;
    return { account: 'alerts', user: 'operator@example.com', missingScopes: [] };
  };
  terminal.stdin.end(`\n${callback}${'z'.repeat(9_000)}\n`);
  const end = await wait({ control: control({ complete }), terminal });
  assert.equal(end, { kind: 'complete', user: 'operator@example.com', missingScopes: [] });
  assert.is(seen.length, callback.length + 9_000);
});

test('A bad paste is answered with its reason, and the next one counts', async () => {
  const terminal = fakeTerminal();
  let calls = 0;
  const complete = async () => {
    calls += 1;
    if (calls === 1) throw new Fault('OAUTH_STATE_UNKNOWN');
    if (calls === 2) return { account: 'other', user: 'somebody@example.com', missingScopes: [] };
    return { account: 'alerts', user: 'operator@example.com', missingScopes: [] };
  };
  const waiting = wait({ control: control({ complete }), terminal });
  terminal.stdin.write('what?\n');
  await until('the first reason', () => terminal.err().includes('no state='));
  assert.is(calls, 0);
  terminal.stdin.write(`${callback}\n`);
  await until('the second reason', () => terminal.err().includes('was not asked for here'));
  terminal.stdin.write(`${callback}\n`);
  await until('the other account', () => terminal.out().includes('sign-in of account other'));
  terminal.stdin.write(`${callback}\n`);
  assert.is((await waiting).kind, 'complete');
});

test('A browser that came back ends the waiting; an earlier sign-in does not', async () => {
  const clock = fakeClock();
  const at = (minute: number) => new Date(clock.now().getTime() + minute * 60_000);
  const terminal = fakeTerminal({ clock });
  const authorized = {
    ...before,
    state: 'authorized',
    authorizedAs: 'operator@example.com',
    refreshedAt: at(0),
  };
  let now = authorized;
  let ended = false;
  const waiting = wait({
    before: authorized,
    control: control({ account: async () => now }),
    terminal,
  }).finally(() => {
    ended = true;
  });
  await clock.forward(5_000);
  assert.not(ended);
  now = { ...authorized, refreshedAt: at(1) };
  await clock.forward(1_000);
  assert.equal(await waiting, { kind: 'complete', user: 'operator@example.com', missingScopes: [] });
});

test('A signal ends the waiting, also one that came before it', async () => {
  for (const [name, exitCode] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    const early = AbortSignal.abort(name);
    const terminal = fakeTerminal();
    const end = await wait({ terminal, interrupt: early });
    assert.equal(end, { kind: 'interrupted', exitCode });
  }
  const later = new AbortController();
  const waiting = wait({ terminal: fakeTerminal(), interrupt: later.signal });
  later.abort('SIGINT');
  assert.equal(await waiting, { kind: 'interrupted', exitCode: 130 });
});

test('Nobody waits for ever, nor for an Ackmail that has gone', async () => {
  const clock = fakeClock();
  const terminal = fakeTerminal({ clock });
  const waiting = wait({ terminal }).catch(String);
  await clock.forward(16 * 60_000);
  assert.match(String(await waiting), 'Nobody signed in');
  const account = async () => {
    throw new Error('connect ECONNREFUSED');
  };
  const gone = wait({ control: control({ account }), terminal: fakeTerminal() });
  assert.match(String(await gone.catch(String)), 'ECONNREFUSED');
});

test('An end of input leaves the waiting for the browser as it is', async () => {
  const terminal = fakeTerminal();
  let state = 'authorization-required';
  const account = async () => ({ ...before, state, authorizedAs: 'operator@example.com' });
  const waiting = wait({ control: control({ account }), terminal });
  terminal.stdin.end();
  await new Promise((resolve) => setTimeout(resolve, 50));
  state = 'authorized';
  assert.is((await waiting).kind, 'complete');
});

test.run();
