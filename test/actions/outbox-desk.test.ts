import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { heldName } from '../../src/actions/held-name.js';
import type { Outbox } from '../../src/actions/outbox.js';
import { fakeClock } from '../helpers/fake-clock.js';
import { inFolder, openWorkshop, raised, recordingAction, route, start, until } from './workshop.js';

const later = new Date(start.getTime() + 60_000);
const ops = () => recordingAction('ops');

/** What two alerts left waiting in a data directory, held as a restore holds it. */
async function prepare(dir: string) {
  const before = await openWorkshop({ dir, actions: [ops()], clock: fakeClock(start) });
  await before.pipeline.handle([
    raised('a-fired', 'fired', { fingerprint: 'prod/a' }),
    raised('b-fired', 'fired', { fingerprint: 'prod/b' }),
    raised('b-resolved', 'resolved', { fingerprint: 'prod/b', endsAt: later }, later),
  ]);
  for (const name of await before.items.names()) await before.items.rename(name, heldName.of(name));
  await before.stop();
}

const heldIds = async ({ desk }: Outbox) =>
  (await desk.list()).filter(({ state }) => state === 'held').map(({ id }) => id);
const heldCount = async (outbox: Outbox) => (await heldIds(outbox)).length;
const sendHeld = async (outbox: Outbox) => (await outbox.desk.retry(await heldIds(outbox))).count;
const dropHeld = async (outbox: Outbox) => (await outbox.desk.drop(await heldIds(outbox))).count;

const historyOf = async ({ store }: Awaited<ReturnType<typeof openWorkshop>>) => {
  const found: string[] = [];
  for await (const { kind, event, eventId } of store.history.since(new Date(0)))
    if (kind === 'dropped') found.push(`${event} ${eventId}`);
  return found;
};

test('What came from a backup is told only after a person said so; what happens since leaves at once.', () =>
  inFolder(async (dir) => {
    await prepare(dir);
    const clock = fakeClock(later);
    const action = ops();
    const { outbox, pipeline, ...shop } = await openWorkshop({ dir, actions: [action], clock });
    await shop.start();
    assert.is(await heldCount(outbox), 3);
    assert.is(outbox.status('ops').held, 3);
    assert.is(outbox.status('ops').nextTryAt, undefined);
    await clock.forward(3_600_000);
    outbox.flush();

    // The monitor says again what fires: that is no news.
    await pipeline.handle([raised('a-fired', 'fired', { fingerprint: 'prod/a' })]);
    await pipeline.handle([raised('c-fired', 'fired', { fingerprint: 'prod/c' })]);
    await until(() => action.told().length === 1, 'the new alert');
    await clock.forward(24 * 3_600_000);
    assert.equal(action.told(), ['fired c-fired']);
    assert.is(pipeline.list().filter(({ status }) => status === 'firing').length, 2);

    assert.is(await sendHeld(outbox), 3);
    await until(() => action.told().length === 4, 'the rest');
    assert.equal([...action.told()].sort().slice(0, 3), ['fired a-fired', 'fired b-fired', 'fired c-fired']);
    const b = action.tries.flat().filter(({ alert }) => alert.fingerprint === 'prod/b');
    assert.equal(
      b.map(({ kind }) => kind),
      ['fired', 'resolved'],
    );
    assert.is(await heldCount(outbox), 0);
    assert.is(await sendHeld(outbox), 0);
    await until(async () => (await shop.items.names()).length === 0, 'an empty outbox');
    await shop.stop();
  }));

test('The end of an alert that is held waits with it, and a new firing of it leaves at once.', () =>
  inFolder(async (dir) => {
    await prepare(dir);
    const clock = fakeClock(later);
    const action = ops();
    const { outbox, pipeline, ...shop } = await openWorkshop({ dir, actions: [action], clock });
    await shop.start();
    await pipeline.handle([
      raised('a-resolved', 'resolved', { fingerprint: 'prod/a', endsAt: later }, later),
    ]);
    const anew = { fingerprint: 'prod/a', startsAt: new Date(later.getTime() + 60_000) };
    await pipeline.handle([raised('a-anew', 'fired', anew)]);
    await until(() => action.told().length === 1, 'the new firing');
    await clock.forward(3_600_000);
    assert.equal(action.told(), ['fired a-anew']);
    await sendHeld(outbox);
    await until(() => action.told().length === 5, 'everything');
    const a = action.tries.flat().filter(({ alert }) => alert.fingerprint === 'prod/a');
    assert.equal(
      a.map(({ id }) => id),
      ['a-anew', 'a-fired', 'a-resolved'],
    );
    await shop.stop();
  }));

test('What is dropped stands in the history; what still fires is told when the monitor says it again.', () =>
  inFolder(async (dir) => {
    await prepare(dir);
    const action = ops();
    const shop = await openWorkshop({ dir, actions: [action], clock: fakeClock(later) });
    const { outbox, pipeline } = shop;
    await shop.start();
    assert.is(await dropHeld(outbox), 3);
    assert.equal((await historyOf(shop)).sort(), ['fired a-fired', 'fired b-fired', 'resolved b-resolved']);
    assert.equal(await shop.items.names(), []);
    assert.is(await heldCount(outbox), 0);
    await pipeline.handle([raised('a-fired', 'fired', { fingerprint: 'prod/a' })]);
    await until(() => action.told().length === 1, 'what still fires');
    assert.equal(action.told(), ['fired a-fired']);
    await shop.stop();
  }));

test('A decision that was broken off half way is ended by the next one, and tells nothing twice.', () =>
  inFolder(async (dir) => {
    await prepare(dir);
    const action = ops();
    const first = await openWorkshop({ dir, actions: [action], clock: fakeClock(later) });
    // The beginning of the second alert, whose end stays held.
    const names = await first.items.names();
    const events = await Promise.all(names.map(async (name) => (await first.items.get(name))?.event.id));
    const name = names[events.indexOf('b-fired')] ?? '';
    await first.items.rename(name, heldName.without(name));
    await first.stop();

    const shop = await openWorkshop({ dir, actions: [action], clock: fakeClock(later) });
    await shop.start();
    assert.is(await heldCount(shop.outbox), 2);
    await until(() => action.told().length === 1, 'what was sent on before');
    assert.equal(action.told(), ['fired b-fired']);
    // What is just being settled is left alone, and there the next time.
    await until(async () => {
      await Promise.all([sendHeld(shop.outbox), sendHeld(shop.outbox)]);
      return (await heldCount(shop.outbox)) === 0;
    }, 'nothing held');
    assert.is(await dropHeld(shop.outbox), 0);
    await until(() => action.told().length === 3, 'everything');
    assert.is(new Set(action.told()).size, 3);
    assert.equal(await historyOf(shop), []);
    await shop.stop();
  }));

test('What quiet hours hold is told when a person asks for it, and only that.', () =>
  inFolder(async (dir) => {
    const action = ops();
    const morning = new Date(start.getTime() + 6 * 60 * 60_000);
    const shop = await openWorkshop({
      ...{ dir, actions: [action], clock: fakeClock() },
      routes: [route('ops', { heldUntil: (_, at) => (at < morning ? morning : undefined) })],
    });
    await shop.start();
    const fired = ['a', 'b'].map((name) => raised(`${name}-fired`, 'fired', { fingerprint: `prod/${name}` }));
    await shop.pipeline.handle(fired);
    const [first] = await shop.outbox.desk.list();
    assert.equal(first?.nextTryAt, morning);
    await shop.outbox.desk.retry([first?.id ?? '']);
    await until(async () => (await shop.outbox.desk.list()).length === 1, 'what was asked for');
    assert.equal(action.told(), ['fired a-fired']);
    assert.equal(
      (await shop.outbox.desk.list()).map(({ nextTryAt }) => nextTryAt),
      [morning],
    );
    await shop.stop();
  }));

test('What is being told is neither dropped nor told again; what is dropped at that moment is not told.', () =>
  inFolder(async (dir) => {
    let answer = () => {};
    const asked = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const action = recordingAction('ops', async (events) => {
      await asked;
      return { done: events.map(({ id }) => id) };
    });
    const shop = await openWorkshop({
      ...{ dir, actions: [action], clock: fakeClock(later), concurrency: { ops: 1 } },
    });
    const { desk } = shop.outbox;
    await shop.start();
    await shop.pipeline.handle([raised('a-fired', 'fired', { fingerprint: 'prod/a' })]);
    await until(() => action.tries.length === 1, 'the try');
    await shop.pipeline.handle([raised('b-fired', 'fired', { fingerprint: 'prod/b' })]);
    const listed = await desk.list();
    assert.equal(listed.map(({ state }) => state).sort(), ['telling', 'waiting']);
    const ids = listed.map(({ id }) => id);
    assert.equal(await desk.drop(ids), { count: 1, telling: 1 });
    assert.equal(await desk.retry(ids), { count: 0, telling: 1 });
    answer();
    await until(async () => (await shop.items.names()).length === 0, 'an empty outbox');
    assert.equal(action.told(), ['fired a-fired']);
    assert.equal(await historyOf(shop), ['fired b-fired']);
    assert.equal(await desk.drop(ids), { count: 0, telling: 0 });
    await shop.stop();
  }));

test('What is to be tried again is due now, also after a restart, with what is ahead of it in its alert.', () =>
  inFolder(async (dir) => {
    const clock = fakeClock(later);
    const action = recordingAction('ops', async () => ({ done: [] }));
    const before = await openWorkshop({ dir, actions: [action], clock });
    await before.start();
    await before.pipeline.handle([raised('b-fired', 'fired', { fingerprint: 'prod/b' })]);
    await until(() => action.tries.length === 1, 'a try');
    await before.pipeline.handle([
      raised('b-resolved', 'resolved', { fingerprint: 'prod/b', endsAt: later }, later),
    ]);
    await until(async () => (await before.outbox.desk.list())[0]?.why !== undefined, 'its failure');
    const tries = async (shop: typeof before) => (await shop.outbox.desk.list()).map((each) => each.tries);
    assert.equal(await tries(before), [1, 0]);
    await before.stop();

    const shop = await openWorkshop({ dir, actions: [ops()], clock });
    const listed = await shop.outbox.desk.list();
    const end = listed.find((each) => each.tries === 0);
    assert.equal(await shop.outbox.desk.retry([end?.id ?? '']), { count: 1, telling: 0 });
    await shop.stop();
    const last = ops();
    const again = await openWorkshop({ dir, actions: [last], clock });
    assert.equal(await tries(again), [0, 0]);
    await again.start();
    await until(() => last.told().length === 2, 'both');
    assert.equal(last.told(), ['fired b-fired', 'resolved b-resolved']);
    await again.stop();
  }));

test.run();
