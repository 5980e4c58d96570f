import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { AckmailProcess } from '../helpers/ackmail-process.js';
import { until } from '../helpers/until.js';
import { holdMaildrop } from './helpers/hold-maildrop.js';
import { alerts, patienceMs, person, type Stage, startStage } from './helpers/stage.js';

// What Dovecot says over POP3 to logins that it does not take, and what people are told then. The tests go on from one
// another.

const test = suite<{ stage: Stage; serving: AckmailProcess }>('pop3 refusals');
const mailScope = 'mail.use';
const base = 'openid profile email offline_access';
const password = 'the-secret-of-the-mailbox';

test.before(async (context) => {
  context.stage = await startStage({ mailScope, passwords: { [alerts]: password } });
});

test.after(async ({ stage }) => {
  await stage?.close();
});

/** Serves with these settings of the account in place of those before. */
async function serveWith(context: { stage: Stage; serving: AckmailProcess }, account: string): Promise<void> {
  const { stage, serving } = context;
  const { dovecot } = stage.servers;
  serving?.child.kill('SIGTERM');
  await serving?.ended;
  await stage.configure(`${account}
smtp: { host: localhost, port: ${dovecot.submissionPort}, security: starttls, tls: { ca: ca.pem } }
pop3: { host: localhost, port: ${dovecot.pop3Port}, security: tls, tls: { ca: ca.pem }, poll: 10s }`);
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

/** What the login of `ackmail test` fails with, and what is to be done about it. */
async function testedLogin(stage: Stage): Promise<string> {
  const command = stage.run('test', 'alerts');
  assert.is(await command.ended, 1, command.output());
  const [, found = ''] = /FAILED POP3 login (.*\n.*)/.exec(command.output()) ?? [];
  return found;
}

test('A token without the scope that the server demands is renewed once, then told with what to change.', async (context) => {
  const { stage } = context;
  await serveWith(context, oauth(stage, base));
  await stage.signIn();
  const header = await stage.reported('POP3_LOGIN_REFUSED');
  assert.match(header, '[AUTH] Authentication failed.');
  assert.match(header, /`scope` asks for what it demands/);
  assert.not.match(header, 'OAUTH_');
  assert.is(stage.authorization.requests.refresh, 1);
  assert.match(await testedLogin(stage), /refuses the login of account alerts: .*\n.*`scope` asks for what/);
  assert.match(await stage.servers.dovecot.log(), `Token is not valid for scope '${mailScope}'`);
});

test('A maildrop that another program holds is waited for, and nobody is told; nor of a token that ends before its time.', async (context) => {
  const { stage } = context;
  const { authorization, servers } = stage;
  const other = await holdMaildrop(servers.dovecot.pop3Port, alerts, password);
  await serveWith(context, oauth(stage, `${base} ${mailScope}`));
  await stage.signIn();
  const isHeld = /it refuses AUTH OAUTHBEARER: \[IN-USE\] Mailbox is locked by another POP3 session/;
  const [login] = await Promise.all([testedLogin(stage), context.serving.printed(isHeld, patienceMs)]);
  assert.match(login, isHeld);
  assert.match(login, 'see that no other program holds the maildrop');
  assert.match(await statusOf(stage), isHeld);

  await other.letGo();
  const isWatching = async () => /alerts +watching/.test(await statusOf(stage));
  await until('the reading', isWatching, patienceMs);
  await stage.quiet();

  const refreshes = authorization.requests.refresh;
  const before = context.serving.output().length;
  authorization.endAccessTokens(alerts);
  await until('a renewal', () => authorization.requests.refresh > refreshes, patienceMs);
  const looks = async () => (await servers.dovecot.log()).match(/pop3.*: Logged out/g)?.length ?? 0;
  const lookedBefore = await looks();
  await until('the next look', async () => (await looks()) > lookedBefore, patienceMs);
  assert.not.match(context.serving.output().slice(before), /LOGIN_REFUSED|OAUTH_/);
  await stage.quiet();
});

test('A token of a user who may not open the mailbox is refused, and both names are told.', async (context) => {
  const { stage } = context;
  await serveWith(context, `${oauth(stage, `${base} ${mailScope}`)}\nuser: ${person}`);
  await stage.signIn(person);
  await stage.reported(`lets ${person} into ${alerts}`);
  const header = await stage.reported('POP3_LOGIN_REFUSED');
  assert.not.match(header, /SMTP_LOGIN_REFUSED|OAUTH_/);
});

test('A wrong password is told as one.', async (context) => {
  const { stage } = context;
  await writeFile(join(stage.dir, 'wrong.secret'), 'the-secret-of-nobody\n');
  await serveWith(context, 'grant: password\npassword: ${file:wrong.secret}');
  const header = await stage.reported('Check `password`');
  assert.match(header, 'POP3_LOGIN_REFUSED');
  assert.match(header, '[AUTH] Authentication failed.');
  assert.not.match(header, 'OAUTH_');
  assert.match(await testedLogin(stage), /\[AUTH\] Authentication failed\. .*\n.*Check `password`/);
});

test.run();
