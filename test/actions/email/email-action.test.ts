import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createEmailAction } from '../../../src/actions/email/email-action.js';
import { mailType } from '../../../src/actions/email/mail-type.js';
import type { Action } from '../../../src/core/action.js';
import { Fault } from '../../../src/core/fault.js';
import type { ComposedMail } from '../../../src/core/mail.js';
import type { Collection, HistoryEntry } from '../../../src/core/store.js';
import { standingErrorsType } from '../../../src/reports/standing-errors.js';
import { createSystemErrors } from '../../../src/reports/system-errors.js';
import { openStore } from '../../../src/store/open-store.js';
import { type FakeClock, fakeClock } from '../../helpers/fake-clock.js';
import {
  type Refusal,
  type SubmissionServer,
  type SubmissionServerOptions,
  startSubmissionServer,
} from '../../helpers/submission-server.js';
import {
  opsSettings,
  type TestTokens,
  testAccount,
  testEvent,
  testLog,
  testMint,
  testTokens,
  testWay,
} from './parts.js';

const forever = new AbortController().signal;
const minuteMs = 60_000;

interface World {
  readonly server: SubmissionServer;
  readonly clock: FakeClock;
  readonly tokens: TestTokens;
  readonly mails: Collection<ComposedMail>;
  readonly errors: ReturnType<typeof createSystemErrors>;
  readonly history: () => Promise<readonly HistoryEntry[]>;
  /** A new instance over the same store, as after a restart. */
  action(mails?: Collection<ComposedMail>): Action;
}

const settings = opsSettings('a@example.com', 'b@example.com');

async function world(
  options: SubmissionServerOptions,
  use: (world: World) => Promise<void>,
  port?: number,
): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'ackmail-email-'));
  const clock = fakeClock();
  const store = await openStore({ dir, key: randomBytes(32), clock });
  const server = await startSubmissionServer({ validate: async () => true, ...options });
  const tokens = testTokens();
  const log = testLog();
  const errors = createSystemErrors({
    ...{ document: store.collection('system', standingErrorsType), clock, log, history: store.history },
    onChange: async () => {},
  });
  const account = testAccount({ port: port ?? server.port });
  const opened: Action[] = [];
  try {
    await use({
      ...{ server, clock, tokens, errors, mails: store.collection('mails', mailType) },
      async history() {
        const entries: HistoryEntry[] = [];
        for await (const entry of store.history.since(new Date(0))) entries.push(entry);
        return entries;
      },
      action(mails = store.collection('mails', mailType)) {
        const action = createEmailAction({
          ...{ settings, mails, systemErrors: errors, history: store.history, clock, log },
          primary: testWay({ account, tokens, systemErrors: errors, clock, log }),
          invitation: { mint: testMint, replyTo: 'alerts@example.com', expiresMs: 8 * 60 * minuteMs },
          timeZone: 'UTC',
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

test('an event is mailed once, to all in one message, and on record', () =>
  world({}, async ({ server, action, mails, history }) => {
    const event = testEvent('fired');
    const ops = action();
    assert.equal(await ops.execute([event], forever), { done: [event.id] });
    assert.equal(server.mails[0]?.to, ['a@example.com', 'b@example.com']);
    const [name = ''] = await mails.names();
    assert.match(name, /^[a-z2-7]{13}$/);
    const mail = await mails.get(name);
    assert.is(mail?.raw, server.mails[0]?.raw);
    assert.is(mail?.recipients['b@example.com']?.status, 'accepted');
    const [sent] = (await history()).filter(({ kind }) => kind === 'sent');
    assert.equal(sent?.['accepted'], ['a@example.com', 'b@example.com']);
    assert.is(sent?.['mail'], name);
    assert.equal(await action().execute([event], forever), { done: [event.id] });
    assert.is(server.mails.length, 1);
  }));

test('A mail is byte for byte the same at every try, but for From and envelope sender when another account sends it.', async () => {
  const tried: string[] = [];
  await world(
    {
      rejectMail: ({ raw }) => {
        tried.push(raw);
        return tried.length < 4 ? { code: 451, text: '4.7.0 later' } : undefined;
      },
    },
    async ({ action, clock, server }) => {
      const event = testEvent('fired');
      for (let ops = action(); server.count() === 0; ops = tried.length % 2 ? ops : action()) {
        const { deferred } = await ops.execute([event], forever);
        await clock.forward(90 * minuteMs);
        if (tried.length < 4) assert.is(deferred?.fault.code, 'SMTP_DEFERRED');
      }
    },
  );
  assert.is(tried.length, 4);
  assert.is(new Set(tried).size, 1);
});

test('A recipient whose acceptance is on record is never sent to again.', async () => {
  let greylisted = true;
  await world(
    {
      rejectRecipient: (address) =>
        greylisted && address.startsWith('b') ? { code: 450, text: '4.2.0 greylisted' } : undefined,
    },
    async ({ action, server, history }) => {
      const event = testEvent('fired');
      const first = await action().execute([event], forever);
      assert.equal(first.done, []);
      assert.is(first.deferred?.fault.code, 'SMTP_DEFERRED');
      assert.match(String(first.deferred?.fault.facts['reply']), /^b@example\.com: 450 4\.2\.0 greylisted/);
      assert.is((await action().execute([event], forever)).done.length, 0);
      greylisted = false;
      assert.equal((await action().execute([event], forever)).done, [event.id]);
      assert.equal(
        server.mails.map(({ to }) => to),
        [['a@example.com'], ['b@example.com']],
      );
      assert.is(server.mails[0]?.raw, server.mails[1]?.raw);
      assert.equal((await action().execute([event], forever)).done, [event.id]);
      assert.is(server.mails.length, 2);
      // In the history, and so in the metrics, each acceptance stands once.
      const sent = (await history()).filter(({ kind }) => kind === 'sent');
      assert.equal(
        sent.flatMap(({ accepted }) => accepted),
        ['a@example.com', 'b@example.com'],
      );
    },
  );
});

test('a crash after the server took the mail, before that was on record, sends the same bytes again', () =>
  world({}, async ({ action, mails, server }) => {
    const event = testEvent('fired');
    let puts = 0;
    const dying: Collection<ComposedMail> = {
      ...mails,
      async put(name, mail) {
        puts += 1;
        if (puts > 1) throw new Fault('STORE_UNWRITABLE', { dir: 'x', detail: 'the process died' });
        await mails.put(name, mail);
      },
    };
    let died: unknown;
    await action(dying)
      .execute([event], forever)
      .catch((thrown: unknown) => {
        died = thrown;
      });
    assert.ok(died instanceof Fault);
    assert.equal((await action().execute([event], forever)).done, [event.id]);
    assert.is(server.mails.length, 2);
    assert.is(server.mails[0]?.raw, server.mails[1]?.raw);
  }));

test('a disk that is full after the server took the mail has it sent once all the same', () =>
  world({}, async ({ action, mails, server }) => {
    const event = testEvent('fired');
    let isFull = false;
    const disk: Collection<ComposedMail> = {
      ...mails,
      async put(name, mail) {
        if (isFull) throw new Fault('STORE_UNWRITABLE', { dir: 'x', detail: 'no space' });
        await mails.put(name, mail);
        isFull = true;
      },
    };
    const ops = action(disk);
    for (let again = 0; again < 3; again += 1) {
      const failed = await ops.execute([event], forever).then(
        () => false,
        () => true,
      );
      assert.ok(failed);
    }
    isFull = false;
    assert.equal((await ops.execute([event], forever)).done, [event.id]);
    assert.is(server.mails.length, 1);
  }));

test('a recipient that is rejected for good is told to a person, until all are accepted again', async () => {
  let isGone = true;
  await world(
    {
      rejectRecipient: (address) =>
        isGone && address.startsWith('b') ? { code: 550, text: '5.1.1 no such user' } : undefined,
    },
    async ({ action, errors, server }) => {
      const ops = action();
      const event = testEvent('fired', { id: 'alert-1' });
      assert.equal(await ops.execute([event], forever), { done: [event.id] });
      const [error] = errors.list();
      assert.is(error?.code, 'SMTP_REJECTED');
      assert.is(error?.subject, 'ops');
      assert.is(error?.severity, 'warning');
      assert.match(error?.message ?? '', 'b@example.com: 550 5.1.1 no such user');
      isGone = false;
      await ops.execute([testEvent('fired', { id: 'alert-2' })], forever);
      assert.equal(errors.list(), []);
      assert.is(server.mails.length, 2);
    },
  );
});

test('a sender that is rejected is told to a person, and the mail waits', async () => {
  let refused: Refusal | undefined = { code: 550, text: '5.7.60 SendAsDenied' };
  await world({ rejectSender: () => refused }, async ({ action, errors, clock }) => {
    const ops = action();
    const event = testEvent('fired');
    const { done, deferred } = await ops.execute([event], forever);
    assert.equal(done, []);
    assert.is(deferred?.fault.code, 'SMTP_SENDER_REFUSED');
    assert.is(deferred?.retryAt?.getTime(), clock.now().getTime() + minuteMs);
    assert.match(errors.list()[0]?.message ?? '', 'SendAsDenied');
    refused = undefined;
    await clock.forward(minuteMs);
    assert.equal((await ops.execute([event], forever)).done, [event.id]);
    assert.equal(errors.list(), []);
  });
});

test('nothing is composed while there is no token; what came meanwhile makes one mail', () =>
  world({}, async ({ action, mails, server, tokens, errors }) => {
    tokens.fail(new Fault('OAUTH_AUTHORIZATION_REQUIRED', { account: 'alerts', detail: 'revoked' }));
    const ops = action();
    const fired = testEvent('fired');
    const resolved = testEvent('resolved');
    const { done, deferred } = await ops.execute([fired], forever);
    assert.equal(done, []);
    assert.is(deferred?.fault.code, 'OAUTH_AUTHORIZATION_REQUIRED');
    assert.is(deferred?.retryAt, undefined);
    await ops.execute([fired, resolved], forever);
    assert.equal(await mails.names(), []);
    // Telling people is for the token manager.
    assert.equal(errors.list(), []);
    tokens.fail(undefined);
    assert.equal((await ops.execute([fired, resolved], forever)).done, [fired.id, resolved.id]);
    assert.is(server.mails.length, 1);
    assert.match(server.mails[0]?.raw ?? '', /^Subject: \[RESOLVED\]/m);
  }));

test('a server that is away holds everything up, is told after 5 minutes, and cleared by the first success', async () => {
  const gone = await startSubmissionServer({ validate: async () => true });
  await gone.close();
  await world(
    {},
    async ({ action, clock, errors, mails }) => {
      const ops = action();
      const first = testEvent('fired', { id: 'alert-1' });
      const { deferred } = await ops.execute([first], forever);
      assert.is(deferred?.fault.code, 'SMTP_UNREACHABLE');
      assert.is(deferred?.retryAt?.getTime(), clock.now().getTime() + 5_000);
      // What comes now waits without a connection, and is not composed.
      const second = testEvent('fired', { id: 'alert-2' });
      assert.is((await ops.execute([second], forever)).deferred?.fault.code, 'SMTP_UNREACHABLE');
      assert.is((await mails.names()).length, 1);
      for (let minute = 0; minute < 5; minute += 1) {
        assert.equal(errors.list(), []);
        await clock.forward(minuteMs);
        await ops.execute([first], forever);
      }
      await clock.forward(minuteMs);
      await ops.execute([first], forever);
      assert.is(errors.list()[0]?.code, 'SMTP_UNREACHABLE');
      assert.is(errors.list()[0]?.subject, 'alerts');
      await clock.forward(minuteMs);

      const back = await startSubmissionServer({ validate: async () => true, port: gone.port });
      try {
        const results = await Promise.all([ops.execute([first], forever), ops.execute([second], forever)]);
        assert.equal(
          results.map(({ done }) => done),
          [[], [second.id]],
          'who did not fail goes first',
        );
        assert.equal(errors.list(), []);
        await clock.forward(5_000);
        assert.equal((await ops.execute([first], forever)).done, [first.id]);
        assert.is(back.mails.length, 2);
      } finally {
        await back.close();
      }
    },
    gone.port,
  );
});

test('a clock that is set back holds nothing up for longer', async () => {
  const gone = await startSubmissionServer({ validate: async () => true });
  await gone.close();
  await world(
    {},
    async ({ action, clock, errors }) => {
      const ops = action();
      const event = testEvent('fired', { id: 'alert-1' });
      const tryOnce = async () => (await ops.execute([event], forever)).deferred;
      await tryOnce();
      for (let hour = 0; hour < 3; hour += 1) {
        await clock.forward(60 * minuteMs);
        await tryOnce();
      }
      await clock.set(new Date(clock.now().getTime() - 120 * minuteMs));
      assert.is((await tryOnce())?.retryAt?.getTime(), clock.now().getTime() + minuteMs);
      assert.is(errors.list()[0]?.code, 'SMTP_UNREACHABLE');
      await clock.set(new Date(clock.now().getTime() - 600 * minuteMs));
      const back = await startSubmissionServer({ validate: async () => true, port: gone.port });
      try {
        assert.is(await tryOnce(), undefined);
        assert.is(back.mails.length, 1);
      } finally {
        await back.close();
      }
    },
    gone.port,
  );
});

test('a refused login is told at once, tried once a minute for all, and cleared by the first success', async () => {
  let isGood = false;
  await world({ validate: async () => isGood }, async ({ action, errors, clock, server }) => {
    const ops = action();
    const event = testEvent('fired', { id: 'alert-1' });
    const { deferred } = await ops.execute([event], forever);
    assert.is(deferred?.fault.code, 'SMTP_LOGIN_REFUSED');
    const [error] = errors.list();
    assert.equal([error?.code, error?.subject, error?.remedy], ['SMTP_LOGIN_REFUSED', 'alerts', 'Ask.']);
    const logins = server.logins.length;
    const others = Array.from({ length: 20 }, (_, n) => testEvent('fired', { id: `other-${n}` }));
    await Promise.all(others.map((other) => ops.execute([other], forever)));
    assert.is(server.logins.length, logins);
    await clock.forward(minuteMs);
    await Promise.all(others.map((other) => ops.execute([other], forever)));
    assert.is(server.logins.length, logins + 1);
    isGood = true;
    await clock.forward(minuteMs);
    const results = await Promise.all(others.map((other) => ops.execute([other], forever)));
    assert.ok(results.every(({ done }) => done.length === 1));
    assert.equal(errors.list(), []);
    assert.is(server.mails.length, 20);
  });
});

test('a quota that is used up is asked again after an hour', () =>
  world(
    { rejectMail: () => ({ code: 554, text: '5.2.0 STOREDRV; SubmissionQuotaExceededException' }) },
    async ({ action, clock }) => {
      const { deferred } = await action().execute([testEvent('fired')], forever);
      assert.is(deferred?.fault.code, 'SMTP_DEFERRED');
      assert.is(deferred?.retryAt?.getTime(), clock.now().getTime() + 60 * minuteMs);
    },
  ));

test('resolved after its alert was composed is a mail of its own, never before the first is settled', async () => {
  let refused: Refusal | undefined = { code: 451, text: '4.7.0 later' };
  await world({ rejectMail: () => refused }, async ({ action, clock, server }) => {
    const fired = testEvent('fired');
    const resolved = testEvent('resolved');
    await action().execute([fired], forever);
    await clock.forward(minuteMs);
    const ops = action();
    assert.equal((await ops.execute([fired, resolved], forever)).done, []);
    refused = undefined;
    await clock.forward(minuteMs);
    assert.equal((await ops.execute([fired, resolved], forever)).done, [fired.id, resolved.id]);
    const [first = '', second = ''] = server.mails.map(({ raw }) => raw.replace(/\r\n[ \t]/g, ' '));
    assert.match(first, /^Subject: \[CRITICAL\]/m);
    assert.match(second, /^Subject: \[RESOLVED\]/m);
    const id = /^Message-ID: (.*)$/m.exec(first)?.[1]?.trim() ?? 'none';
    assert.match(second, `In-Reply-To: ${id}`);
    assert.not.match(first, 'In-Reply-To');
  });
});

test('the names of mails that were purged are forgotten within a day', () =>
  world({}, async ({ action, clock, mails }) => {
    const sought: string[] = [];
    const ops = action({
      ...mails,
      get(name) {
        sought.push(name);
        return mails.get(name);
      },
    });
    const event = testEvent('fired');
    await ops.execute([event], forever);
    const [name = ''] = await mails.names();
    await mails.delete(name);
    await clock.forward(25 * 60 * minuteMs);
    sought.length = 0;
    await ops.execute([event], forever);
    assert.equal(sought, [], 'what is gone is not looked for');
    assert.equal(await mails.names(), [name]);
    await ops.execute([event], forever);
    assert.equal(sought, [name], 'what came since is known');
  }));

test('another firing of the same condition is another thread', () =>
  world({}, async ({ action, server }) => {
    const ops = action();
    await ops.execute([testEvent('fired', { id: 'alert-1' })], forever);
    await ops.execute([testEvent('fired', { id: 'alert-2' })], forever);
    assert.not.match(server.mails[1]?.raw ?? '', 'In-Reply-To');
  }));

test('many alerts at once leave side by side', () =>
  world({}, async ({ action, server }) => {
    const ops = action();
    const events = Array.from({ length: 60 }, (_, n) => testEvent('fired', { id: `alert-${n}` }));
    const results = await Promise.all(events.map((event) => ops.execute([event], forever)));
    assert.ok(results.every(({ done }) => done.length === 1));
    assert.is(server.mails.length, 60);
    assert.ok(server.connections() <= 3, `${server.connections()} connections`);
  }));

test('stop ends an execute that hangs, and nothing is held against the server', () =>
  world({ onMail: () => new Promise((resolve) => setTimeout(resolve, 400)) }, async ({ action, errors }) => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 100);
    const event = testEvent('fired');
    const { done, deferred } = await action().execute([event], stop.signal);
    assert.equal(done, []);
    assert.ok(deferred);
    assert.equal(errors.list(), []);
  }));

test.run();
