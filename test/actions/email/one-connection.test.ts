import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createSmtpTransport } from '../../../src/actions/email/smtp-transport.js';
import type { Transport } from '../../../src/core/mail.js';
import { type FakeClock, fakeClock } from '../../helpers/fake-clock.js';
import {
  type SubmissionServer,
  type SubmissionServerOptions,
  startSubmissionServer,
} from '../../helpers/submission-server.js';
import { faultOf, rawMail, testAccount, testLog, testNetwork, testTokens } from './parts.js';

// A server that takes fewer connections at a time than the settings say, for there are those of other programs.

const forever = new AbortController().signal;
const to = ['a@example.com'];
const minuteMs = 60_000;

interface Its {
  readonly server: SubmissionServer;
  readonly transport: Transport;
  readonly clock: FakeClock;
  /** How many connections the server takes from now on. */
  limit: number;
  refused: number;
  /** How many mails are on their way. */
  sending: number;
  most: number;
}

async function withLimit(
  limit: number,
  use: (its: Its) => Promise<void>,
  options: SubmissionServerOptions = {},
): Promise<void> {
  const clock = fakeClock();
  const its = { limit, refused: 0, sending: 0, most: 0 };
  const server = await startSubmissionServer({
    validate: async () => true,
    rejectConnection(open) {
      if (open <= its.limit) return undefined;
      its.refused += 1;
      return { code: 432, text: '4.3.2 Concurrent connections limit exceeded' };
    },
    async onMail() {
      its.sending += 1;
      its.most = Math.max(its.most, its.sending);
      await new Promise((resolve) => setTimeout(resolve, 20));
      its.sending -= 1;
    },
    ...options,
  });
  const transport = createSmtpTransport({
    account: testAccount({ port: server.port, connections: 3 }),
    ...{ tokens: testTokens(), network: testNetwork(), clock, log: testLog(), loginRemedy: 'Ask.' },
  });
  try {
    await use(Object.assign(its, { server, transport, clock }));
  } finally {
    await transport.close();
    await server.close();
  }
}

const sendMany = ({ transport }: Its, count: number) =>
  Promise.all(Array.from({ length: count }, () => transport.send(rawMail(to), to, forever)));

test('Where the server refuses a connection as one too many, all mail leaves by one, and by more after a while.', () =>
  withLimit(1, async (its) => {
    await sendMany(its, 12);
    assert.is(its.server.count(), 12);
    const { refused } = its;
    assert.ok(refused >= 1 && refused <= 3, `${refused} refused`);
    its.most = 0;
    await its.clock.forward(9 * minuteMs);
    await sendMany(its, 6);
    assert.is(its.most, 1);
    assert.is(its.refused, refused, 'nothing more is refused');

    its.limit = 3;
    await its.clock.forward(minuteMs);
    await sendMany(its, 12);
    assert.is(its.most, 3);
    assert.is(its.server.count(), 30);
    assert.is(its.refused, refused);
  }));

test('A mail that is refused by a connection too many is sent again by the one that is left.', async () => {
  let refusals = 2;
  await withLimit(
    3,
    async (its) => {
      await sendMany(its, 6);
      assert.is(its.server.count(), 6);
    },
    {
      rejectMail() {
        refusals -= 1;
        return refusals < 0
          ? undefined
          : { code: 432, text: '4.3.2 STOREDRV.ClientSubmit; sender thread limit exceeded' };
      },
    },
  );
});

test('Where there is no room for a single one, the account is deferred and no more is tried.', () =>
  withLimit(0, async (its) => {
    const fault = await faultOf(its.transport.send(rawMail(to), to, forever));
    assert.is(fault.code, 'SMTP_DEFERRED');
    assert.match(fault.remedy, /smtp\.connections/);
    assert.is(its.refused, 2);
  }));

test('A login that is tried out is no connection too many.', () =>
  withLimit(3, async (its) => {
    await sendMany(its, 6);
    await its.transport.verify(forever);
    assert.is(its.refused, 0);
  }));

test.run();
