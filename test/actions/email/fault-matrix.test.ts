import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { testCertificate } from '../../helpers/certificate.js';
import {
  type SmtpFaultKind,
  type SmtpStep,
  smtpFaults,
  smtpSteps,
  startFaultProxy,
} from '../../helpers/fault-proxy.js';
import { startSubmissionServer, type TakenMail } from '../../helpers/submission-server.js';
import { inOutboxScene, type OutboxScene } from './outbox-scene.js';
import { testAccount } from './parts.js';

// Every step of a session with every fault, through outbox and email action, with a real server behind.

const to = ['a@example.com', 'b@example.com'];
const login = { user: 'alerts@example.com', pass: 'the-secret-of-the-relay' };
const certificate = await testCertificate();

interface Case {
  readonly step: SmtpStep;
  readonly kind: SmtpFaultKind;
}
const cases: readonly Case[] = smtpSteps.flatMap((step) => smtpFaults.map((kind) => ({ step, kind })));

/** What came of a case: who got which alert, and what people were told. */
interface Outcome extends Case {
  readonly hits: number;
  /** Of each alert and recipient, the messages that the server took, in their order. */
  readonly taken: ReadonlyMap<string, readonly string[]>;
  readonly told: readonly string[];
  readonly standing: readonly string[];
  /** Who was sent a mail again whose acceptance was on record. */
  readonly again: readonly string[];
  /** As `recipient status`, of the mail about the first alert. */
  readonly record: readonly string[];
}

const alerts = ['alert-one', 'alert-two'];
/** These steps come after a mail that the server has put off. */
const isAfterRefusal = ({ step }: Case) => step === 'RSET' || step === 'QUIT';
const isAfterDot = ({ step }: Case) => step === 'dot' || step === 'body';
/** Where the server may have taken a mail, or a recipient of it, though no reply said so. */
const isReplyLost = (one: Case) =>
  isImpatient(one) || ((isAfterDot(one) || one.step === 'RCPT') && one.kind !== '4xx' && one.kind !== '5xx');

/** Short where the end of a patience is waited for; else a machine that is slow would end what works. */
const isImpatient = ({ kind }: Case) => kind === 'hang' || kind === 'endless';
const limitsFor = (one: Case) =>
  isImpatient(one) ? { connectMs: 500, greetingMs: 500, silenceMs: 600, mailMs: 1_500 } : {};

async function run(one: Case): Promise<Outcome> {
  const withTls = one.step === 'STARTTLS';
  const again: string[] = [];
  let hits = () => 0;
  let look = async (_mail: TakenMail): Promise<readonly string[]> => [];
  const server = await startSubmissionServer({
    password: login,
    ...(withTls ? { tls: certificate, starttls: true } : {}),
    rejectMail: () => (isAfterRefusal(one) && hits() === 0 ? { code: 451, text: '4.3.0 later' } : undefined),
    onMail: async (mail) => void again.push(...(await look(mail))),
  });
  const proxy = await startFaultProxy(server.port);
  hits = proxy.hits;
  const account = testAccount(
    {
      ...{ port: proxy.port, connections: 1 },
      ...(withTls ? { host: 'localhost', security: 'starttls', ca: [certificate.cert] } : {}),
    },
    login.pass,
  );
  try {
    let outcome: Outcome | undefined;
    await inOutboxScene({ to, account, limits: limitsFor(one) }, async (scene) => {
      proxy.arm(isAfterDot(one) || one.step === 'RCPT' ? { ...one, times: 1 } : one);
      look = async (taken) => {
        const mail = (await scene.mails()).find(({ id }) => id === idOf(taken));
        return taken.to.filter((name) => mail?.recipients[name]?.status === 'accepted');
      };
      for (const alert of alerts) await scene.put(alert);
      await scene.forwardUntil(`what comes of ${one.kind} at ${one.step}`, () => isOver(one, scene, hits()));
      const count = hits();
      proxy.arm(undefined);
      hits = () => count;
      await scene.forwardUntil(
        `an empty outbox after ${one.kind} at ${one.step}`,
        () => scene.waiting() === 0,
        60_000,
      );
      const [mail] = (await scene.mails()).filter(({ alertIds }) => alertIds.includes('alert-one'));
      outcome = {
        ...{
          ...one,
          hits: count,
          again,
          taken: takenBy(server.mails),
          told: scene.told,
          standing: scene.standing(),
        },
        record: Object.entries(mail?.recipients ?? {}).map(([name, { status }]) => `${name} ${status}`),
      };
    });
    if (!outcome) throw new Error('nothing came of it');
    return outcome;
  } finally {
    await proxy.close();
    await server.close();
  }
}

/** Whether the fault has had its effect: then it goes away. */
function isOver(one: Case, scene: OutboxScene, hits: number): boolean {
  if (hits === 0) return false;
  if (isAfterRefusal(one) || one.kind === 'slow') return scene.waiting() === 0 || scene.deferrals() > 1;
  return scene.deferrals() > 0 || scene.waiting() === 0;
}

const idOf = ({ raw }: TakenMail) => /^X-Ackmail-Mail: (.*)\r$/m.exec(raw)?.[1] ?? '';

function takenBy(mails: readonly TakenMail[]): ReadonlyMap<string, readonly string[]> {
  const taken = new Map<string, readonly string[]>();
  for (const mail of mails)
    for (const recipient of mail.to) {
      const key = `${idOf(mail)} ${recipient}`;
      taken.set(key, [...(taken.get(key) ?? []), mail.raw]);
    }
  return taken;
}

const outcomes: Outcome[] = [];
const failures: string[] = [];
test.before(async () => {
  const left = [...cases];
  const work = async () => {
    for (let one = left.shift(); one; one = left.shift())
      await run(one).then(
        (outcome) => outcomes.push(outcome),
        (thrown: unknown) => failures.push(String(thrown)),
      );
  };
  await Promise.all(Array.from({ length: 10 }, work));
});

const named = ({ step, kind }: Case) => `${kind} at ${step}`;
/** At RCPT the fault meets the first recipient of the first alert alone, and a 5xx is the end for that one. */
const isRefusedForGood = ({ step, kind }: Case) => step === 'RCPT' && kind === '5xx';

test('Every fault at every step of a session ends in the right state.', () => {
  assert.equal(failures, []);
  assert.is(outcomes.length, smtpSteps.length * smtpFaults.length);
  for (const outcome of outcomes) {
    const what = named(outcome);
    assert.ok(outcome.hits > 0, `${what} never came`);
    const refused = isRefusedForGood(outcome) ? 1 : 0;
    assert.is(outcome.taken.size, alerts.length * to.length - refused, `${what}: somebody was not told`);
    const [first, second] = to;
    const record = [`${first} ${refused ? 'rejected' : 'accepted'}`, `${second} accepted`];
    assert.equal(outcome.record, record, what);
    assert.equal(outcome.standing, [], what);
  }
  console.log(`  ${outcomes.length} cases: ${smtpSteps.length} steps, ${smtpFaults.length} faults`);
});

test('People are told at once of what they must mend, and of nothing that passes.', () => {
  const raisedBy: Partial<Record<SmtpStep, string>> = {
    AUTH: 'SMTP_LOGIN_REFUSED alerts',
    MAIL: 'SMTP_SENDER_REFUSED alerts',
    RCPT: 'SMTP_REJECTED ops',
    DATA: 'SMTP_REJECTED ops',
    body: 'SMTP_REJECTED ops',
    dot: 'SMTP_REJECTED ops',
  };
  for (const outcome of outcomes) {
    const raised = outcome.kind === '5xx' ? raisedBy[outcome.step] : undefined;
    // These may last longer than the 5 minutes in which a server is not told of.
    if (isImpatient(outcome)) continue;
    const expected = raised ? [`raised ${raised}`, `cleared ${raised}`] : [];
    assert.equal(outcome.told, expected, named(outcome));
  }
});

test('A recipient whose acceptance is on record is never sent to again.', () => {
  for (const outcome of outcomes) {
    assert.equal(outcome.again, [], named(outcome));
    if (!isReplyLost(outcome))
      for (const [who, raws] of outcome.taken) assert.is(raws.length, 1, `${named(outcome)}: ${who}`);
  }
});

test('A cut after the final dot costs at most one more, the same mail.', () => {
  for (const outcome of outcomes.filter(isReplyLost)) {
    const mails = new Set<string>();
    for (const [who, raws] of outcome.taken) {
      assert.is(new Set(raws).size, 1, `${named(outcome)}: other bytes for ${who}`);
      assert.ok(raws.length <= 2, `${named(outcome)}: ${raws.length} for ${who}`);
      if (raws.length > 1) mails.add(raws[0] ?? '');
    }
    assert.ok(mails.size <= 1, named(outcome));
    if (outcome.step === 'dot' && outcome.kind === 'cut') assert.is(mails.size, 1);
  }
});

test.run();
