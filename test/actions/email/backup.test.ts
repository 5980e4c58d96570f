import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createEmailAction } from '../../../src/actions/email/email-action.js';
import { mailType } from '../../../src/actions/email/mail-type.js';
import type { Account } from '../../../src/core/account.js';
import type { Action } from '../../../src/core/action.js';
import { Fault } from '../../../src/core/fault.js';
import { standingErrorsType } from '../../../src/reports/standing-errors.js';
import { createSystemErrors } from '../../../src/reports/system-errors.js';
import { openStore } from '../../../src/store/open-store.js';
import { type FakeClock, fakeClock } from '../../helpers/fake-clock.js';
import {
  type SubmissionServer,
  type SubmissionServerOptions,
  startSubmissionServer,
} from '../../helpers/submission-server.js';
import { until } from '../../helpers/until.js';
import {
  opsSettings,
  type TestTokens,
  testAccount,
  testEvent,
  testLog,
  testTokens,
  testWay,
} from './parts.js';

const forever = new AbortController().signal;
const minuteMs = 60_000;
const settings = opsSettings('a@example.com', 'b@example.com');

interface World {
  readonly ops: Action;
  readonly primary: SubmissionServer;
  readonly backup: SubmissionServer;
  readonly tokens: TestTokens;
  readonly clock: FakeClock;
  /** The standing system errors, as `CODE account`. */
  readonly standing: () => readonly string[];
  readonly sentBy: () => Promise<readonly unknown[]>;
}

/** An action with OAuth 2.0 at its own server, and a relay with a password as its backup. */
async function world(
  servers: { readonly primary?: SubmissionServerOptions; readonly backup?: SubmissionServerOptions },
  use: (world: World) => Promise<void>,
): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'ackmail-backup-'));
  const clock = fakeClock();
  const store = await openStore({ dir, key: randomBytes(32), clock });
  const primary = await startSubmissionServer({ validate: async () => true, ...servers.primary });
  const login = { user: 'monitor@example.net', pass: 'the-password' };
  const backup = await startSubmissionServer({ password: login, ...servers.backup });
  const tokens = testTokens();
  const log = testLog();
  const systemErrors = createSystemErrors({
    ...{ document: store.collection('system', standingErrorsType), clock, log, history: store.history },
    onChange: async () => {},
  });
  const parts = { tokens, systemErrors, clock, log };
  const relay: Account = {
    ...testAccount({ port: backup.port, user: login.user }, login.pass),
    ...{ name: 'relay', mailbox: login.user, user: login.user, from: '"Wächter $1" <monitor@example.net>' },
  };
  const ops = createEmailAction({
    ...{ settings, systemErrors, history: store.history, clock, log, timeZone: 'UTC' },
    mails: store.collection('mails', mailType),
    primary: testWay({ ...parts, account: testAccount({ port: primary.port }), hasBackup: true }),
    backup: testWay({ ...parts, account: relay }),
  });
  try {
    await use({
      ...{ ops, primary, backup, tokens, clock },
      standing: () => systemErrors.list().map(({ code, subject }) => `${code} ${subject}`),
      async sentBy() {
        const accounts: unknown[] = [];
        for await (const { kind, account } of store.history.since(new Date(0)))
          if (kind === 'sent') accounts.push(account);
        return accounts;
      },
    });
  } finally {
    await ops.close();
    await Promise.all([primary.close(), backup.close()]);
    await store.close();
    await rm(dir, { recursive: true });
  }
}

const eventOf = (id: string) => {
  const event = testEvent('fired');
  return { ...event, id: `${id}-fired`, alert: { ...event.alert, id, fingerprint: `test/${id}` } };
};

test('The backup sends at once while the login is refused, the error stands, and the first account takes over again.', async () => {
  let refused = true;
  await world({ primary: { validate: async () => !refused } }, async (its) => {
    const { ops, primary, backup, clock, standing } = its;
    assert.equal((await ops.execute([eventOf('one')], forever)).done, ['one-fired']);
    assert.equal((await ops.execute([eventOf('two')], forever)).done, ['two-fired']);
    assert.equal([primary.count(), backup.count()], [0, 2]);
    assert.equal(standing(), ['SMTP_LOGIN_REFUSED alerts']);
    const { length: logins } = primary.logins;

    await clock.forward(5 * minuteMs);
    await until('a try with no mail at stake', () => primary.logins.length > logins);
    assert.equal(standing(), ['SMTP_LOGIN_REFUSED alerts'], 'the backup hides nothing');
    refused = false;
    await until('the end of the error', async () => {
      await clock.forward(minuteMs);
      return standing().length === 0;
    });
    assert.equal((await ops.execute([eventOf('three')], forever)).done, ['three-fired']);
    assert.equal([primary.count(), backup.count()], [1, 2]);
    assert.equal(await its.sentBy(), ['relay', 'relay', 'alerts']);
  });
});

test('The backup sends while nobody is signed in, and while no token can be had.', () =>
  world({}, async ({ ops, primary, backup, tokens, clock }) => {
    const required = { account: 'alerts', user: 'alerts@example.com', detail: 'it was revoked' };
    tokens.fail(new Fault('OAUTH_AUTHORIZATION_REQUIRED', required));
    assert.equal((await ops.execute([eventOf('one')], forever)).done, ['one-fired']);
    tokens.fail(new Fault('OAUTH_TEMPORARY', { account: 'alerts', detail: 'HTTP 503' }));
    await clock.forward(2 * minuteMs);
    assert.equal((await ops.execute([eventOf('two')], forever)).done, ['two-fired']);
    assert.equal([primary.count(), backup.count()], [0, 2]);
    tokens.fail(undefined);
    await clock.forward(2 * minuteMs);
    await until('the first account', async () => {
      await clock.forward(minuteMs);
      const id = `later-${clock.now().getTime()}`;
      await ops.execute([eventOf(id)], forever);
      return primary.count() > 0;
    });
  }));

test('The backup sends while the server cannot be reached, and that is told at once.', () =>
  world({}, async ({ ops, primary, backup, standing }) => {
    await primary.close();
    assert.equal((await ops.execute([eventOf('one')], forever)).done, ['one-fired']);
    assert.is(backup.count(), 1);
    assert.equal(standing(), ['SMTP_UNREACHABLE alerts']);
  }));

test('A server that throttles has 2 minutes before the backup takes over.', async () => {
  const later = () => ({ code: 451, text: '4.7.500 Server busy' });
  await world({ primary: { rejectSender: later } }, async ({ ops, backup, clock }) => {
    const event = eventOf('one');
    for (let passedMs = 0; passedMs < 110_000; passedMs += 10_000) {
      const { done, deferred } = await ops.execute([event], forever);
      assert.equal([done, deferred?.fault.code], [[], 'SMTP_DEFERRED']);
      await clock.forward(10_000);
    }
    assert.is(backup.count(), 0);
    await clock.forward(10_000);
    assert.equal((await ops.execute([event], forever)).done, [event.id]);
    assert.is(backup.count(), 1);
  });
});

test('While one mail is tried for all and the server says nothing to it, the others leave by the backup.', async () => {
  let refused = true;
  let tried = 0;
  let answer = () => {};
  const answered = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const primaryServer: SubmissionServerOptions = {
    rejectSender: () => (refused ? { code: 550, text: '5.7.60 no right to send as this sender' } : undefined),
    async onMail() {
      tried += 1;
      await answered;
    },
  };
  await world({ primary: primaryServer }, async ({ ops, primary, backup, clock }) => {
    assert.equal((await ops.execute([eventOf('one')], forever)).done, ['one-fired']);
    refused = false;
    let probe: ReturnType<Action['execute']> | undefined;
    await until('one mail that is tried', async () => {
      await clock.forward(minuteMs);
      // By the backup until a login has worked again.
      probe = ops.execute([eventOf(`try-${clock.now().getTime()}`)], forever);
      await Promise.race([probe, until('the try', () => tried > 0)]);
      return tried > 0;
    });
    const before = backup.count();
    for (const id of ['two', 'three'])
      assert.equal((await ops.execute([eventOf(id)], forever)).done, [`${id}-fired`]);
    assert.equal([primary.count(), backup.count() - before], [0, 2]);
    answer();
    await probe;
    assert.equal((await ops.execute([eventOf('four')], forever)).done, ['four-fired']);
    assert.equal([primary.count(), backup.count() - before], [2, 2]);
  });
});

test('A mail that is refused as it is goes to no other server.', () =>
  world(
    { primary: { rejectMail: () => ({ code: 554, text: '5.7.1 spam' }) } },
    async ({ ops, backup, standing }) => {
      const { deferred } = await ops.execute([eventOf('one')], forever);
      assert.is(deferred?.fault.code, 'SMTP_REJECTED');
      assert.is(backup.count(), 0);
      assert.equal(standing(), ['SMTP_REJECTED ops']);
    },
  ));

test('A mail is byte for byte the same at every try, but for From and envelope sender when another account sends it.', async () => {
  const tried: string[] = [];
  await world(
    {
      primary: {
        rejectMail({ raw }) {
          tried.push(raw);
          return { code: 451, text: '4.3.0 later' };
        },
      },
    },
    async ({ ops, primary, backup, clock }) => {
      const event = eventOf('one');
      await ops.execute([event], forever);
      await primary.close();
      await clock.forward(3 * minuteMs);
      assert.equal((await ops.execute([event], forever)).done, [event.id]);
      const [taken] = backup.mails;
      assert.is(taken?.from, 'monitor@example.net');
      const own = (raw: string) => raw.replace(/^From:.*\r\n/m, 'From: …\r\n');
      assert.match(tried[0] ?? '', /^From: Alerts <alerts@example\.com>\r$/m);
      assert.match(taken?.raw ?? '', /^From: =\?UTF-8\?Q\?W=C3=A4chter_=241\?= <monitor@example\.net>\r$/m);
      assert.is(own(taken?.raw ?? ''), own(tried[0] ?? ''));
    },
  );
});

test('A recipient whose acceptance is on record is never sent to again, by the backup neither.', async () => {
  await world(
    {
      primary: {
        rejectRecipient: (address) =>
          address.startsWith('b') ? { code: 450, text: '4.2.0 greylisted' } : undefined,
      },
    },
    async ({ ops, primary, backup }) => {
      const event = eventOf('one');
      assert.equal((await ops.execute([event], forever)).done, []);
      await primary.close();
      assert.equal((await ops.execute([event], forever)).done, [event.id]);
      assert.equal(
        [primary.mails, backup.mails].map((mails) => mails.map(({ to }) => to)),
        [[['a@example.com']], [['b@example.com']]],
      );
    },
  );
});

test('While neither can send, nothing is composed, and both failures stand.', () =>
  world({}, async ({ ops, primary, backup, clock, standing }) => {
    await Promise.all([primary.close(), backup.close()]);
    const event = eventOf('one');
    const first = await ops.execute([event], forever);
    assert.equal([first.done, first.deferred?.fault.code], [[], 'SMTP_UNREACHABLE']);
    assert.is(first.deferred?.fault.facts['account'], 'alerts');
    await clock.forward(6 * minuteMs);
    await ops.execute([event], forever);
    await clock.forward(minuteMs);
    await ops.execute([event], forever);
    assert.equal([...standing()].sort(), ['SMTP_UNREACHABLE alerts', 'SMTP_UNREACHABLE relay']);
  }));

test.run();
