import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createPipeline } from '../../src/actions/pipeline.js';
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
  until,
  type WorkshopSetup,
} from './workshop.js';

type Workshop = Awaited<ReturnType<typeof openWorkshop>>;

const later = (hours: number) => new Date(start.getTime() + hours * hourMs);

/** A workshop in a folder of its own, started, with the actions `mail` and `chat`. */
async function inWorkshop(
  task: (parts: Workshop & ReturnType<typeof pair>) => Promise<void>,
  setup: Partial<WorkshopSetup> = {},
): Promise<void> {
  await inFolder(async (dir) => {
    const parts = pair();
    const workshop = await openWorkshop({
      dir,
      clock: parts.clock,
      actions: [parts.mail, parts.chat],
      ...setup,
    });
    await workshop.start();
    try {
      await task({ ...workshop, ...parts });
    } finally {
      await workshop.stop();
    }
  });
}

function pair() {
  return { clock: fakeClock(), mail: recordingAction('mail'), chat: recordingAction('chat') };
}

const results = async ({ pipeline }: Workshop, ...events: RaisedEvent[]) =>
  (await pipeline.handle(events)).map((outcome) => outcome.result);

const idle = ({ outbox }: Workshop) =>
  until(() => outbox.status('mail').waiting + outbox.status('chat').waiting === 0, 'an empty outbox');

/** A pipeline whose way into the outbox is not the plain one. */
function pipelineBy(workshop: Workshop, put: Workshop['outbox']['put']) {
  return createPipeline({
    alerts: workshop.alerts,
    outbox: { ...workshop.outbox, put },
    routes: [route('mail'), route('chat')],
    clock: fakeClock(),
    log: workshop.log,
    history: workshop.store.history,
  });
}

test('An alert is accepted only after its event is on disk for every action (a webhook answers 2xx only then).', async () => {
  await inFolder(async (dir) => {
    const actions = [recordingAction('mail'), recordingAction('chat')];
    const workshop = await openWorkshop({ dir, actions });
    const slowForChat: Workshop['outbox']['put'] = async (action, event, options) => {
      if (action === 'chat') await new Promise((resolve) => setTimeout(resolve, 100));
      return workshop.outbox.put(action, event, options);
    };
    const [outcome] = await pipelineBy(workshop, slowForChat).handle([raised('e1')]);
    // A second store over the same folder sees what a start after a power failure would see.
    const after = await openWorkshop({ dir, actions });
    assert.is(outcome?.result, 'accepted');
    const names = await after.items.names();
    const items = await Promise.all(names.map((name) => after.items.get(name)));
    assert.equal(items.map((item) => `${item?.action} ${item?.event.id}`).sort(), ['chat e1', 'mail e1']);
    await after.pipeline.load();
    assert.is(after.pipeline.get(outcome?.alertId ?? '')?.status, 'firing');
    await workshop.stop();
    await after.stop();
  });
});

test('When one action cannot be put on disk, the event is not accepted, and raising it again makes up for it.', async () => {
  await inFolder(async (dir) => {
    const workshop = await openWorkshop({ dir, actions: [recordingAction('mail'), recordingAction('chat')] });
    const pipeline = pipelineBy(workshop, refuseOnce(workshop.outbox.put, 'chat'));
    let thrown: unknown;
    await pipeline.handle([raised('e1')]).catch((error: unknown) => {
      thrown = error;
    });
    assert.match(String(thrown), /disk full/);
    assert.equal((await workshop.alerts.names()).length, 0);
    const [again] = await pipeline.handle([raised('e1')]);
    assert.is(again?.result, 'accepted');
    assert.is((await workshop.items.names()).length, 2);
    await workshop.stop();
  });
});

function refuseOnce(put: Workshop['outbox']['put'], action: string): Workshop['outbox']['put'] {
  let refused = false;
  return async (name, event, options) => {
    if (name !== action || refused) return put(name, event, options);
    refused = true;
    throw new Error('disk full');
  };
}

test('An event that is delivered again is known and told once.', () =>
  inWorkshop(async (shop) => {
    assert.equal(await results(shop, raised('e1')), ['accepted']);
    assert.equal(await results(shop, raised('e1'), raised('e1')), ['known', 'known']);
    await idle(shop);
    assert.equal(await results(shop, raised('e1')), ['known']);
    await idle(shop);
    assert.equal(shop.mail.told(), ['fired e1']);
    assert.equal(shop.chat.told(), ['fired e1']);
  }));

test('A group that grows (A, A and B, A and B and C) tells of each alert once.', () =>
  inWorkshop(async (shop) => {
    const [a, b, c] = ['a', 'b', 'c'].map((name) => raised(name, 'fired', { fingerprint: `prod/${name}` }));
    assert.ok(a && b && c);
    assert.equal(await results(shop, a), ['accepted']);
    assert.equal(await results(shop, a, b), ['known', 'accepted']);
    assert.equal(await results(shop, a, b, c), ['known', 'known', 'accepted']);
    await idle(shop);
    assert.equal([...shop.mail.told()].sort(), ['fired a', 'fired b', 'fired c']);
  }));

test('Each firing has an id of its own, the same for the same event.', () =>
  inWorkshop(async (shop) => {
    const [first] = await shop.pipeline.handle([raised('e1')]);
    await shop.pipeline.handle([raised('e2', 'resolved', { endsAt: later(1) })]);
    const [second] = await shop.pipeline.handle([raised('e3', 'fired', { startsAt: later(2) })]);
    assert.match(first?.alertId ?? '', /^[a-z2-7]{13}$/);
    assert.is.not(second?.alertId, first?.alertId);
    const [late] = await shop.pipeline.handle([raised('e1')]);
    assert.equal(late, { eventId: 'e1', alertId: first?.alertId, result: 'known' });
  }));

test('A firing whose resolve was missed is closed and told as over, and a new one opens.', () =>
  inWorkshop(async (shop) => {
    const [first] = await shop.pipeline.handle([raised('e1')]);
    await idle(shop);
    await shop.clock.forward(2 * hourMs);
    const [second] = await shop.pipeline.handle([raised('e2', 'fired', { startsAt: later(1) })]);
    await idle(shop);
    assert.is(shop.pipeline.get(first?.alertId ?? '')?.status, 'resolved');
    assert.is(shop.pipeline.get(second?.alertId ?? '')?.status, 'firing');
    const told = shop.mail.tries.flat().map((event) => `${event.kind} ${event.alert.id}`);
    assert.equal(
      [...told].sort(),
      [`fired ${first?.alertId}`, `fired ${second?.alertId}`, `resolved ${first?.alertId}`].sort(),
    );
  }));

test('Another event of a firing that began before it was last seen is a repetition of it.', () =>
  inWorkshop(async (shop) => {
    const [first] = await shop.pipeline.handle([raised('e1', 'fired', {}, later(0.5))]);
    const [second] = await shop.pipeline.handle([raised('e2', 'fired', { startsAt: start })]);
    assert.equal([second?.alertId, second?.result], [first?.alertId, 'known']);
  }));

test('A repetition is told when its time has come, and not before.', () =>
  inWorkshop(async (shop) => {
    await results(shop, raised('e1'));
    await idle(shop);
    await shop.clock.forward(3 * hourMs);
    assert.equal(await results(shop, raised('r1', 'repeated')), ['known']);
    await shop.clock.forward(hourMs);
    assert.equal(await results(shop, raised('r2', 'repeated')), ['accepted']);
    await idle(shop);
    assert.equal(await results(shop, raised('r2', 'repeated'), raised('r3', 'repeated')), ['known', 'known']);
    await shop.clock.forward(4 * hourMs);
    assert.equal(await results(shop, raised('e1')), ['accepted'], 'the same event again, hours later');
    await idle(shop);
    assert.equal(
      shop.mail.tries.flat().map((event) => event.kind),
      ['fired', 'repeated', 'repeated'],
    );
    assert.is(new Set(shop.mail.tries.flat().map((event) => event.id)).size, 3);
  }));

test('Each action repeats after its own time.', () =>
  inWorkshop(
    async (shop) => {
      await results(shop, raised('e1'));
      await idle(shop);
      await shop.clock.forward(hourMs);
      await results(shop, raised('r1', 'repeated'));
      await idle(shop);
      assert.is(shop.mail.told().length, 1);
      assert.is(shop.chat.told().length, 2);
    },
    { routes: [route('mail'), route('chat', { repeatMs: hourMs })] },
  ));

test('A reminder of our own error is told however seldom an action repeats, and not twice after a crash.', () =>
  inWorkshop(
    async (shop) => {
      const own = (id: string, kind: RaisedEvent['kind']) =>
        raised(id, kind, { source: 'ackmail', fingerprint: 'ackmail/SMTP_TLS/relay' });
      await results(shop, own('e1', 'fired'));
      await idle(shop);
      await shop.clock.forward(24 * hourMs);
      assert.equal(await results(shop, own('r1', 'repeated')), ['accepted']);
      await idle(shop);
      assert.equal(await results(shop, own('r1', 'repeated')), ['known']);
      assert.equal(
        shop.mail.tries.flat().map((event) => event.kind),
        ['fired', 'repeated'],
      );
    },
    { routes: [route('mail', { repeatMs: 7 * 24 * hourMs })] },
  ));

test('What still waits is not repeated.', () =>
  inWorkshop(async (shop) => {
    shop.mail.answer = async () => {
      throw new Error('no way');
    };
    await results(shop, raised('e1'));
    await shop.clock.forward(5 * hourMs);
    await results(shop, raised('r1', 'repeated'));
    assert.is(shop.outbox.status('mail').waiting, 1);
  }));

test('An alert that somebody has is not repeated, and is by itself when the acknowledgement has ended.', () =>
  inWorkshop(async (shop) => {
    const [first] = await shop.pipeline.handle([raised('e1')]);
    await idle(shop);
    const id = first?.alertId ?? '';
    const ack = { alertIds: [id], author: 'kim@example.com', comment: 'mine', source: 'm1' } as const;
    await shop.pipeline.acknowledged({ ...ack, kind: 'acknowledge', at: start, expiresAt: later(8) });
    assert.is(shop.pipeline.get(id)?.status, 'acknowledged');
    assert.is(shop.pipeline.get(id)?.owner?.author, 'kim@example.com');
    await shop.clock.forward(6 * hourMs);
    assert.equal(await results(shop, raised('r1', 'repeated')), ['known']);

    await shop.clock.forward(2 * hourMs + 20_000);
    await until(() => shop.pipeline.get(id)?.status === 'firing', 'the end of the acknowledgement');
    await until(() => shop.mail.told().length === 2, 'the word of that');
    assert.match(shop.mail.told().at(-1) ?? '', /^repeated /);
    await idle(shop);
    assert.equal(await results(shop, raised('r3', 'repeated')), ['known']);

    await shop.pipeline.acknowledged({ ...ack, kind: 'acknowledge', at: later(8), source: 'm2' });
    await shop.pipeline.acknowledged({ ...ack, kind: 'comment', at: later(8), source: 'm3' });
    assert.is(shop.pipeline.get(id)?.status, 'acknowledged');
    await shop.clock.forward(1);
    await shop.pipeline.acknowledged({ ...ack, kind: 'unacknowledge', at: later(8), source: 'm4' });
    assert.is(shop.pipeline.get(id)?.owner, undefined);
    assert.equal(shop.pipeline.get(id)?.givenBack, {
      author: ack.author,
      comment: ack.comment,
      at: later(8),
    });
    await until(() => shop.mail.told().length === 3, 'that it was given back');
    await idle(shop);
    await shop.pipeline.acknowledged({ ...ack, kind: 'unacknowledge', at: later(8), source: 'm4' });
    assert.equal(await results(shop, raised('r4', 'repeated')), ['known']);
    assert.is(shop.mail.told().length, 3);
  }));

test('An acknowledgement in the monitor itself changes the status and who has it; that it is given back is told.', () =>
  inWorkshop(async (shop) => {
    const [first] = await shop.pipeline.handle([raised('e1')]);
    await idle(shop);
    const owner = { author: 'kim', comment: 'on it', at: later(1) };
    const taken = { ...raised('a1', 'acknowledged'), owner };
    assert.equal(await results(shop, taken, taken), ['accepted', 'known']);
    assert.equal(shop.pipeline.get(first?.alertId ?? '')?.owner, owner);
    assert.is(shop.mail.told().length, 1);
    await shop.clock.forward(1);
    assert.equal(await results(shop, raised('a2', 'unacknowledged')), ['accepted']);
    assert.equal(await results(shop, taken), ['known'], 'late, and not taken again');
    assert.is(shop.pipeline.get(first?.alertId ?? '')?.status, 'firing');
    await idle(shop);
    assert.is(shop.mail.told().length, 2);
    assert.equal(await results(shop, { ...taken, alert: { ...taken.alert, fingerprint: 'prod/z' } }), [
      'ignored',
    ]);
  }));

test('Resolved while the firing still waits: both are handed over together, in order.', () =>
  inWorkshop(async (shop) => {
    shop.mail.answer = async () => {
      throw new Error('not now');
    };
    await results(shop, raised('e1'));
    await until(() => shop.deliveries.some((each) => each.status === 'deferred'), 'the first failure');
    await results(shop, raised('e2', 'resolved', { endsAt: later(1) }));
    shop.mail.answer = async (events) => ({ done: events.map((event) => event.id) });
    await shop.clock.forward(60_000);
    await idle(shop);
    assert.equal(
      shop.mail.tries.at(-1)?.map((event) => event.id),
      ['e1', 'e2'],
    );
    assert.equal(shop.mail.told(), ['fired e1', 'resolved e2']);
    assert.equal(shop.chat.told(), ['fired e1', 'resolved e2']);
  }));

test('Resolved after the firing was told follows it, and says who had it.', () =>
  inWorkshop(async (shop) => {
    const [first] = await shop.pipeline.handle([raised('e1')]);
    await idle(shop);
    await shop.pipeline.acknowledged({
      kind: 'acknowledge',
      alertIds: [first?.alertId ?? '', 'nobody-knows'],
      author: 'kim@example.com',
      comment: '',
      at: start,
      source: 'm1',
    });
    const over = raised('e2', 'resolved', { endsAt: later(1), severity: 'ok', annotations: { value: '3' } });
    assert.equal(await results(shop, over, over), ['accepted', 'known']);
    await idle(shop);
    const alert = shop.mail.tries.at(-1)?.[0]?.alert;
    assert.is(alert?.status, 'resolved');
    assert.equal(alert?.endsAt, later(1));
    assert.is(alert?.owner?.author, 'kim@example.com');
    assert.is(alert?.severity, 'critical');
    assert.equal(alert?.annotations, { summary: 'Disk is full', value: '3' });
    assert.equal(await results(shop, raised('e3', 'resolved')), ['ignored']);
  }));

test('A resolve that belongs to an earlier firing does not end the one that is open.', () =>
  inWorkshop(async (shop) => {
    await results(shop, raised('e1'));
    await results(shop, raised('e2', 'resolved', { endsAt: later(1) }));
    await results(shop, raised('e3', 'fired', { startsAt: later(2) }));
    assert.equal(await results(shop, raised('e2', 'resolved', { endsAt: later(1) })), ['known']);
    assert.equal(await results(shop, raised('e2b', 'resolved', { endsAt: later(1) })), ['ignored']);
    assert.is(shop.pipeline.list().filter((alert) => alert.status === 'firing').length, 1);
  }));

const minutes = (count: number) => new Date(start.getTime() + count * 60_000);
const firing = (at: Date) => raised('e1', 'fired', {}, at);
const over = (endsAt: Date) => raised('e2', 'resolved', { endsAt }, endsAt);

test('What comes back with its old start is told anew, repeated and resolved again; a redelivery is not.', () =>
  inWorkshop(async (shop) => {
    assert.equal(await results(shop, firing(start)), ['accepted']);
    await shop.clock.forward(10 * 60_000);
    assert.equal(await results(shop, over(minutes(9))), ['accepted']);
    await idle(shop);
    assert.equal(await results(shop, firing(minutes(10.25)), over(minutes(9))), ['known', 'known']);
    assert.is(shop.pipeline.list().length, 1);
    for (const back of [40, 80]) {
      await shop.clock.forward(30 * 60_000);
      assert.equal(await results(shop, firing(minutes(back))), ['accepted']);
      assert.equal(await results(shop, firing(minutes(back + 1))), ['known']);
      assert.equal(await results(shop, over(minutes(back === 40 ? 9 : 45))), ['known'], 'the end of before');
      await idle(shop);
      if (back === 80) {
        await shop.clock.forward(5 * hourMs);
        assert.equal(await results(shop, firing(minutes(400))), ['accepted'], 'it is time to repeat');
        await idle(shop);
      }
      await shop.clock.forward(10 * 60_000);
      const ended = over(minutes(back + 5 + (back === 80 ? 400 : 0)));
      assert.equal(await results(shop, ended, ended, firing(minutes(back + 5))), [
        'accepted',
        'known',
        'known',
      ]);
      await idle(shop);
    }
    const kinds = (told: readonly string[]) => told.map((each) => each.split(' ')[0]);
    const expected = ['fired', 'resolved', 'fired', 'resolved', 'fired', 'repeated', 'resolved'];
    assert.equal(kinds(shop.mail.told()), expected);
    assert.equal(kinds(shop.chat.told()), expected);
    assert.is(new Set(shop.mail.told()).size, 7, 'each an event of its own');
    assert.equal(new Set(shop.pipeline.list().map(({ status }) => status)), new Set(['resolved']));
    assert.is(shop.pipeline.list().length, 3);
  }));

test('The end of a firing that another event opened is not taken for the end of the one before.', () =>
  inWorkshop(async (shop) => {
    await results(shop, firing(start), over(minutes(9)));
    await shop.clock.forward(30 * 60_000);
    assert.equal(await results(shop, raised('watched', 'fired', {}, minutes(30))), ['accepted']);
    assert.equal(await results(shop, firing(minutes(32))), ['known'], 'the same firing, by its old name');
    assert.equal(await results(shop, over(minutes(40))), ['accepted']);
    assert.equal(await results(shop, over(minutes(40))), ['known']);
    await idle(shop);
    assert.equal(new Set(shop.pipeline.list().map(({ status }) => status)), new Set(['resolved']));
    assert.is(shop.mail.told().length, 4);
  }));

test('A comeback that a crash left on disk for one action only is accepted for the other, as the same firing.', () =>
  inFolder(async (dir) => {
    const before = pair();
    const first = await openWorkshop({ dir, clock: before.clock, actions: [before.mail, before.chat] });
    await first.start();
    await first.pipeline.handle([firing(start), over(minutes(9))]);
    await idle(first);
    await pipelineBy(first, refuseOnce(first.outbox.put, 'chat'))
      .handle([firing(minutes(30))])
      .catch(() => {});
    await until(() => before.mail.told().length === 3, 'the firing by mail');
    await first.stop();
    const after = pair();
    const second = await openWorkshop({ dir, clock: after.clock, actions: [after.mail, after.chat] });
    await second.start();
    assert.equal(await results(second, firing(minutes(31))), ['accepted']);
    await idle(second);
    assert.is(after.mail.tries.length, 0);
    assert.is(after.chat.told().length, 1);
    assert.is(after.chat.tries[0]?.[0]?.alert.id, before.mail.tries.at(-1)?.[0]?.alert.id);
    await second.stop();
  }));

test('A firing that is first heard of by a repetition is told.', () =>
  inWorkshop(async (shop) => {
    assert.equal(await results(shop, raised('r1', 'repeated')), ['accepted']);
    await idle(shop);
    assert.equal(shop.mail.told(), ['fired r1']);
  }));

test('Only the actions that want an alert are told, and a change of severity can make one want it.', () =>
  inWorkshop(
    async (shop) => {
      await results(shop, raised('e1', 'fired', { severity: 'warning' }));
      await idle(shop);
      assert.equal([shop.mail.told(), shop.chat.told()], [[], ['fired e1']]);
      assert.equal(await results(shop, raised('r1', 'repeated', { severity: 'CRITICAL' })), ['accepted']);
      await idle(shop);
      assert.is(shop.mail.tries[0]?.[0]?.kind, 'fired');
      assert.is(shop.mail.tries[0]?.[0]?.alert.severity, 'critical');
      assert.is(shop.chat.told().length, 1);
    },
    { routes: [route('mail', { wants: ({ severity }) => severity === 'critical' }), route('chat')] },
  ));

test('A resolve goes to those who were told, and to nobody else.', () =>
  inWorkshop(
    async (shop) => {
      await results(shop, raised('e1'), raised('e2', 'resolved'));
      await idle(shop);
      assert.equal(shop.mail.tries.length, 0);
      assert.equal(shop.chat.told(), ['fired e1', 'resolved e2']);
    },
    { routes: [route('mail', { wants: ({ status }) => status === 'resolved' }), route('chat')] },
  ));

test('An action that is added later is told of an open alert when it is next heard of.', () =>
  inFolder(async (dir) => {
    const before = pair();
    const first = await openWorkshop({ dir, clock: before.clock, actions: [before.mail] });
    await first.start();
    await results(first, raised('e1'));
    await idle(first);
    await first.stop();
    const after = pair();
    const second = await openWorkshop({ dir, clock: after.clock, actions: [after.mail, after.chat] });
    await second.start();
    assert.equal(await results(second, raised('e1')), ['accepted']);
    await idle(second);
    assert.equal([after.mail.told(), after.chat.told()], [[], ['fired e1']]);
    await second.stop();
  }));

test('The same alert a thousand times at once is one alert and one mail.', () =>
  inWorkshop(async (shop) => {
    const all = await Promise.all(Array.from({ length: 1_000 }, () => shop.pipeline.handle([raised('e1')])));
    assert.is(all.flat().filter((outcome) => outcome.result === 'accepted').length, 1);
    assert.is(new Set(all.flat().map((outcome) => outcome.alertId)).size, 1);
    await idle(shop);
    assert.equal(shop.mail.told(), ['fired e1']);
  }));

test('A restart knows the alerts, who has them and what was told.', () =>
  inFolder(async (dir) => {
    const before = pair();
    const first = await openWorkshop({ dir, clock: before.clock, actions: [before.mail, before.chat] });
    await first.start();
    const [outcome] = await first.pipeline.handle([raised('e1', 'fired', { url: 'https://example.com/a' })]);
    await idle(first);
    await first.pipeline.acknowledged({
      kind: 'acknowledge',
      alertIds: [outcome?.alertId ?? ''],
      author: 'kim@example.com',
      comment: 'mine',
      at: start,
      expiresAt: later(8),
      source: 'm1',
    });
    const alert = first.pipeline.get(outcome?.alertId ?? '');
    await first.stop();
    const after = pair();
    const second = await openWorkshop({ dir, clock: after.clock, actions: [after.mail, after.chat] });
    await second.start();
    assert.equal(second.pipeline.list(), [alert]);
    assert.equal(await results(second, raised('e1')), ['known']);
    assert.is(after.mail.tries.length, 0);
    await second.stop();
  }));

test('An alert of which nothing was told yet is known after a start, and can be resolved.', () =>
  inFolder(async (dir) => {
    const before = pair();
    const first = await openWorkshop({ dir, clock: before.clock, actions: [before.mail] });
    await first.pipeline.handle([raised('e1')]);
    assert.is((await first.alerts.names()).length, 0);
    await first.stop();
    const after = pair();
    const second = await openWorkshop({ dir, clock: after.clock, actions: [after.mail] });
    await second.pipeline.load();
    assert.equal(await results(second, raised('e2', 'resolved')), ['accepted']);
    await second.start();
    await idle(second);
    assert.equal(after.mail.told(), ['fired e1', 'resolved e2']);
    await second.stop();
  }));

test('An end that a crash left on disk for one action only is accepted for the other when it comes again.', () =>
  inFolder(async (dir) => {
    const before = pair();
    const first = await openWorkshop({ dir, clock: before.clock, actions: [before.mail, before.chat] });
    await first.pipeline.handle([raised('e1')]);
    const over = raised('e2', 'resolved', { endsAt: later(1) });
    await pipelineBy(first, refuseOnce(first.outbox.put, 'chat'))
      .handle([over])
      .catch(() => {});
    assert.is((await first.items.names()).length, 3);
    await first.stop();
    const after = pair();
    const second = await openWorkshop({ dir, clock: after.clock, actions: [after.mail, after.chat] });
    await second.start();
    assert.equal(await results(second, raised('e1'), over), ['accepted', 'accepted']);
    await idle(second);
    assert.equal(after.mail.told(), ['fired e1', 'resolved e2']);
    assert.equal(after.chat.told(), ['fired e1', 'resolved e2']);
    await second.stop();
  }));

test('What was told but whose document a crash left is not told again.', () =>
  inFolder(async (dir) => {
    const before = pair();
    const first = await openWorkshop({ dir, clock: before.clock, actions: [before.mail] });
    await first.pipeline.handle([raised('e1')]);
    const [name = ''] = await first.items.names();
    const item = await first.items.get(name);
    await first.pipeline.recordTold('mail', item ? [item.event] : []);
    await first.stop();
    const after = pair();
    const second = await openWorkshop({ dir, clock: after.clock, actions: [after.mail] });
    await second.start();
    await until(async () => (await second.items.names()).length === 0, 'the document gone');
    assert.is(after.mail.tries.length, 0);
    await second.stop();
  }));

test('Alerts go some days after they were resolved, and open ones stay.', () =>
  inWorkshop(async (shop) => {
    await results(shop, raised('e1'), raised('e2', 'resolved'));
    await results(shop, raised('e3', 'fired', { fingerprint: 'prod/b' }));
    await idle(shop);
    assert.is(await shop.pipeline.purge(start), 0);
    assert.is(await shop.pipeline.purge(later(1)), 1);
    assert.equal(
      shop.pipeline.list().map((alert) => alert.fingerprint),
      ['prod/b'],
    );
    assert.is((await shop.alerts.names()).length, 1);
  }));

test('An alert with a megabyte of text is cut and told.', () =>
  inWorkshop(async (shop) => {
    const annotations = { summary: '😀'.repeat(500_000), more: 'x' };
    assert.equal(await results(shop, raised('e1', 'fired', { annotations })), ['accepted']);
    await idle(shop);
    const told = shop.mail.tries[0]?.[0]?.alert.annotations;
    assert.is.not(told?.['summary']?.length ?? 0, 0);
    assert.ok((told?.['summary']?.length ?? 0) <= 65_536);
    assert.ok(told?.['summary']?.endsWith('😀…'));
    assert.is(told?.['more'], 'x');
  }));

test.run();
