import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { AckmailProcess } from '../helpers/ackmail-process.js';
import { until } from '../helpers/until.js';
import { alerts, patienceMs, person, type Stage, startStage } from './helpers/stage.js';

// What Dovecot says to tokens that it does not take, and what people are told then. The tests go on from one another.

const test = suite<{ stage: Stage; serving: AckmailProcess }>('login refusals');
const mailScope = 'mail.use';
const base = 'openid profile email offline_access';

test.before(async (context) => {
  context.stage = await startStage({ mailScope });
});

test.after(async ({ stage }) => {
  await stage?.close();
});

const servers = ({ servers: { dovecot } }: Stage) =>
  `smtp: { host: localhost, port: ${dovecot.submissionPort}, security: starttls, tls: { ca: ca.pem } }
imap: { host: localhost, port: ${dovecot.imapPort}, security: tls, tls: { ca: ca.pem } }`;

/** Serves with these settings of the account in place of those before. */
async function serveWith(
  context: { stage: Stage; serving: AckmailProcess },
  account: string,
  isWatched = true,
): Promise<void> {
  const { stage, serving } = context;
  serving?.child.kill('SIGTERM');
  await serving?.ended;
  await stage.configure(`${account}\n${servers(stage)}`, { isWatched });
  context.serving = await stage.serve();
}

const oauth = ({ authorization }: Stage, scope: string) => `issuer: ${authorization.issuer}
clientId: ackmail
clientSecret: \${file:client.secret}
scope: ${scope}`;

async function statusOf(stage: Stage): Promise<string> {
  const command = stage.run('status');
  assert.is(await command.ended, 0, command.output());
  return command.output();
}

test('A token without the scope that a mail server demands is renewed once, then told with what to change; nothing is lost.', async (context) => {
  const { stage } = context;
  await serveWith(context, oauth(stage, base));
  await stage.signIn();
  assert.is(await stage.post('Scope'), 200);
  await stage.reported('SMTP_LOGIN_REFUSED');
  const header = await stage.reported('IMAP_LOGIN_REFUSED');
  assert.match(header, /`scope` asks for what it demands/);
  assert.not.match(header, 'OAUTH_');
  const status = await statusOf(stage);
  assert.match(status, /alerts .* authorized +alerts@example.com/);
  assert.match(status, /ops +email +1/);
  const log = await stage.servers.dovecot.log();
  assert.match(log, `Token is not valid for scope '${mailScope}'`);
  assert.is(stage.authorization.requests.refresh, 1, 'one renewal for SMTP and IMAP together');

  await serveWith(context, oauth(stage, `${base} ${mailScope}`));
  await stage.signIn();
  await stage.received('Scope');
  await stage.quiet();
});

test('A token that the server ends before its time is renewed by itself, by IMAP and by SMTP, and nobody is told.', async (context) => {
  const { stage } = context;
  const { authorization, servers } = stage;
  const account = oauth(stage, `${base} ${mailScope}`);
  const isQuietWhile = async (work: () => Promise<unknown>) => {
    const refreshes = authorization.requests.refresh;
    const before = context.serving.output().length;
    authorization.endAccessTokens(alerts);
    await servers.dovecot.kick(alerts);
    await work();
    assert.is(authorization.requests.refresh, refreshes + 1);
    assert.not.match(context.serving.output().slice(before), /LOGIN_REFUSED|OAUTH_/);
  };
  const isWatching = async () => /alerts +watching/.test(await statusOf(stage));
  const logins = async () =>
    (await servers.dovecot.log()).split(`imap-login: Info: Login: user=<${alerts}>`).length;

  // Each in a process of its own, since a renewal is forced once a minute.
  await serveWith(context, account);
  await until('the reading', isWatching, patienceMs);
  await isQuietWhile(async () => {
    const before = await logins();
    await until('the next login', async () => (await logins()) > before, patienceMs);
    await until('the reading', isWatching, patienceMs);
  });
  await serveWith(context, account, false);
  assert.is(await stage.post('Good'), 200);
  await stage.received('Good');
  await isQuietWhile(async () => {
    assert.is(await stage.post('Ended'), 200);
    await stage.received('Ended');
  });
});

test('A token of a user who may not open the mailbox is refused by IMAP alone: mail leaves, and both names are told.', async (context) => {
  const { stage } = context;
  await serveWith(context, `${oauth(stage, `${base} ${mailScope}`)}\nuser: ${person}`);
  await stage.reported('OAUTH_AUTHORIZATION_REQUIRED');
  await stage.signIn(person);
  const header = await stage.reported('IMAP_LOGIN_REFUSED');
  assert.match(header, `lets ${person} into ${alerts}`);
  assert.is(await stage.post('Delegate'), 200);
  await stage.received('Delegate');
  const after = await stage.reported('IMAP_LOGIN_REFUSED');
  assert.not.match(after, /SMTP_LOGIN_REFUSED|OAUTH_/);
  assert.match(await statusOf(stage), /alerts .* authorized +ops@example.com/);
  assert.match(await stage.servers.dovecot.log(), `Username '${alerts}' did not match '${person}'`);
});

test('A wrong password is told as one, by SMTP and by IMAP.', async (context) => {
  const { stage } = context;
  await serveWith(context, 'grant: password\npassword: the-secret-of-nobody');
  assert.is(await stage.post('Password'), 200);
  const header = await stage.reported('SMTP_LOGIN_REFUSED');
  assert.match(header, 'Check `password`');
  assert.not.match(header, 'OAUTH_');
  const testing = stage.run('test', 'alerts');
  assert.is(await testing.ended, 1);
  for (const server of ['SMTP', 'IMAP']) assert.match(testing.output(), `FAILED ${server} login`);
  assert.match(await stage.servers.dovecot.log(), 'Password mismatch');
});

test.run();
