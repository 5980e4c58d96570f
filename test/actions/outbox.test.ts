import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createOutbox, type Outbox, type OutboxSetup } from '../../src/actions/outbox.js';
import { outboxItemType } from '../../src/actions/outbox-item.js';
import type { Action } from '../../src/core/action.js';
import type { AlertEvent } from '../../src/core/alert.js';
import { type Clock, systemClock } from '../../src/core/clock.js';
import { Fault } from '../../src/core/fault.js';
import type { Delivery } from '../../src/core/host.js';
import { openStore } from '../../src/store/open-store.js';
import { fakeClock } from '../helpers/fake-clock.js';
import {
  alertEvent,
  inFolder,
  keepingLog,
  recordingAction,
  stoppedAtEnd,
  toldAll,
  until,
} from './workshop.js';

interface Setup {
  readonly dir: string;
  readonly actions: readonly Action[];
  readonly clock?: Clock;
  readonly more?: Partial<OutboxSetup>;
}

/** An outbox alone, over a real store; `recorded` is what `onDone` was told. */
async function openOutbox({ dir, actions, clock = systemClock, more = {} }: Setup) {
  const store = await openStore({ dir, key: Buffer.alloc(32, 7), clock });
  const items = store.collection('outbox', outboxItemType);
  const recorded: string[] = [];
  const deliveries: Delivery[] = [];
  const log = keepingLog();
  const outbox = createOutbox({
    items,
    actions,
    clock,
    log,
    history: store.history,
    onDone: async (action, events) => {
      recorded.push(...events.map((event) => `${action} ${event.id}`));
    },
    wasTold: (action, event) => recorded.includes(`${action} ${event.id}`),
    onDelivery: (delivery) => deliveries.push(delivery),
    ...more,
  });
  const stopping = stoppedAtEnd();
  let running: Promise<void> = Promise.resolve();
  return {
    store,
    items,
    outbox,
    recorded,
    deliveries,
    log,
    start() {
      running = outbox.start(stopping.signal);
    },
    async stop() {
      stopping.abort();
      await running;
      await store.close();
    },
  };
}

const waiting = (outbox: Outbox, ...actions: string[]) =>
  actions.reduce((sum, action) => sum + outbox.status(action).waiting, 0);

const putAll = async (outbox: Outbox, action: string, events: readonly AlertEvent[], priority = 0) => {
  for (const event of events) await outbox.put(action, event, { priority });
};

test('Putting the same event twice, also at once, is one document; it is on disk when put returns.', () =>
  inFolder(async (dir) => {
    const { outbox, items, stop } = await openOutbox({ dir, actions: [recordingAction('mail')] });
    const event = alertEvent('e1', 'a1');
    const puts = await Promise.all([1, 2, 3].map(() => outbox.put('mail', event, { priority: 0 })));
    assert.equal(puts, [true, false, false]);
    assert.is((await items.names()).length, 1);
    assert.is(outbox.has('mail', 'e1'), true);
    assert.is(outbox.has('chat', 'e1'), false);
    assert.is(outbox.waits('mail', 'a1'), true);
    assert.is(outbox.waits('mail', 'a2'), false);
    await stop();
  }));

test('Put returns when the document is on disk, and throws when it is not.', () =>
  inFolder(async (dir) => {
    const { items, stop } = await openOutbox({ dir, actions: [] });
    let mode: 'slow' | 'full' = 'slow';
    const slow = createOutbox({
      items: {
        ...items,
        async put(name, item) {
          if (mode === 'full') throw new Error('disk full');
          await new Promise((resolve) => setTimeout(resolve, 50));
          await items.put(name, item);
        },
      },
      actions: [],
      clock: systemClock,
      log: keepingLog(),
      history: { append: async () => {}, async *since() {} },
      onDone: async () => {},
      wasTold: () => false,
      onDelivery: () => {},
    });
    const event = alertEvent('e1', 'a1');
    const first = slow.put('mail', event, { priority: 0 });
    assert.is(await slow.put('mail', event, { priority: 0 }), false);
    assert.is((await items.names()).length, 1, 'also for the one who asked while it was written');
    assert.is(await first, true);
    mode = 'full';
    for (const id of ['e2', 'e2']) {
      let thrown: unknown;
      await slow.put('mail', alertEvent(id, 'a1'), { priority: 0 }).catch((error: unknown) => {
        thrown = error;
      });
      assert.match(String(thrown), 'disk full');
    }
    mode = 'slow';
    assert.is(await slow.put('mail', alertEvent('e2', 'a1'), { priority: 0 }), true);
    await stop();
  }));

test('A failing or slow action never holds up another action.', () =>
  inFolder(async (dir) => {
    const slow = recordingAction('slow', (_, signal) => {
      return new Promise((resolve) => signal.addEventListener('abort', () => resolve({ done: [] })));
    });
    const failing = recordingAction('failing', async () => {
      throw new Error('always');
    });
    const good = recordingAction('good');
    const clock = fakeClock();
    const { outbox, items, start, stop } = await openOutbox({ dir, actions: [slow, failing, good], clock });
    start();
    for (let count = 0; count < 100; count += 1)
      for (const { name } of [slow, failing, good])
        await outbox.put(name, alertEvent(`e${count}`, `a${count}`), { priority: 0 });
    await until(() => good.told().length === 100, 'all of the good one');
    await until(async () => (await items.names()).length === 200, 'the others still on disk');
    assert.equal([outbox.status('slow').waiting, outbox.status('failing').waiting], [100, 100]);
    assert.match(outbox.status('failing').lastFault ?? '', /The action failing could not tell.*always/);
    const stopped = stop();
    for (let second = 0; second < 9; second += 1) await clock.forward(1_000);
    await stopped;
  }));

test('What fails is tried again after 5 seconds, doubling up to 15 minutes, and never dropped.', () =>
  inFolder(async (dir) => {
    const clock = fakeClock();
    const triedAtMs: number[] = [];
    const mail = recordingAction('mail', async () => {
      triedAtMs.push(clock.now().getTime());
      throw new Error('not now');
    });
    const { outbox, items, deliveries, start, stop } = await openOutbox({ dir, actions: [mail], clock });
    await outbox.put('mail', alertEvent('e1', 'a1'), { priority: 0 });
    start();
    for (let tries = 1; tries <= 16; tries += 1) {
      await until(() => triedAtMs.length === tries, `try ${tries}`);
      await until(() => outbox.status('mail').nextTryAt !== undefined, 'the end of that try');
      assert.match((await items.names())[0] ?? '', `.${tries.toString(36)}.`);
      await clock.forward((outbox.status('mail').nextTryAt?.getTime() ?? 0) - clock.now().getTime());
    }
    const gapsMs = triedAtMs.slice(1, 16).map((ms, index) => ms - (triedAtMs[index] ?? 0));
    assert.ok((gapsMs[0] ?? 0) >= 3_750 && (gapsMs[0] ?? 0) <= 5_000, String(gapsMs));
    assert.ok(
      gapsMs.every((gap, index) => gap <= Math.min(900_000, 5_000 * 2 ** index)),
      String(gapsMs),
    );
    assert.ok((gapsMs.at(-1) ?? 0) >= 675_000, String(gapsMs));
    assert.equal(new Set(deliveries.map((each) => each.status)), new Set(['deferred']));
    await stop();
  }));

test('A retry goes by what the action asks for, within bounds.', () =>
  inFolder(async (dir) => {
    const clock = fakeClock();
    const startMs = clock.now().getTime();
    const fault = new Fault('SMTP_DEFERRED', { host: 'h', port: 1, account: 'a', reply: '421' });
    const asked = [startMs + 60_000, startMs - 60_000, Number.NaN, startMs + 10 * 365 * 86_400_000];
    const { outbox, start, stop } = await openOutbox({
      dir,
      clock,
      actions: asked.map((ms, index) =>
        recordingAction(`a${index}`, async () => ({ done: [], deferred: { fault, retryAt: new Date(ms) } })),
      ),
    });
    for (const index of asked.keys()) await outbox.put(`a${index}`, alertEvent('e1', 'x'), { priority: 0 });
    start();
    const inMs = (index: number) => (outbox.status(`a${index}`).nextTryAt?.getTime() ?? 0) - startMs;
    await until(() => [0, 1, 2, 3].every((index) => inMs(index) > 0), 'four retries');
    assert.is(inMs(0), 60_000);
    assert.is(inMs(1), 100);
    assert.ok(inMs(2) >= 3_750 && inMs(2) <= 5_000);
    assert.is(inMs(3), 86_400_000);
    await stop();
  }));

test('Attempts and due dates survive a restart, which reads names and no document.', () =>
  inFolder(async (dir) => {
    const clock = fakeClock();
    const failing = recordingAction('mail', async () => {
      throw new Error('not now');
    });
    const first = await openOutbox({ dir, actions: [failing], clock });
    await first.outbox.put('mail', alertEvent('e1', 'a1'), { priority: 0 });
    first.start();
    await until(() => failing.tries.length === 1, 'the first try');
    await until(() => first.outbox.status('mail').nextTryAt !== undefined, 'the end of that try');
    assert.match((await first.items.names())[0] ?? '', '.0.1.');
    const before = first.outbox.status('mail');
    await first.stop();

    const mail = recordingAction('mail');
    const second = await openOutbox({ dir, actions: [mail], clock });
    const reads: string[] = [];
    const items = {
      ...second.items,
      get: (name: string) => {
        reads.push(name);
        return second.items.get(name);
      },
    };
    const outbox = createOutbox({
      items,
      actions: [mail],
      clock,
      log: second.log,
      history: second.store.history,
      onDone: async () => {},
      wasTold: () => false,
      onDelivery: () => {},
    });
    await outbox.load();
    assert.equal(reads, []);
    const { lastFault: _, ...rest } = before;
    assert.equal(outbox.status('mail'), rest);
    await second.stop();
  }));

test('Events of one alert are told in order, and never in two tries at once.', () =>
  inFolder(async (dir) => {
    let running = 0;
    let most = 0;
    const mail = recordingAction('mail', async (events) => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, 5));
      running -= 1;
      return toldAll(events.slice(0, 2));
    });
    const { outbox, start, stop } = await openOutbox({ dir, actions: [mail] });
    start();
    const ids = Array.from({ length: 9 }, (_, index) => `e${index}`);
    const fault = new Fault('ACTION_FAILED', { action: 'mail', detail: 'two at a time' });
    const tellTwo = mail.answer;
    mail.answer = async (events, signal) => ({
      ...(await tellTwo(events, signal)),
      ...(events.length > 2 ? { deferred: { fault, retryAt: new Date() } } : {}),
    });
    await putAll(
      outbox,
      'mail',
      ids.map((id) => alertEvent(id, 'a1')),
    );
    await until(() => waiting(outbox, 'mail') === 0, 'all told');
    assert.equal(
      mail.told(),
      ids.map((id) => `fired ${id}`),
    );
    assert.is(most, 1);
    await stop();
  }));

test('A later event of an alert waits for the one ahead of it that failed.', () =>
  inFolder(async (dir) => {
    const clock = fakeClock();
    const mail = recordingAction('mail', async () => {
      throw new Error('not now');
    });
    const { outbox, deliveries, items, start, stop } = await openOutbox({ dir, actions: [mail], clock });
    start();
    await outbox.put('mail', alertEvent('e1', 'a1'), { priority: 0 });
    await until(async () => /\.1\./.test((await items.names())[0] ?? ''), 'the first failure');
    const firedAt = clock.now();
    await clock.forward(500);
    await outbox.put('mail', alertEvent('e2', 'a1', 'resolved'), { priority: 5 });
    await clock.forward(500);
    assert.is(mail.tries.length, 1, 'resolved does not overtake fired');
    mail.answer = toldAll;
    await clock.forward(5_000);
    await until(() => waiting(outbox, 'mail') === 0, 'both told');
    assert.equal(mail.told(), ['fired e1', 'resolved e2']);
    assert.equal(
      deliveries.map(({ status, dueAt }) => [status, dueAt]),
      [
        ['deferred', firedAt],
        ['delivered', firedAt],
      ],
    );
    await stop();
  }));

test('The most urgent goes first where there is not room for all.', () =>
  inFolder(async (dir) => {
    const mail = recordingAction('mail');
    const setup = { dir, actions: [mail], more: { concurrency: { mail: 1 } } };
    const { outbox, start, stop } = await openOutbox(setup);
    const beforeMs = Date.now() - 1_000;
    for (const [index, priority] of [5, 3, 0, 2, 0].entries()) {
      const dueAt = new Date(beforeMs + index);
      await outbox.put('mail', alertEvent(`e${index}-${priority}`, `a${index}`), { priority, dueAt });
    }
    start();
    await until(() => waiting(outbox, 'mail') === 0, 'all told');
    assert.equal(mail.told(), ['fired e2-0', 'fired e4-0', 'fired e3-2', 'fired e1-3', 'fired e0-5']);
    await stop();
  }));

test('Several alerts are told at once, as many as the concurrency says.', () =>
  inFolder(async (dir) => {
    let running = 0;
    let most = 0;
    const mail = recordingAction('mail', async (events) => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, 5));
      running -= 1;
      return toldAll(events);
    });
    const setup = { dir, actions: [mail], more: { concurrency: { mail: 3 } } };
    const { outbox, start, stop } = await openOutbox(setup);
    for (let index = 0; index < 20; index += 1)
      await outbox.put('mail', alertEvent(`e${index}`, `a${index}`), { priority: 0 });
    start();
    await until(() => waiting(outbox, 'mail') === 0, 'all told');
    assert.is(most, 3);
    await stop();
  }));

test('What is due later is not told before.', () =>
  inFolder(async (dir) => {
    const clock = fakeClock();
    const mail = recordingAction('mail');
    const { outbox, start, stop } = await openOutbox({ dir, actions: [mail], clock });
    start();
    const dueAt = new Date(clock.now().getTime() + 60_000);
    await outbox.put('mail', alertEvent('e1', 'a1'), { priority: 0, dueAt });
    outbox.flush();
    await clock.forward(59_000);
    assert.is(mail.tries.length, 0);
    await clock.forward(1_000);
    await until(() => mail.told().length === 1, 'the event');
    await stop();
  }));

test('A clock that was hours ahead and is set right delays nothing, neither in this run nor after a start.', () =>
  inFolder(async (dir) => {
    const hours = (count: number) => count * 3_600_000;
    const clock = fakeClock();
    const rightMs = clock.now().getTime();
    await clock.set(new Date(rightMs + hours(2)));
    const mail = recordingAction('mail', async () => {
      throw new Error('no network');
    });
    const first = await openOutbox({ dir, actions: [mail], clock });
    first.start();
    await first.outbox.put('mail', alertEvent('e1', 'a1'), { priority: 0 });
    await until(() => mail.tries.length === 1, 'the first try');
    await until(() => first.outbox.status('mail').nextTryAt !== undefined, 'the end of that try');
    await clock.set(new Date(rightMs));
    await clock.forward(10_000);
    await until(() => mail.tries.length === 2, 'the second try');
    await until(() => first.outbox.status('mail').nextTryAt !== undefined, 'the end of that try');
    await clock.set(new Date(rightMs + hours(2)));
    // On its way the clock may come to the tries after that, too.
    await until(() => mail.tries.length >= 3, 'the third try');
    await until(() => first.outbox.status('mail').nextTryAt !== undefined, 'the end of that try');
    const wanted = { priority: 0, dueAt: new Date(rightMs + hours(3)) };
    await first.outbox.put('mail', alertEvent('e3', 'a3'), wanted);
    await first.stop();
    await clock.forward(60_000);
    const unstarted = await openOutbox({ dir, actions: [mail], clock });
    await unstarted.outbox.put('mail', alertEvent('e2', 'a2'), { priority: 0 });
    await unstarted.stop();

    await clock.set(new Date(rightMs + 60_000));
    mail.answer = toldAll;
    const second = await openOutbox({ dir, actions: [mail], clock });
    second.start();
    await until(() => mail.told().length === 2, 'both at once');
    assert.equal([...mail.told()].sort(), ['fired e1', 'fired e2']);
    await clock.set(wanted.dueAt);
    await until(() => mail.told().length === 3, 'what was wanted later');
    await second.stop();
  }));

test('A flush makes due what failed, and also what fails while it is called.', () =>
  inFolder(async (dir) => {
    const clock = fakeClock();
    const release: (() => void)[] = [];
    const mail = recordingAction('mail', async () => {
      await new Promise<void>((resolve) => release.push(resolve));
      throw new Error('not signed in');
    });
    const { outbox, start, stop } = await openOutbox({ dir, actions: [mail], clock });
    start();
    await outbox.put('mail', alertEvent('e1', 'a1'), { priority: 0 });
    await until(() => release.length === 1, 'the first try');
    outbox.flush('chat');
    outbox.flush('mail');
    mail.answer = toldAll;
    release[0]?.();
    await until(() => mail.told().length === 1, 'the second try without any wait');

    mail.answer = async () => {
      throw new Error('not signed in');
    };
    for (let index = 2; index < 40; index += 1)
      await outbox.put('mail', alertEvent(`e${index}`, `a${index}`), { priority: 0 });
    await until(() => mail.tries.length >= 40, 'a failure of each');
    await until(() => (outbox.status('mail').nextTryAt ?? clock.now()) > clock.now(), 'all put off');
    mail.answer = toldAll;
    outbox.flush();
    await until(() => waiting(outbox, 'mail') === 0, 'all told');
    await stop();
  }));

test('What was told but cannot be put on record is not told again in this run, and is recorded later.', () =>
  inFolder(async (dir) => {
    const clock = fakeClock();
    const mail = recordingAction('mail');
    let isFull = true;
    const recorded: string[] = [];
    const onDone = async (_: string, events: readonly AlertEvent[]) => {
      if (isFull) throw new Error('disk full');
      recorded.push(...events.map((event) => event.id));
    };
    const setup = { dir, actions: [mail], clock, more: { onDone, wasTold: () => false } };
    const { outbox, items, start, stop } = await openOutbox(setup);
    start();
    await outbox.put('mail', alertEvent('e1', 'a1'), { priority: 0 });
    await until(() => outbox.status('mail').lastFault !== undefined, 'the failure to record');
    assert.is((await items.names()).length, 1);
    isFull = false;
    await until(async () => {
      await clock.forward(5_000);
      return recorded.length === 1;
    }, 'the record');
    await until(async () => (await items.names()).length === 0, 'the document gone');
    assert.is(mail.tries.length, 1);
    await stop();
  }));

test('An action that tells of nothing and says nothing is tried again.', () =>
  inFolder(async (dir) => {
    const mail = recordingAction('mail', async () => ({ done: ['something-else'] }));
    const { outbox, start, stop } = await openOutbox({ dir, actions: [mail], clock: fakeClock() });
    start();
    await outbox.put('mail', alertEvent('e1', 'a1'), { priority: 0 });
    await until(() => outbox.status('mail').lastFault !== undefined, 'a fault');
    assert.is(waiting(outbox, 'mail'), 1);
    await stop();
  }));

test('stop() returns in bounded time and loses nothing.', () =>
  inFolder(async (dir) => {
    const clock = fakeClock();
    let aborted = 0;
    const deaf = recordingAction('deaf', (_, signal) => {
      signal.addEventListener('abort', () => {
        aborted += 1;
      });
      return new Promise(() => {});
    });
    const failing = recordingAction('failing', (_, signal) => {
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('aborted')));
      });
    });
    const { promise, resolve } = withResolver();
    const good = recordingAction('good', async (events) => {
      await promise;
      return toldAll(events);
    });
    const actions = [deaf, failing, good];
    const { outbox, recorded, items, start, stop, store } = await openOutbox({ dir, actions, clock });
    start();
    for (const { name } of actions) await outbox.put(name, alertEvent('e1', 'a1'), { priority: 0 });
    await until(() => actions.every((action) => action.tries.length === 1), 'three tries');
    const names = await items.names();
    let stopped = false;
    const close = store.close;
    const end = stop().then(() => {
      stopped = true;
    });
    resolve();
    await until(() => recorded.length === 1, 'what ended by itself on record');
    await until(async () => (await items.names()).length === 2, 'its document gone');
    assert.is(aborted, 0);
    await clock.forward(5_000);
    assert.is(aborted, 1);
    assert.is(stopped, false);
    // Time enough for a rename that must not come.
    await new Promise((resolve) => setTimeout(resolve, 100));
    await clock.forward(3_000);
    await end;
    await close();
    const left = (await readdir(join(dir, 'outbox'))).map((name) => name.replace('.json', ''));
    assert.equal(
      left.sort(),
      names.filter((name) => !name.includes('.good.')),
      'an aborted try is no failure',
    );
  }));

function withResolver() {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve: () => resolve() };
}

test('A damaged document is forgotten, and what is behind it is told.', () =>
  inFolder(async (dir) => {
    const mail = recordingAction('mail');
    const before = await openOutbox({ dir, actions: [mail] });
    await putAll(before.outbox, 'mail', [alertEvent('e1', 'a1'), alertEvent('e2', 'a1')]);
    const [name] = await before.items.names();
    await before.stop();
    await writeFile(join(dir, 'outbox', `${name}.json`), '{"v":1,"ev');
    const { outbox, start, stop } = await openOutbox({ dir, actions: [mail] });
    await outbox.load();
    start();
    await until(() => waiting(outbox, 'mail') === 0, 'nothing left');
    assert.equal(mail.told(), ['fired e2']);
    assert.is(outbox.has('mail', 'e1'), false);
    await stop();
  }));

test('One document that the disk does not give back holds up no other that is told with it.', () =>
  inFolder(async (dir) => {
    const mail = recordingAction('mail');
    const before = await openOutbox({ dir, actions: [mail] });
    await putAll(before.outbox, 'mail', [
      alertEvent('e1', 'a1'),
      alertEvent('e2', 'a2'),
      alertEvent('e3', 'a3'),
    ]);
    const [name] = await before.items.names();
    await before.stop();
    const file = join(dir, 'outbox', `${name}.json`);
    const text = await readFile(file);
    await rm(file);
    await mkdir(file);
    const clock = fakeClock(new Date());
    const together = { ...mail, pace: () => 500 };
    const { outbox, deliveries, start, stop } = await openOutbox({ dir, actions: [together], clock });
    start();
    await until(() => mail.told().length === 2, 'the others');
    await until(() => outbox.status('mail').lastFault?.includes('EISDIR') === true, 'why');
    assert.is(waiting(outbox, 'mail'), 1);
    assert.is(deliveries.length, 1);

    await rm(file, { recursive: true });
    await writeFile(file, text);
    await until(async () => {
      await clock.forward(900_000);
      return waiting(outbox, 'mail') === 0;
    }, 'the last');
    assert.is(mail.told().length, 3);
    await stop();
  }));

test('A disk that fails halfway, after the document has its new name, loses no event and leaves no second document.', () =>
  inFolder(async (dir) => {
    const clock = fakeClock();
    const { store, items, stop } = await openOutbox({ dir, actions: [], clock });
    let isFailing = true;
    const halfway = async (done: Promise<void>) => {
      await done;
      if (isFailing) throw new Error('EMFILE: folder sync');
    };
    const mail = recordingAction('mail', async () => {
      throw new Error('not now');
    });
    const outbox = createOutbox({
      items: {
        ...items,
        put: (name, item) => halfway(items.put(name, item)),
        rename: (from, to) => halfway(items.rename(from, to)),
      },
      ...{ actions: [mail], clock, log: keepingLog(), history: store.history },
      onDone: async () => {},
      wasTold: () => false,
      onDelivery: () => {},
    });
    const put = () => outbox.put('mail', alertEvent('e1', 'a1'), { priority: 0 });
    const failure = String(await put().catch(String));
    assert.match(failure, 'EMFILE');
    await clock.forward(1_000);
    isFailing = false;
    assert.is(await put(), true);
    assert.is((await items.names()).length, 1, 'one document');

    isFailing = true;
    const stopping = stoppedAtEnd();
    const running = outbox.start(stopping.signal);
    await until(() => mail.tries.length === 1, 'the first try');
    await until(() => (outbox.status('mail').nextTryAt ?? clock.now()) > clock.now(), 'the end of that try');
    isFailing = false;
    mail.answer = toldAll;
    outbox.flush();
    await until(() => waiting(outbox, 'mail') === 0, 'nothing left');
    assert.equal(mail.told(), ['fired e1']);
    assert.is((await items.names()).length, 0);
    stopping.abort();
    await running;
    await stop();
  }));

test('Documents of an action that is gone, and names that are not ours, stay and are told of.', () =>
  inFolder(async (dir) => {
    const first = await openOutbox({ dir, actions: [recordingAction('old')] });
    await first.outbox.put('old', alertEvent('e1', 'a1'), { priority: 0 });
    await first.stop();
    await writeFile(join(dir, 'outbox', 'hello.json'), '{}');
    const unknown: [string, number][][] = [];
    const onUnknown = (counts: ReadonlyMap<string, number>) => unknown.push([...counts]);
    const second = await openOutbox({ dir, actions: [recordingAction('new')], more: { onUnknown } });
    await second.outbox.load();
    assert.equal(unknown, [[['old', 1]]]);
    assert.is(second.log.lines.filter((line) => line.level === 'warn').length, 1);
    second.start();
    await second.stop();
    assert.is((await readdir(join(dir, 'outbox'))).length, 2);
  }));

test('An action whose name cannot be a file name is refused at once.', () =>
  inFolder(async (dir) => {
    for (const name of ['../up', 'A', 'a.b', '', 'x'.repeat(65)]) {
      let thrown: unknown;
      await openOutbox({ dir, actions: [recordingAction(name)] }).catch((error: unknown) => {
        thrown = error;
      });
      assert.is(thrown instanceof Fault && thrown.code, 'CONFIG_INVALID', name);
    }
  }));

test('Observers and a history that cannot be written have no say.', () =>
  inFolder(async (dir) => {
    const mail = recordingAction('mail');
    const history = {
      append: () => Promise.reject(new Error('disk full')),
      async *since() {},
    };
    const onDelivery = () => {
      throw new Error('observer');
    };
    const setup = { dir, actions: [mail], more: { history, onDelivery } };
    const { outbox, start, stop } = await openOutbox(setup);
    start();
    await outbox.put('mail', alertEvent('e1', 'a1'), { priority: 0 });
    await until(() => waiting(outbox, 'mail') === 0, 'the event told');
    await stop();
  }));

test.run();
