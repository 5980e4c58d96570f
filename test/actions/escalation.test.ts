import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { RaisedEvent } from '../../src/core/alert.js';
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

const minutes = (count: number) => count * 60_000;
const acknowledgement = (alertId: string, more: object = {}) => ({
  ...{ kind: 'acknowledge' as const, alertIds: [alertId], author: 'kim@example.com', comment: '' },
  ...{ at: start, source: 'm1', ...more },
});

/** A team that is told at once, and a boss after 30 minutes. */
function people() {
  const clock = fakeClock();
  const team = recordingAction('team');
  const boss = recordingAction('boss');
  const setup = {
    ...{ clock, actions: [team, boss] },
    routes: [route('team'), route('boss', { afterMs: minutes(30) })],
  };
  return { clock, team, boss, setup };
}

async function withPeople(
  task: (
    parts: ReturnType<typeof people> &
      Awaited<ReturnType<typeof openWorkshop>> & {
        raise: (...events: RaisedEvent[]) => Promise<string>;
        history: () => Promise<readonly string[]>;
      },
  ) => Promise<void>,
): Promise<void> {
  await inFolder(async (dir) => {
    const parts = people();
    const shop = await openWorkshop({ dir, ...parts.setup });
    await shop.start();
    const raise = async (...events: RaisedEvent[]) => (await shop.pipeline.handle(events))[0]?.alertId ?? '';
    const history = async () => {
      const lines: string[] = [];
      for await (const { kind, action, event, why } of shop.store.history.since(start))
        if (kind === 'withdrawn') lines.push(`${action} ${event} ${why}`);
      return lines;
    };
    try {
      await task({ ...parts, ...shop, raise, history });
    } finally {
      await shop.stop();
    }
  });
}

test('A step tells of what nobody has taken for its time, and says who was told before.', () =>
  withPeople(async ({ clock, team, boss, outbox, raise }) => {
    await raise(raised('e1'));
    await until(() => team.told().length === 1, 'the team');
    await until(() => outbox.status('team').waiting === 0, 'the record of that');
    assert.equal(outbox.status('boss'), {
      ...{ action: 'boss', waiting: 1, later: 1 },
      nextTryAt: new Date(start.getTime() + minutes(30)),
    });
    await clock.forward(minutes(30) - 1);
    assert.equal(boss.told(), []);
    await clock.forward(1);
    await until(() => boss.told().length === 1, 'the boss');
    assert.equal(boss.told(), ['fired e1']);
    assert.equal(boss.tries[0]?.[0]?.escalation, { afterMs: minutes(30), toldBy: ['team'] });
    assert.is(team.tries[0]?.[0]?.escalation, undefined);

    await raise(raised('r1', 'resolved', { endsAt: clock.now() }));
    await until(() => boss.told().length === 2 && team.told().length === 2, 'the end, to both');
  }));

test('A system error of Ackmail does not wait for the time of a step, and is told of even when it is over soon.', () =>
  withPeople(async ({ team, boss, outbox, systemErrors, history }) => {
    boss.answer = async () => {
      throw new Error('no network');
    };
    await systemErrors.raise({
      ...{ code: 'ACTION_GAVE_UP', subject: 'team', severity: 'critical' as const },
      ...{ message: 'Three were given up.', remedy: 'Look.' },
    });
    await until(() => team.told().length === 1 && boss.tries.length === 1, 'both, at once');
    assert.is(boss.tries[0]?.[0]?.escalation, undefined);
    await systemErrors.clear('ACTION_GAVE_UP', 'team');
    assert.equal(await history(), []);
    boss.answer = toldAll;
    outbox.flush('boss');
    await until(() => boss.told().length === 2, 'the error and its end');
  }));

test('An acknowledgement takes out the steps at once, and nobody who did not get the firing gets its end.', () =>
  withPeople(async ({ clock, team, boss, outbox, pipeline, raise, history }) => {
    const id = await raise(raised('e1'));
    await until(() => team.told().length === 1, 'the team');
    await clock.forward(minutes(10));
    await pipeline.acknowledged(acknowledgement(id));
    assert.is(outbox.status('boss').waiting, 0);
    assert.equal(await history(), ['boss fired acknowledged']);
    await raise(raised('e1'), raised('r1', 'repeated'));
    assert.is(outbox.status('boss').waiting, 0, 'a redelivery and a repeat bring nothing back');
    await clock.forward(hourMs);
    await raise(raised('r2', 'resolved', { endsAt: clock.now() }));
    await until(() => team.told().length === 2, 'the end');
    await clock.forward(hourMs);
    assert.equal(boss.told(), []);
  }));

test('An acknowledgement in the monitor takes out the steps too, and giving it back counts anew.', () =>
  withPeople(async ({ clock, team, boss, outbox, raise }) => {
    await raise(raised('e1'));
    await until(() => team.told().length === 1, 'the team');
    await clock.forward(minutes(20));
    const owner = { author: 'kim', comment: '', at: clock.now() };
    await raise({ ...raised('a1', 'acknowledged', {}, clock.now()), owner });
    assert.is(outbox.status('boss').waiting, 0);
    await clock.forward(minutes(20));
    await raise(raised('u1', 'unacknowledged', {}, clock.now()));
    await until(() => team.told().length === 2, 'the team once more');
    await clock.forward(minutes(30) - 1);
    assert.equal(boss.told(), []);
    await clock.forward(1);
    await until(() => boss.told().length === 1, 'the boss');
  }));

test('What is resolved before its time is taken out, and its end is told to those who know of it.', () =>
  withPeople(async ({ clock, team, boss, outbox, raise, history }) => {
    await raise(raised('e1'));
    await until(() => team.told().length === 1, 'the team');
    await raise(raised('r1', 'resolved', { endsAt: clock.now() }));
    assert.is(outbox.status('boss').waiting, 0);
    assert.equal(await history(), ['boss fired resolved']);
    await until(() => team.told().length === 2, 'the end');
    await clock.forward(hourMs);
    assert.equal(boss.told(), []);
  }));

test('When an acknowledgement runs out, the first are told at once and the steps after their time.', () =>
  withPeople(async ({ clock, team, boss, pipeline, raise }) => {
    const id = await raise(raised('e1'));
    await clock.forward(minutes(40));
    await until(() => boss.told().length === 1, 'the boss');
    const expiresAt = new Date(clock.now().getTime() + hourMs);
    await pipeline.acknowledged(acknowledgement(id, { expiresAt }));
    await clock.forward(hourMs - 1);
    assert.is(team.told().length, 1);
    await clock.forward(15_001);
    await until(() => team.told().length === 2, 'the team');
    assert.match(team.told()[1] ?? '', /^repeated /);
    await clock.forward(minutes(29));
    assert.is(boss.told().length, 1);
    await clock.forward(minutes(1));
    await until(() => boss.told().length === 2, 'the boss');
    assert.match(boss.told()[1] ?? '', /^repeated /);
  }));

test('A step that waits over a restart comes when it is due, and what was overtaken meanwhile does not.', () =>
  inFolder(async (dir) => {
    const { clock, team, boss, setup } = people();
    const first = await openWorkshop({ dir, ...setup });
    await first.start();
    await first.pipeline.handle([raised('e1'), raised('e2', 'fired', { fingerprint: 'prod/b' })]);
    await until(() => team.told().length === 2, 'the team');
    const second = first.pipeline.list().find(({ fingerprint }) => fingerprint === 'prod/b');
    await until(() => first.outbox.status('team').waiting === 0, 'the record of that');
    // As after a crash between the record of an acknowledgement and what follows it.
    const record = await first.alerts.get(second?.id ?? '');
    assert.ok(record);
    const owner = { author: 'kim@example.com', comment: '', at: clock.now() };
    await first.stop();

    const between = await openWorkshop({ dir, ...setup });
    const alert = { ...record.alert, status: 'acknowledged' as const, owner };
    await between.alerts.put(alert.id, { ...record, alert });
    await between.stop();

    await clock.forward(minutes(29));
    const last = await openWorkshop({ dir, ...setup });
    await last.start();
    await clock.forward(minutes(1) - 1);
    assert.equal(boss.told(), []);
    await clock.forward(1);
    await until(() => boss.told().length === 1, 'the boss');
    await until(() => last.outbox.status('boss').waiting === 0, 'an empty outbox');
    assert.equal(boss.told(), ['fired e1']);
    await last.stop();
  }));

test('An expiry that is killed half-way tells nobody twice and forgets nobody.', () =>
  inFolder(async (dir) => {
    const { clock, team, boss, setup } = people();
    const first = await openWorkshop({ dir, ...setup });
    await first.start();
    const [outcome] = await first.pipeline.handle([raised('e1')]);
    const id = outcome?.alertId ?? '';
    await until(() => team.told().length === 1, 'the team');
    await first.pipeline.acknowledged(acknowledgement(id, { expiresAt: new Date(start.getTime() + hourMs) }));
    const record = await first.alerts.get(id);
    assert.ok(record);
    await first.stop();

    await clock.forward(2 * hourMs);
    const killed = await openWorkshop({ dir, ...setup });
    await killed.pipeline.load();
    await killed.pipeline.expire(clock.now());
    assert.is(killed.outbox.status('team').waiting, 1);
    assert.is(killed.outbox.status('boss').waiting, 1);
    // The record is written last: this is how it looks before.
    await killed.alerts.put(id, record);
    await killed.stop();

    const last = await openWorkshop({ dir, ...setup });
    await last.start();
    await until(() => team.told().length === 2, 'the team');
    await until(() => last.pipeline.get(id)?.status === 'firing', 'the end of the acknowledgement');
    await clock.forward(minutes(30));
    await until(() => boss.told().length === 1, 'the boss');
    await clock.forward(minutes(30));
    assert.is(team.told().length, 2);
    assert.is(boss.told().length, 1);
    await last.stop();
  }));

test('A clock that was hours ahead and is set right makes no step wait for hours, nor come early.', () =>
  inFolder(async (dir) => {
    const { clock, team, boss, setup } = people();
    const right = clock.now().getTime();
    await clock.set(new Date(right + 5 * hourMs));
    const first = await openWorkshop({ dir, ...setup });
    await first.start();
    await first.pipeline.handle([raised('e1')]);
    await until(() => team.told().length === 1, 'the team');
    await clock.set(new Date(right));
    await clock.forward(minutes(30) - 1_000);
    assert.equal(boss.told(), []);
    // In this run it may begin to wait anew when the clock is looked at.
    await clock.forward(minutes(30) + 1_000);
    await until(() => boss.told().length === 1, 'the boss');
    await clock.set(new Date(right + 5 * hourMs));
    await first.pipeline.handle([raised('e2', 'fired', { fingerprint: 'prod/b' })]);
    await until(() => team.told().length === 2, 'the team');
    await until(() => first.outbox.status('boss').waiting === 1, 'the step');
    await first.stop();

    await clock.set(new Date(right));
    const next = await openWorkshop({ dir, ...setup });
    await next.start();
    await clock.forward(minutes(30) - 1_000);
    assert.is(boss.told().length, 1);
    await clock.forward(1_000);
    await until(() => boss.told().length === 2, 'the boss');
    await next.stop();
  }));

test('A step that cannot be told for now is taken out as long as nobody has it.', () =>
  withPeople(async ({ clock, boss, outbox, pipeline, raise, deliveries }) => {
    boss.answer = async () => {
      throw new Error('no network');
    };
    const id = await raise(raised('e1'));
    await clock.forward(minutes(30));
    await until(() => deliveries.some(({ status }) => status === 'deferred'), 'the first failure');
    await pipeline.acknowledged(acknowledgement(id));
    boss.answer = toldAll;
    const tries = boss.tries.length;
    await clock.forward(minutes(1));
    await until(() => outbox.status('boss').waiting === 0, 'an empty outbox');
    assert.is(boss.tries.length, tries);
  }));

test('What becomes more urgent in quiet hours does not wait for their end.', () =>
  inFolder(async (dir) => {
    const clock = fakeClock();
    const team = recordingAction('team');
    const morning = new Date(start.getTime() + 4 * hourMs);
    const heldUntil = ({ severity }: { severity: string }, at: Date) =>
      severity === 'critical' || at >= morning ? undefined : morning;
    const shop = await openWorkshop({ dir, clock, actions: [team], routes: [route('team', { heldUntil })] });
    await shop.start();
    await shop.pipeline.handle([raised('e1', 'fired', { severity: 'warning' })]);
    await clock.forward(hourMs);
    assert.equal(team.told(), []);
    assert.is(shop.outbox.status('team').later, 1);
    await shop.pipeline.handle([raised('r1', 'repeated', { severity: 'critical' }, clock.now())]);
    await until(() => team.told().length === 1, 'the word');
    assert.is(team.tries[0]?.[0]?.alert.severity, 'critical');
    await shop.stop();
  }));

test('What quiet hours hold is told at their end where it stands; what is over by then never is.', () =>
  inFolder(async (dir) => {
    const clock = fakeClock();
    const team = recordingAction('team');
    const evening = new Date(start.getTime() + hourMs);
    const morning = new Date(start.getTime() + 9 * hourMs);
    const heldUntil = (_: unknown, at: Date) => (at >= evening && at < morning ? morning : undefined);
    const shop = await openWorkshop({ dir, clock, actions: [team], routes: [route('team', { heldUntil })] });
    await shop.start();
    const alert = (name: string) => ({ fingerprint: `prod/${name}` });
    await shop.pipeline.handle([
      raised('before', 'fired', alert('before')),
      raised('on', 'fired', alert('on')),
    ]);
    await until(() => team.told().length === 2, 'the evening');
    await clock.set(evening);
    const now = () => clock.now();
    await shop.pipeline.handle([
      raised('stands', 'fired', alert('stands'), now()),
      raised('over', 'fired', alert('over'), now()),
      raised('before-end', 'resolved', { ...alert('before'), endsAt: now() }, now()),
    ]);
    await clock.forward(5 * hourMs);
    await shop.pipeline.handle([
      raised('on-again', 'repeated', alert('on'), now()),
      raised('over-end', 'resolved', { ...alert('over'), endsAt: now() }, now()),
    ]);
    assert.is(shop.outbox.status('team').waiting, 3);
    assert.is(shop.outbox.status('team').oldestDueAt, undefined);
    await clock.forward(3 * hourMs - 1);
    assert.is(team.told().length, 2);
    await clock.forward(1);
    await until(() => team.told().length === 5, 'the morning');
    const told = team.told().slice(2);
    assert.ok(told.includes('fired stands'));
    assert.ok(told.includes('resolved before-end'));
    assert.ok(told.some((each) => each.startsWith('repeated ')));
    await shop.stop();
  }));

test('What was due before quiet hours began and could not be told waits for their end.', () =>
  inFolder(async (dir) => {
    const clock = fakeClock();
    const team = recordingAction('team', async () => {
      throw new Error('no network');
    });
    const evening = new Date(start.getTime() + minutes(2));
    const morning = new Date(start.getTime() + 9 * hourMs);
    const heldUntil = (_: unknown, at: Date) => (at >= evening && at < morning ? morning : undefined);
    const routes = [route('team', { heldUntil })];
    const shop = await openWorkshop({ dir, clock, actions: [team], routes });
    await shop.start();
    await shop.pipeline.handle([raised('e1'), raised('e2', 'fired', { fingerprint: 'prod/b' })]);
    await until(() => team.tries.length === 2, 'the tries');
    await clock.set(evening);
    team.answer = toldAll;
    await clock.forward(hourMs);
    await until(() => shop.outbox.status('team').later === 2, 'the new date');
    await shop.pipeline.handle([raised('r2', 'resolved', { fingerprint: 'prod/b', endsAt: clock.now() })]);
    await shop.stop();

    const next = await openWorkshop({ dir, clock, actions: [team], routes });
    await next.start();
    await clock.set(morning);
    await until(() => team.told().length === 1, 'the morning');
    await until(() => next.outbox.status('team').waiting === 0, 'an empty outbox');
    assert.equal(team.told(), ['fired e1'], 'nothing of what nobody knows of');
    await next.stop();
  }));

/** A team with quiet hours between two moments. */
function quietTeam(from: Date, to: Date) {
  const clock = fakeClock();
  const team = recordingAction('team');
  const heldUntil = (_: unknown, at: Date) => (at >= from && at < to ? to : undefined);
  return { clock, team, setup: { clock, actions: [team], routes: [route('team', { heldUntil })] } };
}

test('What was resolved while it could not be told, and then was held, is not told, and neither is its end.', () =>
  inFolder(async (dir) => {
    const morning = new Date(start.getTime() + 9 * hourMs);
    const { clock, team, setup } = quietTeam(new Date(start.getTime() + minutes(2)), morning);
    team.answer = async () => {
      throw new Error('no network');
    };
    const shop = await openWorkshop({ dir, ...setup });
    await shop.start();
    await shop.pipeline.handle([raised('e1')]);
    await until(() => team.tries.length > 0, 'the first try');
    await clock.forward(minutes(1));
    await shop.pipeline.handle([raised('r1', 'resolved', { endsAt: clock.now() })]);
    await clock.set(new Date(start.getTime() + minutes(2)));
    team.answer = toldAll;
    await clock.forward(hourMs);
    await until(() => shop.outbox.status('team').later !== undefined, 'the new date');
    await clock.set(morning);
    await until(() => shop.outbox.status('team').waiting === 0, 'an empty outbox');
    assert.equal(team.told(), []);
    await shop.stop();
  }));

test('What is over on record and still waits, as after a crash, is not told in the morning.', () =>
  inFolder(async (dir) => {
    const morning = new Date(start.getTime() + 9 * hourMs);
    const { clock, team, setup } = quietTeam(start, morning);
    const first = await openWorkshop({ dir, ...setup });
    const [outcome] = await first.pipeline.handle([raised('e1')]);
    const alert = first.pipeline.get(outcome?.alertId ?? '');
    assert.ok(alert);
    const endsAt = new Date(start.getTime() + hourMs);
    await first.alerts.put(alert.id, {
      ...{ alert: { ...alert, status: 'resolved', endsAt }, lastSeenAt: start, closedAt: endsAt },
      ...{ accepted: ['e1', 'r1'], told: [] },
    });
    await first.stop();
    await clock.set(morning);
    const next = await openWorkshop({ dir, ...setup });
    await next.start();
    await until(() => next.outbox.status('team').waiting === 0, 'an empty outbox');
    assert.equal(team.told(), []);
    await next.stop();
  }));

test('What was held together and fails together is tried together again.', () =>
  inFolder(async (dir) => {
    const morning = new Date(start.getTime() + 9 * hourMs);
    const { clock, team, setup } = quietTeam(start, morning);
    team.answer = async () => {
      throw new Error('no network');
    };
    const whole = Object.assign(team, { pace: (wish?: 'together') => (wish === 'together' ? 500 : 1) });
    const shop = await openWorkshop({ dir, ...setup, actions: [whole] });
    await shop.start();
    const names = Array.from({ length: 20 }, (_, index) => `e${index}`);
    await shop.pipeline.handle(names.map((id) => raised(id, 'fired', { fingerprint: `prod/${id}` })));
    await clock.set(morning);
    await until(() => shop.deliveries.length === 1, 'the first failure');
    await until(() => shop.outbox.status('team').nextTryAt !== undefined, 'the end of that try');
    team.answer = toldAll;
    for (let step = 0; step < 60; step += 1) await clock.forward(100);
    await until(() => shop.outbox.status('team').waiting === 0, 'an empty outbox');
    assert.equal(
      team.tries.map((events) => events.length),
      [20, 20],
    );
    await shop.stop();
  }));

test.run();
