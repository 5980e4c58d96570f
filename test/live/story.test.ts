import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type AckmailProcess, startAckmail } from '../helpers/ackmail-process.js';
import { type AuthorizationServer, startAuthorizationServer } from '../helpers/authorization-server.js';
import { testCertificate } from '../helpers/certificate.js';
import { freePort } from '../helpers/free-port.js';
import { until } from '../helpers/until.js';
import { type Alertmanager, startAlertmanager } from './helpers/alertmanager.js';
import { type MailServers, startMailServers } from './helpers/mail-servers.js';
import { headerField, replyWithSwaks } from './helpers/reply-with-swaks.js';

// The whole story on real servers: Alertmanager, Dovecot, Postfix, swaks, and `ackmail` as a process of its own.
// The tests go on from one another.

const alerts = 'alerts@example.com';
const person = 'ops@example.com';
const patienceMs = 45_000;

interface Story {
  dir: string;
  port: number;
  authorization: AuthorizationServer;
  servers: MailServers;
  alertmanager: Alertmanager;
  serve: AckmailProcess;
}

const test = suite<Story>('live story');

test.before(async (story) => {
  story.dir = await mkdtemp(join(tmpdir(), 'ackmail-live-'));
  story.port = await freePort();
  story.authorization = await startAuthorizationServer({
    users: [alerts, person],
    clientId: 'ackmail',
    clientSecret: 'the-secret-of-the-client',
    redirectUris: [`http://localhost:${story.port}/oauth/callback`],
  });
  story.servers = await startMailServers({
    introspectionUrl: story.authorization.introspectionUrl,
    users: [alerts, person],
  });
  story.alertmanager = await startAlertmanager({
    webhookUrl: `http://127.0.0.1:${story.port}/monitors/prod`,
    secret: 'the-secret-of-the-hook',
  });
  await writeFile(join(story.dir, 'ca.pem'), (await testCertificate()).cert);
  await writeFile(join(story.dir, 'client.secret'), 'the-secret-of-the-client\n');
  await writeFile(join(story.dir, 'ackmail.yaml'), settings(story));
});

test.after(async (story) => {
  story.serve?.child.kill('SIGTERM');
  await story.serve?.ended;
  await story.alertmanager?.close();
  await story.servers?.close();
  await story.authorization?.close();
  await rm(story.dir, { recursive: true, force: true });
});

test('check finds the settings right, serve starts and asks for the sign-in', async (story) => {
  const check = startAckmail(['check'], { cwd: story.dir, env: secrets });
  assert.is(await check.ended, 0, check.output());
  story.serve = startAckmail(['serve'], { cwd: story.dir, env: secrets });
  await story.serve.printed(/ackmail: ready/);
  await until('the system error', async () =>
    (await reportHeader(story)).includes('OAUTH_AUTHORIZATION_REQUIRED'),
  );
});

test('authorize takes the URL that the browser ended on, typed at its prompt', async (story) => {
  await signIn(story);
  await until('the end of the error', async () => (await reportHeader(story)) === '[]');
});

test('test goes through every step with the real servers', async (story) => {
  const command = startAckmail(['test', 'alerts'], { cwd: story.dir, env: secrets });
  assert.is(await command.ended, 0, command.output());
  for (const step of ['name', 'tcp', 'tls', 'token', 'login', 'mail'])
    assert.match(command.output(), new RegExp(`\\b${step}\\b`, 'i'));
  await until(
    'the test mail',
    async () => (await story.servers.dovecot.mails(alerts)).length > 0,
    patienceMs,
  );
});

test('an alert of Alertmanager arrives as mail, and a reply by swaks silences it', async (story) => {
  await post(story, 'DiskFull');
  const mail = await received(story, 1);
  assert.match(headerField(mail, 'Subject') ?? '', /^\[CRITICAL\] DiskFull on db1/);
  await reply(story, mail, 'on it, the log partition again');
  await until('the alert to be silenced', () => silenced(story, 'DiskFull'), patienceMs);
  const [silence] = (await story.alertmanager.silences()).filter(({ status }) => status.state === 'active');
  assert.match(silence?.comment ?? '', /^ACK! /);
  assert.is(silence?.createdBy, person);
  const moved = () => story.servers.dovecot.mails(alerts, 'Acknowledged');
  await until('the reply to be moved', async () => (await moved()).length === 1, patienceMs);
});

test('its end is told in the thread, says who had it, and the silence is gone', async (story) => {
  await post(story, 'DiskFull', new Date());
  const resolved = await received(story, 2);
  const [fired = ''] = await story.servers.dovecot.mails(person);
  assert.match(headerField(resolved, 'Subject') ?? '', /^\[RESOLVED\] DiskFull on db1/);
  assert.match(headerField(resolved, 'References') ?? '', headerField(fired, 'Message-ID') ?? 'none');
  assert.match(resolved, person);
  await until('the silence to end', async () => (await activeSilences(story)).length === 0, patienceMs);
});

test('it fires again and a second mail comes; an acknowledgement is given back', async (story) => {
  await post(story, 'DiskFull');
  const again = await received(story, 3);
  assert.match(headerField(again, 'Subject') ?? '', /^\[CRITICAL\] DiskFull on db1/);
  assert.is(await silenced(story, 'DiskFull'), false);
  await reply(story, again, 'ack 2h');
  await until('the alert to be silenced', () => silenced(story, 'DiskFull'), patienceMs);
  await reply(story, again, 'unack cannot get at it');
  await until('the silence to end', async () => (await activeSilences(story)).length === 0, patienceMs);
  const told = await received(story, 4);
  assert.match(headerField(told, 'Subject') ?? '', /^\[CRITICAL\] DiskFull on db1/);
});

test('the grant is revoked: nothing is lost, the report says so, and after the sign-in the mail leaves', async (story) => {
  story.authorization.revoke(alerts);
  await story.servers.dovecot.kick(alerts);
  await post(story, 'HighLoad');
  const header = await until(
    'the system error',
    async () => {
      const text = await reportHeader(story);
      return text.includes('OAUTH_AUTHORIZATION_REQUIRED') && text;
    },
    patienceMs,
  );
  assert.match(header, story.authorization.issuer);
  assert.is((await story.servers.dovecot.mails(person)).length, 4);
  await signIn(story);
  const mail = await received(story, 5);
  assert.match(headerField(mail, 'Subject') ?? '', /^\[CRITICAL\] HighLoad on db1/);
  await reply(story, mail, '');
  await until('the alert to be silenced', () => silenced(story, 'HighLoad'), patienceMs);
});

test('serve ends cleanly on SIGTERM, and its log holds no secret', async (story) => {
  story.serve.child.kill('SIGTERM');
  assert.is(await story.serve.ended, 0);
  assert.not.match(story.serve.output(), /the-secret-of|state=|code=/);
});

const secrets = { HOOK_SECRET: 'the-secret-of-the-hook' };

function settings({ authorization, servers, alertmanager, port }: Story): string {
  return `accounts:
  alerts:
    mailbox: ${alerts}
    issuer: ${authorization.issuer}
    clientId: ackmail
    clientSecret: \${file:client.secret}
    smtp: { host: localhost, port: ${servers.dovecot.submissionPort}, security: starttls, tls: { ca: ca.pem } }
    imap: { host: localhost, port: ${servers.dovecot.imapPort}, security: tls, tls: { ca: ca.pem } }
actions:
  - { name: ops, type: email, account: alerts, to: [${person}] }
acknowledgement: { account: alerts, authservId: relay.example.com, answers: { confirm: false, tellOthers: false } }
monitors:
  prod: { type: alertmanager, url: '${alertmanager.url}', secret: '\${env:HOOK_SECRET}', poll: 1s, resolvedAfter: 3s }
http: { listen: '127.0.0.1:${port}', token: the-secret-of-the-report }
`;
}

async function signIn(story: Story): Promise<void> {
  const command = startAckmail(['authorize', 'alerts'], { cwd: story.dir, env: secrets });
  const [url] = await command.printed(/https?:\/\/\S*[?&]state=\S+/);
  command.type(await story.authorization.signIn(url, alerts));
  await command.printed(/Authentication complete/);
  assert.is(await command.ended, 0, command.output());
}

async function post({ alertmanager }: Story, alertname: string, endsAt?: Date): Promise<void> {
  await alertmanager.post([
    {
      labels: { alertname, instance: 'db1', severity: 'critical' },
      annotations: { summary: `${alertname} on db1` },
      ...(endsAt ? { endsAt } : {}),
    },
  ]);
}

async function received({ servers }: Story, count: number): Promise<string> {
  const mails = await until(
    `mail number ${count}`,
    async () => {
      const found = await servers.dovecot.mails(person);
      return found.length >= count && found;
    },
    patienceMs,
  );
  assert.is(mails.length, count);
  return mails[count - 1] ?? '';
}

function reply({ servers }: Story, mail: string, words: string): Promise<void> {
  return replyWithSwaks({ mail, from: person, words, port: servers.postfix.port });
}

async function silenced({ alertmanager }: Story, alertname: string): Promise<boolean> {
  const found = (await alertmanager.alerts()).find(({ labels }) => labels['alertname'] === alertname);
  return found?.status.state === 'suppressed';
}

async function activeSilences({ alertmanager }: Story) {
  return (await alertmanager.silences()).filter(({ status }) => status.state === 'active');
}

async function reportHeader({ port }: Story): Promise<string> {
  const headers = { authorization: 'Bearer the-secret-of-the-report' };
  return (await fetch(`http://localhost:${port}/report-header?format=json`, { headers })).text();
}

test.run();
