import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ImapFlow } from 'imapflow';
import { createTransport } from 'nodemailer';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type AuthorizationServer, startAuthorizationServer } from '../helpers/authorization-server.js';
import { testCertificate } from '../helpers/certificate.js';
import { until } from '../helpers/until.js';
import { accessToken } from './helpers/access-token.js';
import { startAlertmanager } from './helpers/alertmanager.js';
import { type MailServers, startMailServers } from './helpers/mail-servers.js';
import { headerField, replyWithSwaks } from './helpers/reply-with-swaks.js';
import { findBinary } from './helpers/server-process.js';
import { sendWithSwaks } from './helpers/swaks.js';

// That the real servers of the lab do what the live story stands on.

const alerts = 'alerts@example.com';
const person = 'ops@example.com';
const client = {
  clientId: 'ackmail',
  clientSecret: 'the-secret-of-the-client',
  redirectUri: 'http://localhost:1/oauth/callback',
};

const test = suite<{ authorization: AuthorizationServer; servers: MailServers; ca: string }>('servers');

test.before(async (lab) => {
  lab.authorization = await startAuthorizationServer({
    users: [alerts, person],
    clientId: client.clientId,
    clientSecret: client.clientSecret,
    redirectUris: [client.redirectUri],
  });
  lab.servers = await startMailServers({
    introspectionUrl: lab.authorization.introspectionUrl,
    users: [alerts, person],
    passwords: { [person]: 'correct horse' },
  });
  lab.ca = (await testCertificate()).cert;
});

test.after(async (lab) => {
  await lab.servers?.close();
  await lab.authorization?.close();
});

test('IMAP takes a token by XOAUTH2, and refuses a bad one, another user and one that was revoked', async (lab) => {
  const login = async (user: string, auth: { accessToken: string } | { pass: string }) => {
    const imap = new ImapFlow({
      host: 'localhost',
      port: lab.servers.dovecot.imapPort,
      secure: true,
      tls: { ca: lab.ca },
      auth: { user, ...auth },
      logger: false,
    });
    imap.on('error', () => {});
    try {
      await imap.connect();
      const capable = ['IDLE', 'UIDPLUS', 'MOVE', 'AUTH=XOAUTH2'].map((name) => imap.capabilities.has(name));
      await imap.logout();
      return capable.slice(0, 3).every(Boolean) ? 'in' : 'not capable';
    } catch (thrown) {
      const failed =
        thrown instanceof Error && 'authenticationFailed' in thrown && thrown.authenticationFailed;
      return failed === true ? 'refused' : `${thrown}`;
    }
  };
  const token = await accessToken(lab.authorization, client, alerts);
  assert.is(await login(alerts, { accessToken: token }), 'in');
  assert.is(await login(alerts, { accessToken: 'no-such-token' }), 'refused');
  assert.is(await login(person, { accessToken: token }), 'refused');
  assert.is(await login(person, { pass: 'correct horse' }), 'in');
  assert.is(await login(person, { pass: 'wrong' }), 'refused');
  lab.authorization.revoke(alerts);
  assert.is(await login(alerts, { accessToken: token }), 'refused');
});

test('what is submitted with a token arrives through Postfix, and a bad token is refused with 535', async (lab) => {
  const submit = (token: string) => {
    const transport = createTransport({
      host: 'localhost',
      port: lab.servers.dovecot.submissionPort,
      requireTLS: true,
      tls: { ca: lab.ca },
      auth: { type: 'OAuth2', user: alerts, accessToken: token },
    });
    const mail = { from: alerts, to: person, subject: 'by token', text: 'hello' };
    return transport.sendMail(mail).finally(() => transport.close());
  };
  await submit(await accessToken(lab.authorization, client, alerts));
  const arrived = await until('the mail that was submitted', async () =>
    (await lab.servers.dovecot.mails(person)).find((mail) => headerField(mail, 'Subject') === 'by token'),
  );
  assert.match(arrived, 'relay.example.com (Postfix)');
  const refused = await submit('no-such-token').catch((error) => error);
  assert.is(refused.responseCode, 535);
});

test('submission takes no mail without login', async (lab) => {
  const anonymous = createTransport({
    host: 'localhost',
    port: lab.servers.dovecot.submissionPort,
    tls: { ca: lab.ca },
  });
  const refused = await anonymous.sendMail({ from: person, to: person, text: 'no' }).catch((error) => error);
  assert.is(refused.responseCode, 530);
  anonymous.close();
});

test('a mail sent by swaks arrives; so does one to a subaddress, in INBOX', async (lab) => {
  const { postfix, dovecot } = lab.servers;
  const mail = { port: postfix.port, from: person, subject: 'by swaks', body: 'grüße\n' };
  await sendWithSwaks({ ...mail, to: alerts });
  await sendWithSwaks({ ...mail, to: 'alerts+ref-4711@example.com', subject: 'to a subaddress' });
  const inbox = await until('two mails', async () => {
    const mails = await dovecot.mails(alerts);
    return mails.length >= 2 && mails;
  });
  const subjects = inbox.map((each) => headerField(each, 'Subject'));
  assert.equal(subjects.sort(), ['by swaks', 'to a subaddress']);
  assert.match(inbox.join(''), 'grüße');
  assert.match(inbox.join(''), 'alerts+ref-4711@example.com');
});

test('a reply by swaks is what a mail client sends', async (lab) => {
  const { postfix, dovecot } = lab.servers;
  const raw = [
    'From: Alerts <alerts@example.com>',
    'To: ops@example.com',
    'Reply-To: Ackmail <alerts+abc@example.com>',
    'Message-ID: <m1@example.com>',
    'References: <root@example.com>',
    'Subject: [CRITICAL] =?utf-8?q?Disk_f=C3=BCll?= on',
    ' db1 [tag]',
    'Date: Sun, 01 Mar 2026 03:00:00 +0000',
    'Content-Type: text/plain; charset=utf-8',
    '',
    '91 % used since 02:58 UTC',
    'second line',
    '',
  ].join('\r\n');
  await dovecot.deliver(person, raw);
  const mail = await until('the alert mail', async () =>
    (await dovecot.mails(person)).find((each) => headerField(each, 'Message-ID') === '<m1@example.com>'),
  );
  await replyWithSwaks({ mail, from: person, words: 'on it', port: postfix.port });
  const reply = await until('the reply', async () =>
    (await dovecot.mails(alerts)).find((each) => headerField(each, 'In-Reply-To') === '<m1@example.com>'),
  );
  assert.is(headerField(reply, 'References'), '<root@example.com> <m1@example.com>');
  assert.is(headerField(reply, 'Subject'), 'Re: [CRITICAL] =?utf-8?q?Disk_f=C3=BCll?= on db1 [tag]');
  assert.is(headerField(reply, 'To'), 'alerts+abc@example.com');
  assert.match(headerField(reply, 'From') ?? '', person);
  const body = reply.replace(/\r\n/g, '\n').split('\n\n').slice(1).join('\n\n');
  assert.match(body, /^on it\n\nOn Sun, 01 Mar 2026 .* wrote:\n> 91 % used since 02:58 UTC\n> second line\n/);
});

test('a mail for an unknown person or another domain does not arrive', async (lab) => {
  const { postfix, dovecot } = lab.servers;
  const mail = { port: postfix.port, from: person, subject: 'lost', body: 'lost' };
  await sendWithSwaks({ ...mail, to: 'nobody@example.com' });
  const bounce = await until('the bounce', async () =>
    (await dovecot.mails(person)).find((each) => /Undelivered Mail/.test(headerField(each, 'Subject') ?? '')),
  );
  assert.match(bounce, 'nobody@example.com');
});

test('Alertmanager posts what fires and what is resolved, and is quiet under a silence', async () => {
  const posts: { readonly authorization: string | undefined; readonly body: string }[] = [];
  const hook = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    posts.push({ authorization: request.headers.authorization, body });
    response.end();
  });
  await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
  const { port } = hook.address() as AddressInfo;
  const server = await startAlertmanager({
    webhookUrl: `http://127.0.0.1:${port}/monitors/prod`,
    secret: 'hook secret',
  });
  try {
    const labels = { alertname: 'DiskFull', instance: 'db1' };
    await server.post([{ labels, generatorURL: 'http://prometheus.example.com/' }]);
    await until('the alert', () => posts.length > 0);
    assert.is(posts[0]?.authorization, 'Bearer hook secret');
    assert.is(JSON.parse(posts[0]?.body ?? '').alerts[0].status, 'firing');
    assert.equal(
      (await server.alerts()).map((alert) => alert.labels),
      [labels],
    );
    assert.equal(await server.silences(), []);
    await server.post([{ labels, endsAt: new Date() }]);
    await until('the end', () => posts.some(({ body }) => JSON.parse(body).alerts[0].status === 'resolved'));
    assert.equal(await server.alerts(), []);
  } finally {
    await server.close();
    hook.closeAllConnections();
    hook.close();
  }
});

test('two labs stand side by side', async (lab) => {
  const second = await startMailServers({
    introspectionUrl: lab.authorization.introspectionUrl,
    users: [person],
  });
  await sendWithSwaks({
    port: second.postfix.port,
    from: alerts,
    to: person,
    subject: 'in the second',
    body: '.',
  });
  await until('the mail', async () => (await second.dovecot.mails(person)).length === 1);
  await second.close();
  assert.not.ok(
    (await lab.servers.dovecot.mails(person)).some(
      (mail) => headerField(mail, 'Subject') === 'in the second',
    ),
  );
});

test('a server that is missing is a failure that names the way to install it', async () => {
  const thrown = await findBinary('no-such-server').catch((error) => error);
  assert.match(thrown.message, 'npm run lab:install');
});

test.run();
