import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { awaitSignIn } from '../../../src/console/accounts/await-sign-in.js';
import type { AccountState } from '../../../src/core/status.js';
import { fakeClock } from '../../helpers/fake-clock.js';
import { until } from '../../helpers/until.js';

/** A wait in a time of its own; `told` is for how long it says that it has waited, in seconds. */
function wait(signal = new AbortController().signal) {
  const clock = fakeClock();
  const told: number[] = [];
  const seen: { state: AccountState; end?: string } = { state: 'authorization-required' };
  const status = async () => ({
    version: '0',
    accounts: [
      {
        account: 'alerts',
        mailbox: 'a@example.com',
        grant: 'authorization_code' as const,
        state: seen.state,
      },
    ],
    actions: [],
    alerts: { firing: 0, acknowledged: 0 },
    systemErrors: [],
    warnings: [],
  });
  const run = async () => {
    const waiting = awaitSignIn({ ...clock, status }, 'alerts', signal);
    let next = await waiting.next();
    for (; !next.done; next = await waiting.next()) told.push(next.value / 1_000);
    seen.end = next.value;
  };
  void run();
  return { clock, told, seen };
}

test('It ends as soon as somebody has signed in, and says every 20 seconds that it waits', async () => {
  const { clock, told, seen } = wait();
  await clock.forward(61_000);
  assert.equal(told, [20, 40, 60]);
  assert.is(seen.end, undefined);
  seen.state = 'authorized';
  await clock.forward(1_000);
  assert.is(seen.end, 'signed-in');
});

test('It ends whatever comes in place of the missing sign-in, and calls only what is one a sign-in', async () => {
  const ends = { expiring: 'signed-in', degraded: 'changed', 'configuration-required': 'changed' } as const;
  for (const state of ['expiring', 'degraded', 'configuration-required'] as const) {
    const { clock, seen } = wait();
    await clock.forward(1_000);
    seen.state = state;
    await clock.forward(1_000);
    assert.is(seen.end, ends[state], state);
  }
});

test('It waits for 15 minutes at most', async () => {
  const { clock, told, seen } = wait();
  await clock.forward(15 * 60_000 - 1_000);
  assert.is(seen.end, undefined);
  await clock.forward(1_000);
  assert.is(seen.end, 'nobody');
  assert.is(told.length, 44);
});

test('It ends when nobody reads any more', async () => {
  const ending = new AbortController();
  const { clock, seen } = wait(ending.signal);
  await clock.forward(5_000);
  ending.abort();
  await until('the end', () => seen.end === 'stopped');
});

test.run();
