import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Action } from '../../src/core/action.js';
import { Fault } from '../../src/core/fault.js';
import type { RecipientStatus } from '../../src/core/mail.js';
import { fakeClock } from '../helpers/fake-clock.js';
import {
  hourMs,
  inFolder,
  openWorkshop,
  raised,
  recordingAction,
  route,
  start,
  toldAll,
  until,
} from './workshop.js';

const minuteMs = 60_000;
const ageMs = 3 * hourMs;
const unreachable = new Fault('SMTP_UNREACHABLE', {
  ...{ host: 'smtp.example.com', port: 587, account: 'alerts', detail: 'connection refused' },
});
/** It asks for another try as late as it can be had; the last one comes when the time is up all the same. */
const refuse = async () => ({ done: [], deferred: { fault: unreachable, retryAt: new Date(8.64e15) } });
const failing = (name = 'ops') => recordingAction(name, refuse);
const alert = (name: string) => ({
  fingerprint: `prod/${name}`,
  labels: { alertname: 'DiskFull', instance: name },
});
const fire = (name: string, at = start) =>
  raised(`${name}-fired`, 'fired', { ...alert(name), startsAt: at }, at);

type Shop = Awaited<ReturnType<typeof openWorkshop>>;

const open = (dir: string, actions: readonly Action[], clock = fakeClock(start)) =>
  openWorkshop({ dir, actions, clock, giveUpAfterMs: ageMs });

async function historyOf({ store }: Shop, kind: string) {
  const entries = [];
  for await (const entry of store.history.since(new Date(0))) if (entry.kind === kind) entries.push(entry);
  return entries;
}

const error = ({ systemErrors }: Shop) => systemErrors.list().find(({ code }) => code === 'ACTION_GAVE_UP');

test('What could not be told for too long is given up: people are told which alerts, until the action tells again.', () =>
  inFolder(async (dir) => {
    const clock = fakeClock(start);
    const ops = failing();
    const chat = recordingAction('chat');
    const shop = await open(dir, [ops, chat], clock);
    await shop.start();
    await shop.pipeline.handle([fire('db1')]);
    await clock.forward(hourMs);
    await shop.pipeline.handle([fire('db2', clock.now())]);
    await clock.forward(2 * hourMs - minuteMs);
    assert.is(shop.outbox.status('ops').waiting, 2);
    assert.is(error(shop), undefined);

    await clock.forward(minuteMs);
    const told = await found(() => error(shop));
    assert.is(told.severity, 'critical');
    assert.is(told.subject, 'ops');
    assert.match(
      told.message,
      'gave up telling of 1 event, the oldest due since 2026-03-01 03:00 UTC: DiskFull on db1.',
    );
    assert.match(told.message, 'connection refused');
    await until(
      () => chat.told().some((each) => each.includes('ACTION_GAVE_UP')),
      'the other action tells of it',
    );
    const [entry] = await historyOf(shop, 'given-up');
    assert.is(entry?.['name'], 'DiskFull on db1');
    assert.is(entry?.['action'], 'ops');

    await clock.forward(hourMs);
    await until(() => error(shop)?.message.includes('of 2 events') === true, 'the second');
    assert.match(error(shop)?.message ?? '', 'DiskFull on db1; DiskFull on db2.');

    ops.answer = toldAll;
    await shop.pipeline.handle([fire('db3', clock.now())]);
    await until(() => error(shop) === undefined, 'the end of the error');
    assert.ok(
      shop.deliveries.some(({ status, eventIds }) => status === 'given-up' && eventIds.includes('db1-fired')),
    );
    await shop.stop();
  }));

test('What was given up and still fires is told when the monitor says it again.', () =>
  inFolder(async (dir) => {
    const clock = fakeClock(start);
    const ops = failing();
    const shop = await open(dir, [ops], clock);
    await shop.start();
    await shop.pipeline.handle([fire('db1')]);
    await clock.forward(ageMs + 30 * minuteMs);
    await until(() => !shop.outbox.has('ops', 'db1-fired'), 'giving up');
    ops.answer = toldAll;
    const [outcome] = await shop.pipeline.handle([fire('db1')]);
    assert.is(outcome?.result, 'accepted');
    await until(() => ops.told().length > 0, 'the alert');
    await shop.stop();
  }));

test('Of an alert that some recipients have, only those are named who did not get it.', () =>
  inFolder(async (dir) => {
    const clock = fakeClock(start);
    const recipients: Record<string, RecipientStatus> = {
      'a@example.com': { status: 'accepted' },
      'b@example.com': { status: 'rejected' },
      'c@example.com': { status: 'deferred', reply: '451 4.7.1 Later' },
    };
    const ops: Action = { ...failing(), recipients: async () => recipients };
    const shop = await open(dir, [ops], clock);
    await shop.start();
    await shop.pipeline.handle([fire('db1')]);
    await clock.forward(ageMs + 30 * minuteMs);
    const { message } = await found(() => error(shop));
    assert.match(message, 'DiskFull on db1 (not to c@example.com).');
    assert.equal((await historyOf(shop, 'given-up'))[0]?.['missed'], ['c@example.com']);
    await shop.stop();
  }));

test('A restart goes on counting, and in its first minutes nothing is given up.', () =>
  inFolder(async (dir) => {
    const clock = fakeClock(start);
    const first = await open(dir, [failing()], clock);
    await first.start();
    await first.pipeline.handle([fire('db1')]);
    await clock.forward(10 * minuteMs);
    await first.pipeline.handle([fire('db2', clock.now())]);
    await clock.forward(ageMs - 10 * minuteMs);
    await found(() => error(first));
    await first.stop();

    // Away for longer than that.
    await clock.set(new Date(start.getTime() + 10 * hourMs));
    const ops = failing();
    const second = await open(dir, [ops], clock);
    await second.start();
    await until(() => ops.tries.length > 0, 'a try');
    await clock.forward(14 * minuteMs);
    assert.match(error(second)?.message ?? '', 'of 1 event');
    await clock.forward(minuteMs);
    await until(() => error(second)?.message.includes('of 2 events') === true, 'the second');
    assert.match(
      error(second)?.message ?? '',
      'since 2026-03-01 03:00 UTC: DiskFull on db1; DiskFull on db2.',
    );
    await second.stop();
  }));

test('A person is told before what was given up leaves the outbox.', () =>
  inFolder(async (dir) => {
    const clock = fakeClock(start);
    const shop = await open(dir, [failing()], clock);
    const standing: number[] = [];
    const { raise } = shop.systemErrors;
    await shop.start();
    await shop.pipeline.handle([fire('db1')]);
    const names = await shop.items.names();
    shop.systemErrors.raise = async (raised) => {
      standing.push((await shop.items.names()).length);
      return raise(raised);
    };
    assert.is(names.length, 1);
    await clock.forward(ageMs + 30 * minuteMs);
    await found(() => error(shop));
    await until(
      async () => (await shop.items.names()).every((name) => !names.includes(name)),
      'its document gone',
    );
    assert.equal(standing, [1]);
    await shop.stop();
  }));

test('A clock that leaps ahead by days gives up nothing: it takes as long to be given up as without that.', () =>
  inFolder(async (dir) => {
    const clock = fakeClock(start);
    const shop = await open(dir, [failing()], clock);
    await shop.start();
    await clock.forward(16 * minuteMs);
    await shop.pipeline.handle([fire('db1', clock.now())]);
    await until(() => shop.deliveries.some(({ status }) => status === 'deferred'), 'the first failure');
    const tries = () => shop.deliveries.length;
    const before = tries();
    await clock.set(new Date(start.getTime() + 4 * 24 * hourMs));
    await until(() => tries() > before, 'the try after the leap');
    await clock.forward(ageMs - minuteMs);
    assert.is(shop.outbox.status('ops').waiting, 1);
    assert.is(error(shop), undefined);
    await clock.forward(minuteMs);
    assert.match((await found(() => error(shop))).message, 'gave up telling of 1 event');
    await shop.stop();
  }));

test('What is due later, and what came from a backup, does not age before its date.', () =>
  inFolder(async (dir) => {
    const clock = fakeClock(start);
    const shop = await open(dir, [failing()], clock);
    await shop.pipeline.load();
    const event = {
      id: 'late',
      kind: 'fired' as const,
      at: start,
      alert: { ...fire('db1').alert, id: 'db1', status: 'firing' as const },
    };
    await shop.outbox.put('ops', event, { priority: 0, dueAt: new Date(start.getTime() + 7 * hourMs) });
    await shop.start();
    await clock.forward(9 * hourMs);
    assert.is(shop.outbox.status('ops').waiting, 1);
    assert.is(error(shop), undefined);
    await clock.forward(hourMs + 30 * minuteMs);
    assert.match((await found(() => error(shop))).message, 'since 2026-03-01 10:00 UTC');
    await shop.stop();
  }));

test('A system error of Ackmail that could not be told leaves into the history, and raises no other.', () =>
  inFolder(async (dir) => {
    const clock = fakeClock(start);
    const shop = await openWorkshop({
      ...{ dir, clock, actions: [failing()], giveUpAfterMs: ageMs },
      routes: [route('ops')],
    });
    await shop.start();
    await shop.systemErrors.raise({
      ...{ code: 'SMTP_UNREACHABLE', subject: 'alerts', severity: 'critical' },
      ...{ message: 'No way out.', remedy: 'Look.' },
    });
    await clock.forward(ageMs + 30 * minuteMs);
    await until(async () => (await historyOf(shop, 'given-up')).length > 0, 'the history');
    assert.is(error(shop), undefined);
    await shop.stop();
  }));

async function found<T>(find: () => T | undefined): Promise<T> {
  await until(() => find() !== undefined, 'the system error');
  const one = find();
  if (one === undefined) throw new Error('It went again.');
  return one;
}

test.run();
