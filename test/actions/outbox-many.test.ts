import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Action } from '../../src/core/action.js';
import { Fault } from '../../src/core/fault.js';
import { fakeClock } from '../helpers/fake-clock.js';
import { until } from '../helpers/until.js';
import { alertEvent, inFolder, openWorkshop } from './workshop.js';

const fault = new Fault('ACTION_FAILED', { action: 'mail', detail: 'the server is down' });

/** An action that asks for another try after a while, and says how often it was called. */
function deferring(clock: { now(): Date }, waitMs: number): Action & { readonly count: () => number } {
  let calls = 0;
  return {
    name: 'mail',
    count: () => calls,
    async execute() {
      calls += 1;
      return { done: [], deferred: { fault, retryAt: new Date(clock.now().getTime() + waitMs) } };
    },
    close: async () => {},
  };
}

test('A wait of up to a minute that an action asks for is not written, a longer one is.', () =>
  inFolder(async (dir) => {
    const clock = fakeClock();
    for (const [waitMs, isWritten] of [
      [60_000, false],
      [61_000, true],
    ] as const) {
      const mail = deferring(clock, waitMs);
      const { outbox, items, start, stop } = await openWorkshop({
        dir: `${dir}-${waitMs}`,
        clock,
        actions: [mail],
      });
      await outbox.put('mail', alertEvent('e1', 'a1'), { priority: 0 });
      const before = await items.names();
      await start();
      await until(
        'the end of a try',
        () => outbox.status('mail').nextTryAt !== undefined && mail.count() === 1,
      );
      if (isWritten) await until('the other name', async () => (await items.names())[0] !== before[0]);
      assert.is((await items.names())[0] === before[0], !isWritten);
      await clock.forward(waitMs);
      await until('the next try', () => mail.count() === 2);
      await stop();
    }
  }));

test('Many that are put off at once leave everything else its turn.', () =>
  inFolder(async (dir) => {
    const clock = fakeClock();
    const mail = deferring(clock, 30_000);
    const { outbox, start, stop } = await openWorkshop({ dir, clock, actions: [mail] });
    const count = 200;
    for (let index = 0; index < count; index += 1)
      await outbox.put('mail', alertEvent(`e${index}`, `a${index}`), { priority: 0 });
    await start();
    let turns = 0;
    while (mail.count() < count) {
      await new Promise((resolve) => setImmediate(resolve));
      turns += 1;
    }
    assert.ok(turns >= count / 16, `${turns} turns`);
    await stop();
  }));

test.run();
