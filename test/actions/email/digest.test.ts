import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { digestView } from '../../../src/actions/email/digest-view.js';
import { createEmailAction } from '../../../src/actions/email/email-action.js';
import { mailType } from '../../../src/actions/email/mail-type.js';
import { createRateBudget } from '../../../src/actions/email/rate-budget.js';
import type { Action } from '../../../src/core/action.js';
import type { AlertEvent, AlertEventKind } from '../../../src/core/alert.js';
import type { SystemErrors } from '../../../src/core/system-error.js';
import { openStore } from '../../../src/store/open-store.js';
import { type FakeClock, fakeClock } from '../../helpers/fake-clock.js';
import { headerField } from '../../helpers/lab.js';
import { type SubmissionServer, startSubmissionServer } from '../../helpers/submission-server.js';
import { opsSettings, testAccount, testEvent, testLog, testMint, testTokens, testWay } from './parts.js';

const forever = new AbortController().signal;
const settings = opsSettings('a@example.com');
interface World {
  readonly server: SubmissionServer;
  readonly clock: FakeClock;
  /** A new instance over the same store, as after a restart. */
  action(): Action;
}

async function world(
  refuse: () => { code: number; text: string } | undefined,
  use: (world: World) => Promise<void>,
): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'ackmail-digest-'));
  const clock = fakeClock();
  const store = await openStore({ dir, key: randomBytes(32), clock });
  const server = await startSubmissionServer({ validate: async () => true, rejectMail: refuse });
  const tokens = testTokens();
  const log = testLog();
  const account = testAccount({ port: server.port });
  const systemErrors: SystemErrors = { list: () => [], raise: async () => {}, clear: async () => {} };
  const opened: Action[] = [];
  try {
    await use({
      server,
      clock,
      action() {
        const action = createEmailAction({
          ...{ settings, history: store.history, clock, log, timeZone: 'UTC' },
          systemErrors,
          mails: store.collection('mails', mailType),
          primary: testWay({ account, tokens, systemErrors, clock, log }),
          invitation: { mint: testMint, replyTo: 'alerts@example.com', expiresMs: 8 * 3_600_000 },
        });
        opened.push(action);
        return action;
      },
    });
  } finally {
    for (const action of opened) await action.close();
    await server.close();
    await store.close();
    await rm(dir, { recursive: true });
  }
}

function eventOf(
  name: string,
  kind: AlertEventKind = 'fired',
  severity = 'warning',
  source = 'prod',
): AlertEvent {
  const event = testEvent(kind);
  const labels = { alertname: 'DiskFull', instance: name };
  return { ...event, id: `${name}-${kind}`, alert: { ...event.alert, id: name, labels, severity, source } };
}

const nothing = () => undefined;
const subjects = (server: SubmissionServer) => server.mails.map(({ raw }) => headerField(raw, 'Subject'));

test('Events of several alerts make one mail, and each is done.', () =>
  world(nothing, async ({ server, action }) => {
    const events = [eventOf('db1'), eventOf('db2', 'fired', 'critical'), eventOf('db3')];
    const { done, deferred } = await action().execute(events, forever);
    assert.equal([...done].sort(), ['db1-fired', 'db2-fired', 'db3-fired']);
    assert.is(deferred, undefined);
    assert.match(subjects(server)[0] ?? '', /^\[CRITICAL\] 3 alerts: DiskFull 3 \[#0/);
    assert.is(server.count(), 1);
  }));

test('A mail about several alerts is the same at every try, however its events come back.', async () => {
  const tried: string[] = [];
  let refusing = true;
  await world(
    () => (refusing ? { code: 451, text: '4.3.0 later' } : undefined),
    async ({ server, action, clock }) => {
      const events = ['db1', 'db2', 'db3'].map((name) => eventOf(name));
      assert.equal((await action().execute(events, forever)).done, []);
      refusing = false;
      await clock.forward(600_000);
      const again = action();
      const [one, ...others] = events;
      const results = await Promise.all([
        again.execute(one ? [one] : [], forever),
        again.execute([...others, eventOf('db4')], forever),
      ]);
      assert.equal(
        results.flatMap(({ done }) => done).filter((id) => id === 'db2-fired'),
        ['db2-fired', 'db2-fired'],
      );
      tried.push(...subjects(server));
    },
  );
  assert.equal(tried.length, 2, 'the digest once, and the new one alone');
  assert.is(tried.filter((subject) => subject.includes('3 alerts')).length, 1);
  assert.is(tried.filter((subject) => subject.includes('DiskFull on db4')).length, 1);
});

test('What follows is in the thread of the mail that told of the alert among others.', () =>
  world(nothing, async ({ server, action }) => {
    await action().execute([eventOf('db1'), eventOf('db2')], forever);
    await action().execute([eventOf('db2', 'resolved')], forever);
    const [digest, resolved] = server.mails;
    assert.match(subjects(server)[1] ?? '', /^\[RESOLVED\] DiskFull on db2/);
    assert.is(headerField(resolved?.raw ?? '', 'In-Reply-To'), headerField(digest?.raw ?? '', 'Message-ID'));
  }));

test('A system error is never one among others.', () =>
  world(nothing, async ({ server, action }) => {
    const events = [eventOf('db1'), eventOf('own', 'fired', 'critical', 'ackmail'), eventOf('db2')];
    const { done } = await action().execute(events, forever);
    assert.is(done.length, 3);
    assert.is(server.count(), 2);
    assert.match(subjects(server)[0] ?? '', /2 alerts/);
  }));

test('The worst alerts go first, the numbers are in their order, and a mail of 500 stays small.', async () => {
  const severities = ['info', 'critical', 'warning', 'error'];
  const events = Array.from({ length: 500 }, (_, index) =>
    eventOf(`db${index}`, 'fired', severities[index % 4] ?? 'info'),
  );
  const input = { tag: undefined, expiresMs: 3_600_000, timeZone: 'UTC', now: new Date() };
  const { view, list, alertIds } = digestView({
    ...input,
    events: [...events, eventOf('over', 'resolved', 'critical')],
  });
  assert.equal([view.word, view.alerts[0]?.number, view.alerts.length, view.more], ['CRITICAL', 1, 60, 441]);
  assert.is(alertIds.length, 501);
  assert.is(alertIds.at(-1), 'over');
  assert.equal(list.split('\n').slice(0, 1), [`1. [CRITICAL] ${view.alerts[0]?.words}`]);
  assert.is(list.split('\n').length, 501);
  assert.equal(view.acknowledge, {
    ...{ expires: '1 h', unread_since: undefined, mailto: undefined },
    bare: false,
  });
  await world(nothing, async ({ server, action }) => {
    await action().execute(events, forever);
    const raw = server.mails[0]?.raw ?? '';
    const [, html = ''] = /Content-Type: text\/html.*?\r\n\r\n(.*?)\r\n--/s.exec(raw) ?? [];
    assert.ok(html.length > 1_000 && html.length < 90_000, `${html.length} bytes of HTML`);
    assert.match(raw, /filename=alerts\.txt/);
  });
});

test('A budget gives the burst, then so many a minute, and keeps the last ones for many at once.', async () => {
  const clock = fakeClock();
  const budget = createRateBudget({ burst: 10, perMinute: 20 }, clock);
  const rooms: string[] = [];
  for (let count = 0; count < 11; count += 1) {
    rooms.push(budget.room());
    budget.take();
  }
  assert.equal(rooms, [...Array(5).fill('alone'), ...Array(5).fill('together'), 'none']);
  assert.is(budget.left(), -1);
  assert.is(budget.nextAt().getTime() - clock.now().getTime(), 6_000);
  budget.giveBack();
  await clock.forward(3_000);
  assert.is(budget.room(), 'together');
  await clock.forward(3_600_000);
  assert.is(budget.left(), 10);
  await clock.set(new Date(clock.now().getTime() - 86_400_000));
  assert.is(budget.left(), 10);
});

test('In no minute do more leave than burst and rate together, over restarts too.', async () => {
  const clock = fakeClock();
  const sentAt: Date[] = [];
  let budget = createRateBudget({ burst: 10, perMinute: 20 }, clock);
  for (let step = 0; step < 600; step += 1) {
    if (step % 37 === 0) budget = createRateBudget({ burst: 10, perMinute: 20 }, clock, sentAt);
    if (budget.room() !== 'none') {
      budget.take();
      sentAt.push(clock.now());
    }
    await clock.forward(500);
  }
  const most = Math.max(
    ...sentAt.map(
      (at) => sentAt.filter((other) => other >= at && other.getTime() < at.getTime() + 60_000).length,
    ),
  );
  assert.ok(most <= 30, `${most} in a minute`);
  assert.ok(sentAt.length >= 108, `${sentAt.length} in 5 minutes`);
});

test('A mail about 500 alerts of a megabyte each does not hold up the rest.', () => {
  const long = 'Zażółć <gęślą> jaźń 👩‍👩‍👧‍👦 '.repeat(30_000);
  const labels = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`label-${index}`, long]));
  const events = Array.from({ length: 500 }, (_, index) =>
    testEvent('fired', {
      ...{ id: `a${index}`, labels: { alertname: long, ...labels } },
      annotations: { summary: long, description: long },
    }),
  );
  const startedAt = Date.now();
  const { view } = digestView({ events, tag: '#abc', expiresMs: 1, timeZone: 'UTC', now: new Date() });
  assert.ok(Date.now() - startedAt < 3_000, `${Date.now() - startedAt} ms`);
  assert.ok(view.alerts.length > 0);
  assert.is(view.alerts.length + view.more, 500);
});

test.run();
