import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { AckmailProcess } from '../helpers/ackmail-process.js';
import { until } from '../helpers/until.js';
import { type Alertmanager, startAlertmanager } from './helpers/alertmanager.js';
import { mailOfOthers } from './helpers/mail-of-others.js';
import { replyWithNeomutt } from './helpers/reply-with-neomutt.js';
import { replyWithSwaks, type SwaksReply } from './helpers/reply-with-swaks.js';
import { alerts, hookSecret, patienceMs, person, type Stage, startStage } from './helpers/stage.js';

// The whole story over POP3: Alertmanager, `ackmail serve`, Dovecot and Postfix, and replies by software that is not ours,
// in a maildrop that other people use, too. By each way to log in, and each way into TLS.

const password = 'the-secret-of-the-mailbox';

const test = suite<{ ends: (() => Promise<unknown>)[] }>('live pop3');

test.before.each((context) => {
  context.ends = [];
});
test.after.each(async ({ ends }) => {
  for (const end of ends) await end();
});

test('By XOAUTH2 over TLS, Dovecot down in the middle: every reply acknowledges once.', async ({ ends }) => {
  const story = await begin(ends, 'plain xoauth2', 'tls', true);
  const { stage, alertmanager } = story;
  const serving = await stage.serve();
  await stage.signIn();
  await story.looked();
  await post(alertmanager, 'DiskFull', 'HighLoad');
  const [disk = '', load = ''] = await stage.received('DiskFull', 'HighLoad');
  await story.reply(replyWithSwaks, disk, 'on it, the log partition again');
  await story.reply(replyWithNeomutt, load, 'ack 2h a backup runs');
  await silenced(alertmanager, 'DiskFull', 'on it, the log partition again');
  await silenced(alertmanager, 'HighLoad', 'a backup runs');

  await post(alertmanager, 'NoPower');
  const [power = ''] = await stage.received('NoPower');
  const isDown = /POP3 server \S+ of account alerts cannot be reached/;
  await stage.servers.dovecot.restart(async () => {
    await story.reply(replyWithSwaks, power, 'the lights are out');
    await serving.printed(isDown, patienceMs);
  });
  await silenced(alertmanager, 'NoPower', 'the lights are out');
  await endOf(serving);
  await tests(stage, true);
  await story.isLeftAlone(3, 'XOAUTH2');
});

test('By OAUTHBEARER after STLS: what came while nobody read is found at the next start.', async ({
  ends,
}) => {
  const story = await begin(ends, 'plain xoauth2 oauthbearer', 'starttls', true);
  const { stage, alertmanager } = story;
  const serving = await stage.serve();
  await stage.signIn();
  await story.looked();
  await post(alertmanager, 'DiskFull');
  const [mail = ''] = await stage.received('DiskFull');
  await endOf(serving);
  await story.reply(replyWithSwaks, mail, 'on it');
  await until('the reply', async () => (await story.dump()).length > mailsOfOthers, patienceMs);
  const next = await stage.serve();
  await silenced(alertmanager, 'DiskFull', 'on it');
  await endOf(next);
  await tests(stage, true);
  await story.isLeftAlone(1, 'OAUTHBEARER');
});

test('By password after STLS: a reply acknowledges.', async ({ ends }) => {
  const story = await begin(ends, 'plain login', 'starttls', false);
  const { stage, alertmanager } = story;
  const serving = await stage.serve();
  await post(alertmanager, 'DiskFull');
  const [mail = ''] = await stage.received('DiskFull');
  await story.reply(replyWithNeomutt, mail, 'on it');
  await silenced(alertmanager, 'DiskFull', 'on it');
  await endOf(serving);
  await tests(stage, false);
  await story.isLeftAlone(1, 'PLAIN');
});

const inMaildrop = mailOfOthers.filter(({ mailbox }) => mailbox === undefined);
const mailsOfOthers = inMaildrop.length;

/** Starts all but Ackmail, with the mail of others in the maildrop. `mechanisms` are those of Dovecot. */
async function begin(
  ends: (() => Promise<unknown>)[],
  mechanisms: string,
  security: 'tls' | 'starttls',
  isOAuth: boolean,
) {
  const stage = await startStage({ mechanisms, passwords: { [alerts]: password } });
  ends.unshift(stage.close);
  const { dovecot, postfix } = stage.servers;
  const alertmanager = await startAlertmanager({
    webhookUrl: `http://127.0.0.1:${stage.port}/monitors/prod`,
    secret: hookSecret,
  });
  ends.unshift(alertmanager.close);
  await writeFile(join(stage.dir, 'mailbox.secret'), `${password}\n`);
  const login = isOAuth
    ? `issuer: ${stage.authorization.issuer}\nclientId: ackmail\nclientSecret: \${file:client.secret}`
    : 'grant: password\npassword: ${file:mailbox.secret}';
  const port = security === 'tls' ? dovecot.pop3Port : dovecot.pop3StlsPort;
  await stage.configure(
    `${login}
smtp: { host: localhost, port: ${dovecot.submissionPort}, security: starttls, tls: { ca: ca.pem } }
pop3: { host: localhost, port: ${port}, security: ${security}, tls: { ca: ca.pem }, poll: 10s }`,
    { alertmanagerUrl: alertmanager.url },
  );
  for (const { raw, ...where } of inMaildrop) await dovecot.append(alerts, raw, where);
  const dump = () => dovecot.dump(alerts);
  const before = await dump();
  assert.is(before.length, mailsOfOthers);
  /** What Dovecot logged of logins and ends of sessions of POP3. */
  const logged = async (text: string) =>
    (await dovecot.log()).split('\n').filter((line) => line.includes('pop3') && line.includes(text));

  return {
    stage,
    alertmanager,
    dump,
    looked: () => until('the first look', async () => (await logged('Logged out')).length > 0, patienceMs),
    reply: (by: (reply: SwaksReply) => Promise<void>, mail: string, words: string) =>
      by({ mail, from: person, words, port: postfix.port }),
    /** That all sessions were of this kind, read these many mails and removed none, and left those of others as they were. */
    async isLeftAlone(replies: number, mechanism: string) {
      assert.equal((await dump()).slice(0, mailsOfOthers), before);
      const logins = await logged('Info: Login:');
      for (const line of logins) assert.match(line, new RegExp(`method=${mechanism}, .* TLS`));
      // One that Ackmail is stopped in does not log out, but has read all the same.
      const sessions = await logged('retr=');
      const sum = (pattern: RegExp) =>
        sessions.reduce((total, line) => total + Number(pattern.exec(line)?.[1]), 0);
      assert.is(sum(/retr=(\d+)/), replies);
      assert.is(sum(/del=(\d+)/), 0);
    },
  };
}

async function post(alertmanager: Alertmanager, ...alertnames: readonly string[]): Promise<void> {
  await alertmanager.post(
    alertnames.map((alertname) => ({
      labels: { alertname, instance: 'db1', severity: 'critical' },
      annotations: { summary: `${alertname} on db1` },
    })),
  );
}

/** Waits until an alert is under one silence, by the person and in these words. */
async function silenced(alertmanager: Alertmanager, alertname: string, words: string): Promise<void> {
  const by = await until(
    `the silence of ${alertname}`,
    async () => {
      const found = (await alertmanager.alerts()).find(({ labels }) => labels['alertname'] === alertname);
      return found?.status.state === 'suppressed' && found.status.silencedBy;
    },
    patienceMs,
  );
  const silences = (await alertmanager.silences()).filter(({ id }) => by.includes(id));
  assert.equal(
    silences.map(({ createdBy }) => createdBy),
    [person],
  );
  assert.ok(silences[0]?.comment.startsWith(`ACK! ${words}`), silences[0]?.comment);
}

async function endOf(serving: AckmailProcess): Promise<void> {
  serving.child.kill('SIGTERM');
  assert.is(await serving.ended, 0);
}

/** Goes through every step of `ackmail test`. */
async function tests(stage: Stage, isOAuth: boolean): Promise<void> {
  const command = stage.run('test', 'alerts');
  assert.is(await command.ended, 0, command.output());
  const steps = command.output().match(/(?<=ok +POP3 )\w+/g);
  assert.equal(steps, ['name', 'tcp', 'tls', ...(isOAuth ? ['token'] : []), 'login'], command.output());
  assert.match(command.output(), /the maildrop holds \d+ mails/);
}

test.run();
