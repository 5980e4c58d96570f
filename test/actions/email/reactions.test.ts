import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Account } from '../../../src/core/account.js';
import { createGate } from '../../../src/core/gate.js';
import { type Refusal, startSubmissionServer } from '../../helpers/submission-server.js';
import { until } from '../../helpers/until.js';
import { inOutboxScene, type OutboxScene } from './outbox-scene.js';
import { testAccount } from './parts.js';

// What becomes of each reply that is known of Exchange Online and Gmail: through outbox, action and transport, with a
// server that says it and another one as its backup.

type Where = 'connect' | 'login' | 'sender' | 'recipient' | 'mail';

/** What Ackmail does about a reply. */
interface Reaction {
  /** What people are told at once, where they are. */
  readonly told?: string;
  /** For how long nothing more is tried. */
  readonly pauseMs: number;
  /** When the backup takes over. */
  readonly backup: 'at once' | 'after 2 minutes';
}

const secondMs = 1_000;
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** The login is refused: a person, and meanwhile the backup. */
const login: Reaction = { told: 'SMTP_LOGIN_REFUSED alerts', pauseMs: minuteMs, backup: 'at once' };
/** Nothing that the account sends is taken: a person, the backup, and one mail as a probe now and then. */
const sender: Reaction = { told: 'SMTP_SENDER_REFUSED alerts', pauseMs: minuteMs, backup: 'at once' };
const senderForLong: Reaction = { ...sender, pauseMs: hourMs };
/** A limit of a day: the backup, and a person knows. */
const quota: Reaction = { told: 'SMTP_DEFERRED alerts', pauseMs: hourMs, backup: 'at once' };
/** The server is busy: a pause, and the backup when it lasts. */
const throttle: Reaction = { pauseMs: 5 * secondMs, backup: 'after 2 minutes' };
const throttleFor = (pauseMs: number): Reaction => ({ ...throttle, pauseMs });

const unsuccessful = '535 5.7.139 Authentication unsuccessful,';
const failed = '554 5.2.0 STOREDRV.Submission.Exception:';

const table: readonly (readonly [where: Where, reply: string, reaction: Reaction])[] = [
  // Exchange Online
  ['login', '535 5.7.3 Authentication unsuccessful [AM0PR01.example.com]', login],
  ['login', `${unsuccessful} SmtpClientAuthentication is disabled for the Tenant.`, login],
  ['login', `${unsuccessful} SmtpClientAuthentication is disabled for the Mailbox.`, login],
  ['login', `${unsuccessful} user is locked by your organization security defaults policy.`, login],
  ['login', `${unsuccessful} the request did not meet the criteria to be authenticated.`, login],
  ['login', '550 5.7.30 Basic authentication is not supported for Client Submission.', login],
  ['mail', '550 5.7.60 SMTP; Client does not have permissions to send as this sender', sender],
  ['sender', '550 5.7.60 SMTP; Client does not have permissions to send as this sender', sender],
  ['recipient', '550 5.7.60 SMTP; Client does not have permissions to send as this sender', sender],
  ['mail', `${failed}SendAsDeniedException.MapiExceptionSendAsDenied`, sender],
  ['mail', '550 5.2.252 SendAsDenied; not allowed to send as', sender],
  ['mail', `${failed}SubmissionQuotaExceededException; Failed to process message`, quota],
  ['mail', '550 5.2.253 No licence', senderForLong],
  ['sender', '550 5.2.254 Too many messages', senderForLong],
  ['mail', '550 5.2.255 Invalid recipients', senderForLong],
  ['mail', '550 5.7.233 Tenant external recipient limit', quota],
  ['mail', '421 4.3.2 Service not available', throttle],
  ['connect', '421 4.3.2 Service not available', throttle],
  ['mail', '421 4.4.2 Message submission rate for this client has exceeded', throttle],
  ['sender', '451 4.7.0 Temporary server error. Please try again later. PRX2', throttle],
  ['login', '451 4.7.0 Temporary server error. Please try again later. PRX4', throttle],
  ['mail', '451 4.7.500 Server busy. Please try again later from [192.0.2.1].', throttle],
  ['recipient', '451 4.7.500 Server busy. Please try again later from [192.0.2.1].', throttle],
  ['mail', '451 4.7.699 Throttled', throttle],
  // Gmail
  ['login', '535 5.7.8 Username and Password not accepted.', login],
  ['login', '534 5.7.9 Please log in with your web browser and then try again.', login],
  ['login', '454 4.7.0 Too many login attempts, please try again later.', throttle],
  ['mail', '421 4.3.0 Temporary System Problem. Try again later', throttle],
  ['mail', '421 4.4.5 Server busy, try again later.', throttle],
  ['connect', '421 4.7.0 Try again later, closing connection.', throttle],
  ['mail', '451 4.3.0 Mail server temporarily rejected message', throttle],
  ['mail', '550 5.4.5 Daily user sending limit exceeded.', quota],
  // Nobody we know
  ['login', '535 Authentication failed', login],
  ['sender', '550 5.9.9 We do not like you', sender],
  ['mail', '451 4.7.1 Please try again in 30 seconds', throttleFor(30 * secondMs)],
  ['sender', '450 4.7.1 Suggested Backoff Time: 90000 milliseconds', throttleFor(90 * secondMs)],
];

/** A scene before a server that says this for as long as it is told to, and a backup. */
async function refusedBy(
  where: Where,
  reply: string,
  use: (its: {
    readonly scene: OutboxScene;
    /** How often the server has said it. */
    readonly refusals: () => number;
    readonly connections: () => number;
    readonly primary: () => number;
    readonly backup: () => number;
    readonly mend: () => void;
  }) => Promise<void>,
): Promise<void> {
  let refusal: Refusal | undefined = { code: Number(reply.slice(0, 3)), text: reply.slice(4) };
  let refusals = 0;
  const at = (place: Where) => () => {
    if (place !== where || !refusal) return undefined;
    refusals += 1;
    return refusal;
  };
  const server = await startSubmissionServer({
    async validate() {
      return at('login')() === undefined;
    },
    loginRefusal: refusal,
    ...{ rejectConnection: at('connect'), rejectSender: at('sender') },
    ...{ rejectRecipient: at('recipient'), rejectMail: at('mail') },
  });
  const pass = 'the-secret-of-the-relay';
  const relay = await startSubmissionServer({ password: { user: 'relay@example.net', pass } });
  const backup: Account = {
    ...testAccount({ port: relay.port, user: 'relay@example.net' }, pass),
    ...{ name: 'relay', mailbox: 'relay@example.net' },
  };
  try {
    await inOutboxScene(
      { to: ['a@example.com'], account: testAccount({ port: server.port }), backup },
      async (scene) => {
        const mend = () => {
          refusal = undefined;
        };
        await use({
          ...{ scene, mend, refusals: () => refusals, connections: server.connections },
          ...{ primary: server.count, backup: relay.count },
        });
      },
    );
  } finally {
    await Promise.all([server.close(), relay.close()]);
  }
}

const check = (where: Where, reply: string, { told, pauseMs, backup }: Reaction) =>
  refusedBy(where, reply, async (its) => {
    const { scene } = its;
    let alerts = 0;
    const put = () => {
      alerts += 1;
      return scene.put(`alert-${alerts}`);
    };
    const putWhenIdle = async () => {
      if (scene.waiting() === 0) await put();
    };
    await put();
    if (backup === 'at once') await until('the backup', () => its.backup() === 1);
    else await until('the pause', () => scene.deferrals() === 1);
    assert.equal(scene.standing(), told ? [told] : []);
    const count = its.refusals();
    assert.ok(count <= 2, `${count} tries`);

    // Nothing more is tried in the pause, whatever comes.
    const connections = its.connections();
    for (let part = 0; part < 3; part += 1) {
      const before = scene.deferrals();
      await put();
      if (backup === 'at once') await until('the backup', () => its.backup() === alerts);
      else await until('the deferral', () => scene.deferrals() > before);
      await scene.clock.forward((pauseMs - secondMs) / 3);
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
    assert.is(its.refusals(), count, 'the pause');
    assert.is(its.connections(), connections, 'not even a connection');

    // After it one try is made for all, and where the server is of the same mind still, the next pause begins.
    await scene.clock.forward(2 * secondMs);
    await until('one try', async () => {
      await putWhenIdle();
      return its.refusals() > count;
    });
    assert.ok(its.refusals() <= count + 2, `${its.refusals() - count} tries`);

    await scene.forwardUntil('the backup', () => its.backup() === alerts && scene.waiting() === 0);
    assert.is(its.primary(), 0);
    its.mend();
    await scene.forwardUntil(
      'the first account',
      async () => {
        if (its.primary() === 0) await putWhenIdle();
        return its.primary() > 0 && scene.standing().length === 0;
      },
      minuteMs,
    );
    assert.is(its.primary() + its.backup(), alerts);
  });

// They wait for servers and the disk far more than they work.
const inTurn = createGate(8);
for (const [where, reply, reaction] of table) {
  const checked = inTurn(() => check(where, reply, reaction));
  checked.catch(() => {});
  test(`${where}: ${reply}`, () => checked);
}

for (const reply of [
  '554 5.2.2 mailbox full',
  '550 5.2.251 The mailbox is full',
  '552 5.3.4 Message too big',
])
  test(`mail: ${reply}: of this mail a person is told, and of the account when it is so with three`, () =>
    refusedBy('mail', reply, async ({ scene, refusals, backup }) => {
      for (const count of [1, 2]) {
        await scene.put(`alert-${count}`);
        await until('the deferral', () => scene.deferrals() === count);
        assert.equal([refusals(), backup()], [count, 0]);
        assert.equal(scene.standing(), ['SMTP_REJECTED ops']);
      }
      await scene.put('alert-3');
      await until('the backup', () => backup() === 1);
      assert.ok(scene.standing().includes('SMTP_SENDER_REFUSED alerts'));
      await scene.forwardUntil('the others', () => backup() === 3 && scene.waiting() === 0, minuteMs);
    }));

for (const reply of ['450 4.2.1 The user is receiving mail too quickly', '450 4.7.1 Greylisted'])
  test(`recipient: ${reply}: this one has it later, and nobody else waits`, () =>
    refusedBy('recipient', reply, async ({ scene, refusals, primary, backup, mend }) => {
      for (const count of [1, 2, 3]) {
        await scene.put(`alert-${count}`);
        await until('the deferral', () => scene.deferrals() === count);
        assert.is(refusals(), count);
      }
      mend();
      await scene.forwardUntil('all of it', () => primary() === 3 && scene.waiting() === 0);
      assert.is(backup(), 0);
      assert.equal(scene.told, []);
    }));

test.run();
