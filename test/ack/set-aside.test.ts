import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createNoteReply } from '../../src/ack/note-reply.js';
import { type ReplyRecord, replyType } from '../../src/ack/reply-record.js';
import { createSetAside } from '../../src/ack/set-aside.js';
import { createTakeReply } from '../../src/ack/take-reply.js';
import { mailType } from '../../src/actions/email/mail-type.js';
import type { AcknowledgeOutcome } from '../../src/core/acknowledgement.js';
import type { Alert } from '../../src/core/alert.js';
import { Fault } from '../../src/core/fault.js';
import { fakeClock } from '../helpers/fake-clock.js';
import { quietLog } from '../helpers/quiet-log.js';
import { until } from '../helpers/until.js';
import { composedMail, firingAlert, openScene, type Scene } from './scene.js';

const test = suite<{ scene: Scene; ends: (() => Promise<void>)[] }>('set aside');

test.before.each((context) => {
  context.ends = [];
});
test.after.each(async ({ ends }) => {
  for (const end of ends) await end();
});

const day = 86_400_000;

async function rig({ ends }: { ends: (() => Promise<void>)[] }) {
  const clock = fakeClock();
  const scene = await openScene(clock);
  const alerts = new Map<string, Alert>();
  const replies = scene.store.collection('replies', replyType);
  const mails = scene.store.collection('mails', mailType);
  const setAside = createSetAside({
    account: 'alerts',
    ...{ replies, mails, clock },
    alert: (id) => alerts.get(id),
    systemErrors: scene.systemErrors,
    log: quietLog,
  });
  const state: { host: () => Promise<AcknowledgeOutcome> } = {
    host: () => Promise.reject(new Error('down')),
  };
  const take = createTakeReply({
    acknowledge: () => state.host(),
    ...{ setAside, clock },
    note: createNoteReply({ account: 'alerts', history: scene.store.history, clock }),
    log: quietLog,
  });
  const stopping = new AbortController();
  const running = setAside.run(stopping.signal);
  ends.push(async () => {
    stopping.abort();
    await running;
    await scene.remove();
  });
  const standing = () => scene.systemErrors.list().map(({ code, subject }) => `${code} ${subject}`);
  const left = (count: number) =>
    until(`${count} to stand`, async () => {
      await clock.forward(60_000);
      return standing().length === count;
    });
  const record = (
    name: string,
    kind: 'acknowledge' | 'comment' = 'acknowledge',
    ageMs = day,
  ): ReplyRecord => {
    const at = new Date(clock.now().getTime() - ageMs);
    alerts.set(`alert-${name}`, firingAlert(`alert-${name}`));
    return {
      ...{ place: { account: 'alerts', position: '1:1' }, mailId: 'aaaaaaaaaaaaa', readAt: at },
      ...{ verdict: kind, reason: 'it begins with ack' },
      acknowledgement: {
        ...{ kind, alertIds: [`alert-${name}`], author: `${name}@example.com` },
        ...{ comment: '', at, source: name },
      },
    };
  };
  const giveUp = (name: string, kind?: 'acknowledge' | 'comment') =>
    take(name, record(name, kind), (kept) => replies.put(name, kept), new AbortController().signal);
  return { clock, scene, alerts, replies, mails, setAside, state, take, standing, left, record, giveUp };
}

test('Each reply that was given up stands by itself, until its own alerts are taken care of.', async (context) => {
  const on = await rig(context);
  await on.giveUp('alice');
  await on.giveUp('bob');
  await on.giveUp('eve', 'comment');
  const all = ['alice', 'bob', 'eve'].map((name) => `ACK_NOT_TAKEN alerts/${name}`);
  assert.equal(on.standing(), all);
  on.state.host = async () => 'acknowledged';
  await on.take('carol', on.record('carol'), async () => undefined, new AbortController().signal);
  await on.clock.forward(day);
  assert.equal(on.standing(), all, 'another reply ends none');
  for (const name of ['alice', 'eve'])
    on.alerts.set(`alert-${name}`, firingAlert(name, { status: 'acknowledged' }));
  await on.left(2);
  assert.equal(on.standing(), all.slice(1), 'a comment is still unsaid');
  on.alerts.delete('alert-eve');
  await on.left(1);
  assert.equal(on.standing(), all.slice(1, 2));
  await on.clock.forward(7 * day);
  await on.left(0);
});

test('What is given up is told before it is on record, so that a crash between forgets it never.', async (context) => {
  const on = await rig(context);
  const signal = new AbortController().signal;
  const crash = async () => {
    assert.equal(on.standing(), ['ACK_NOT_TAKEN alerts/alice']);
    throw new Error('killed');
  };
  await on.take('alice', on.record('alice'), crash, signal).then(
    () => assert.unreachable(),
    (thrown: Error) => assert.is(thrown.message, 'killed'),
  );
  await on.clock.forward(60_000);
  assert.equal(on.standing(), ['ACK_NOT_TAKEN alerts/alice']);
  on.state.host = async () => 'acknowledged';
  await on.take('alice', on.record('alice'), async () => undefined, signal);
  assert.equal(on.standing(), [], 'it came through after all');
});

test('A reply that could not be read stands until the alerts of its mail are taken care of.', async (context) => {
  const on = await rig(context);
  const mailId = 'aaaaaaaaaaaaa';
  await on.mails.put(mailId, composedMail(mailId));
  on.alerts.set(`alert-${mailId}`, firingAlert(`alert-${mailId}`));
  const { acknowledgement: _, ...record } = on.record('x');
  await on.replies.put('m1', { ...record, verdict: 'unreadable', failures: 3 });
  const fault = new Fault('ACK_UNREADABLE', { position: '1:1', account: 'alerts', detail: 'torn' });
  await on.setAside.raise('m1', fault, 'warning');
  await on.clock.forward(day);
  assert.equal(on.standing(), ['ACK_UNREADABLE alerts/m1']);
  on.alerts.set(`alert-${mailId}`, firingAlert(`alert-${mailId}`, { status: 'resolved' }));
  await on.left(0);
});

test.run();
