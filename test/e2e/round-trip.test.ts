import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { program } from '../../src/cli/program.js';
import { type PluginInstance, register } from '../../src/index.js';
import { type FakeClock, fakeClock } from '../helpers/fake-clock.js';
import { fakeTerminal } from '../helpers/fake-terminal.js';
import { startImapServer, type TestImapServer } from '../helpers/imap-server.js';
import { headerField } from '../helpers/lab.js';
import { startPop3Server } from '../helpers/pop3-server.js';
import { authservId } from '../helpers/received.js';
import { startSubmissionServer } from '../helpers/submission-server.js';
import { createTestHost, firedEvent, type TestHost } from '../helpers/test-host.js';
import { until } from '../helpers/until.js';

const login = { user: 'alerts@example.com', pass: 'the-secret-of-the-mailbox' };
const relay = 'monitor@example.net';
const password = 'the-secret-of-the-relay';
const fault = 'ACK_ROUND_TRIP alerts';

interface Stage {
  readonly clock: FakeClock;
  readonly host: TestHost;
  imap: TestImapServer;
  /** What becomes of a mail that was taken. */
  deliver: (raw: string) => void;
  /** The mails that were sent. */
  sent(): readonly string[];
  start(): Promise<PluginInstance>;
  startImap(): Promise<void>;
  /** Time passes until a round trip begins. */
  begins(): Promise<void>;
  /** Time passes until something is so. */
  passes(what: string, isSo: () => boolean): Promise<void>;
  run(...args: string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }>;
}

const test = suite<{ ends: (() => Promise<unknown>)[] }>('round trip', { ends: [] });

test.after.each(async ({ ends }) => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function begin(
  { ends }: { ends: (() => Promise<unknown>)[] },
  more: object = {},
  pop3Port?: number,
): Promise<Stage> {
  const clock = fakeClock(new Date('2026-03-02T03:00:00Z'));
  const users = { [login.user]: login.pass };
  const first = await startImapServer({ users });
  const smtp = await startSubmissionServer({
    password: login,
    onMail: (mail) => {
      if (mail.to.some((to) => to.replace(/\+[^@]*/, '') === login.user)) stage.deliver(mail.raw);
    },
  });
  const relayed = await startSubmissionServer({
    password: { user: relay, pass: password },
    onMail: (mail) => stage.deliver(mail.raw),
  });
  const server = { host: '127.0.0.1', security: 'none' };
  const settings = {
    accounts: {
      alerts: {
        ...{ grant: 'password', mailbox: login.user, password: login.pass },
        smtp: { ...server, port: smtp.port },
        ...(pop3Port
          ? { pop3: { ...server, port: pop3Port, poll: '10m' } }
          : { imap: { ...server, port: first.port } }),
      },
      relay: {
        ...{ grant: 'password', mailbox: relay, password },
        smtp: { ...server, port: relayed.port },
      },
    },
    actions: [{ name: 'ops', type: 'email', account: 'alerts', to: ['ann@example.com'] }],
    acknowledgement: { account: 'alerts', authservId, ...more },
  };
  const host = await createTestHost(settings);
  await writeFile(
    join(host.settingsDir ?? '', 'ackmail.yaml'),
    JSON.stringify({ ...settings, dataDir: './data' }),
  );
  const stage: Stage = {
    ...{ clock, host, imap: first },
    deliver: (raw) => {
      stage.imap.append(raw, { at: clock.now() });
    },
    sent: () =>
      [...smtp.mails, ...relayed.mails]
        .map(({ raw }) => raw)
        .filter((raw) => subjectOf(raw).endsWith('round trip')),
    async start() {
      const plugin = await register(host, { clock });
      ends.push(() => plugin.stop());
      await plugin.start();
      await until('the watch', async () => (await plugin.status()).acknowledgement?.state === 'watching');
      return plugin;
    },
    async startImap() {
      stage.imap = await startImapServer({ users, port: first.port });
    },
    async begins() {
      const before = stage.sent().length;
      await stage.passes('a round trip', () => stage.sent().length > before);
    },
    async passes(what, isSo) {
      await until(what, async () => {
        if (isSo()) return true;
        await clock.forward(10_000);
        return isSo();
      });
    },
    async run(...args) {
      const terminal = fakeTerminal({ cwd: host.settingsDir ?? '', clock });
      const code = await program(args, '0.0.0', terminal);
      return { code, out: terminal.out(), err: terminal.err() };
    },
  };
  ends.push(
    () => host.remove(),
    () => smtp.close(),
    () => relayed.close(),
    () => stage.imap.close(),
  );
  return stage;
}

const subjectOf = (raw: string) => headerField(raw, 'Subject');
const inbox = (stage: Stage) => stage.imap.mails().map(({ raw }) => subjectOf(raw));

test('A round trip by each account is made, measured and leaves nothing, and touches no alert.', async (context) => {
  const stage = await begin(context);
  stage.imap.append(`From: boss@example.com\r\nSubject: Lunch\r\n\r\nack\r\n`);
  const plugin = await stage.start();
  await plugin.handleAlerts([firedEvent('db1')]);
  for (const account of ['alerts', 'relay']) {
    const { code, out } = await stage.run('test', account, '--round-trip');
    assert.is(code, 0, out);
    assert.match(
      out,
      /IMAP login +the mailbox is read \(\d+ ms\)\n.*SMTP probe +the probe left for alerts\+[a-z2-7]{43}@example\.com \(\d+ ms\)\n.*IMAP arrival .*\n.*SMTP answer .*\n.*IMAP reply +the answer was read and recognised \(\d+ ms\)\nEverything works\.\n$/s,
    );
  }
  assert.is(stage.sent().length, 4);
  for (const raw of stage.sent())
    assert.match(headerField(raw, 'Auto-Submitted'), /^auto-(generated|replied)$/);
  await until('the mails to be put away', () => stage.imap.mails('Acknowledged').length === 4);
  assert.equal(inbox(stage), ['Lunch']);
  assert.equal(stage.imap.mails()[0]?.flags, []);
  assert.equal(stage.host.acknowledged, []);
  assert.equal(stage.host.systemErrors, []);
  assert.is((await plugin.status()).alerts.firing, 1);
  assert.is((await stage.run('replies', '--json')).out, '');

  // Again, by somebody who has the old mails: they do nothing.
  const moved = stage.imap.mails('Acknowledged').length;
  for (const raw of stage.sent()) stage.deliver(raw);
  const last = `From: boss@example.com\r\nSubject: Later\r\n\r\nx\r\n`;
  stage.imap.append(last);
  await stage.passes('a look', () => inbox(stage).length === 6);
  assert.equal((await stage.run('test', 'alerts', '--round-trip')).code, 0);
  assert.is(inbox(stage).length, 6, 'left as they are');
  assert.is(stage.imap.mails('Acknowledged').length, moved + 2);
  assert.is((await stage.run('replies', '--json')).out, '');
});

test('Where none runs, the command reads the mailbox itself, and leaves no position behind.', async (context) => {
  const stage = await begin(context);
  const { code, out } = await stage.run('test', 'alerts', '--round-trip');
  assert.is(code, 0, out);
  assert.match(out, /IMAP reply +the answer was read/);
  assert.is(stage.imap.mails('Acknowledged').length, 2);
  // A reply of before is read by the first start as ever.
  await stage.start();
  assert.equal(stage.host.systemErrors, []);
  assert.is((await stage.run('test', 'nobody', '--round-trip')).code, 2);
});

test('Over POP3 a round trip is made look by look, however seldom that is.', async (context) => {
  const pop3 = await startPop3Server({ users: { [login.user]: login.pass } });
  context.ends.push(() => pop3.close());
  const stage = await begin(context, {}, pop3.port);
  stage.deliver = (raw) => void pop3.append(raw, { at: stage.clock.now() });
  await stage.start();
  const look = () => {
    const before = pop3.logins.accepted;
    return stage.passes('a look', () => pop3.logins.accepted > before);
  };
  const running = stage.run('test', 'alerts', '--round-trip');
  for (const sent of [1, 2]) {
    await until('the mail', () => pop3.mails().length === sent);
    await look();
  }
  const { code, out, err } = await running;
  assert.is(code, 0, out + err);
  const steps = ['POP3 login', 'SMTP probe', 'POP3 arrival', 'SMTP answer', 'POP3 reply'];
  assert.equal(out.match(/(?<=ok +)(SMTP|POP3|IMAP) \w+/g), steps);
  assert.is(pop3.mails().length, 2);
  assert.equal(stage.host.acknowledged, []);
  assert.equal(stage.host.systemErrors, []);
});

test('A mail that never arrives is a system error that names the step, until a round trip succeeds again.', async (context) => {
  const stage = await begin(context, { roundTrip: '1d' });
  const plugin = await stage.start();
  await stage.begins();
  await until('the first round trip', () => stage.imap.mails('Acknowledged').length === 2);
  assert.equal(stage.host.systemErrors, []);

  const { deliver } = stage;
  const lost: string[] = [];
  stage.deliver = (raw) => {
    lost.push(raw);
  };
  await stage.clock.forward(86_400_000 - 60_000);
  assert.is(lost.length, 0);
  await stage.passes('the system error', () => stage.host.systemErrors.length > 0);
  assert.equal(stage.host.systemErrors, [`raised ${fault}`]);
  const { json } = plugin.reportHeader();
  assert.match(JSON.stringify(json), /the probe left, and did not come within 5 min/);
  assert.match(JSON.stringify(json), /Junk/);

  // The answer is lost, and the probe not.
  stage.deliver = (raw) => {
    if (subjectOf(raw).startsWith('Re:')) lost.push(raw);
    else deliver(raw);
  };
  await stage.passes('the answer', () => lost.some((raw) => subjectOf(raw).startsWith('Re:')));
  await stage.passes('its step', () =>
    /the answer left, and did not/.test(JSON.stringify(plugin.reportHeader().json)),
  );
  await until('the probe to be put away', () => inbox(stage).length === 0);

  // Too late is put away as well.
  for (const raw of lost) deliver(raw);
  await until('the late ones to be put away', () => inbox(stage).length === 0);
  stage.deliver = deliver;
  await stage.begins();
  await until('the end of it', () => stage.host.systemErrors.length === 2);
  assert.equal(stage.host.systemErrors, [`raised ${fault}`, `cleared ${fault}`]);
});

test('A mailbox that is gone breaks the round trip, and it is whole again when the mailbox is back.', async (context) => {
  const stage = await begin(context, { roundTrip: '1h' });
  const plugin = await stage.start();
  await stage.imap.close();
  await stage.passes('the system error', () => stage.host.systemErrors.includes(`raised ${fault}`));
  assert.match(JSON.stringify(plugin.reportHeader().json), /the mailbox is not read/);
  assert.is(stage.sent().length, 0, 'nothing is sent that nobody could read');
  const { code, out } = await Promise.all([
    stage.run('test', 'relay', '--round-trip'),
    stage.passes('the end of the command', () =>
      stage.host.systemErrors.includes('raised ACK_ROUND_TRIP relay'),
    ),
  ]).then(([ended]) => ended);
  assert.is(code, 1);
  assert.match(out, /IMAP login .*the mailbox is not read/);

  await stage.startImap();
  await stage.begins();
  await until('the end of it', () => stage.host.systemErrors.includes(`cleared ${fault}`));
});

test('What was altered on its way is no mail of a round trip, and is left as it was.', async (context) => {
  const stage = await begin(context, { roundTrip: '1h' });
  const plugin = await stage.start();
  // Everything that is ours is altered on its way: the MAC fits no more.
  const { deliver } = stage;
  stage.deliver = (raw) =>
    deliver(
      raw.replace(/([a-z2-7]{43})/g, (_, ref: string) => ref.slice(0, 42) + (ref.endsWith('a') ? 'b' : 'a')),
    );
  await stage.passes('the system error', () => stage.host.systemErrors.includes(`raised ${fault}`));
  assert.match(JSON.stringify(plugin.reportHeader().json), /the probe left, and did not come/);
  assert.ok(inbox(stage).length > 0, 'left as it was');
});

test.run();
