import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type PluginInstance, register } from '../../src/index.js';
import { startAuthorizationServer } from '../helpers/authorization-server.js';
import { testCertificate } from '../helpers/certificate.js';
import { writeReply } from '../helpers/lab.js';
import { startSubmissionServer } from '../helpers/submission-server.js';
import { createTestHost, firedEvent } from '../helpers/test-host.js';
import { until } from '../helpers/until.js';
import { mailOfOthers } from './helpers/mail-of-others.js';
import { type MailServers, startMailServers } from './helpers/mail-servers.js';
import { mailClients, replyInFormOf } from './helpers/reply-in-form-of.js';
import { replyWithNeomutt } from './helpers/reply-with-neomutt.js';
import { headerField, replyWithSwaks } from './helpers/reply-with-swaks.js';

// Replies by software that is not ours, on a Dovecot that is killed in the middle, in a mailbox that other people use,
// too: by each way to log in.

const alerts = 'alerts@example.com';
const person = 'ops@example.com';
const patienceMs = 45_000;
const password = 'the-secret-of-the-mailbox';
const client = { clientId: 'ackmail', clientSecret: 'the-secret-of-the-client' };
/** What the lab's Postfix found out about the person. */
const verdict = 'relay.example.com; dmarc=pass header.from=example.com';
const redirectUri = 'http://localhost:8025/oauth/callback';

async function putOthers({ dovecot }: MailServers): Promise<void> {
  for (const { raw, ...where } of mailOfOthers) await dovecot.append(alerts, raw, where);
}

async function signIn(
  plugin: PluginInstance,
  server: { signIn(url: string, user: string): Promise<string> },
) {
  await plugin.completeAuthorization(await server.signIn(await plugin.authorizationUrl('alerts'), alerts));
}

const test = suite<{ ends: (() => Promise<unknown>)[] }>('live replies');

test.before.each((context) => {
  context.ends = [];
});
test.after.each(async ({ ends }) => {
  for (const end of ends) await end();
});

/** Starts all that is there; `mechanisms` are those of Dovecot. */
async function begin(ends: (() => Promise<unknown>)[], mechanisms: string, isOAuth: boolean) {
  const authorization = await startAuthorizationServer({
    ...client,
    users: [alerts, person],
    redirectUris: [redirectUri],
  });
  ends.unshift(authorization.close);
  const servers = await startMailServers({
    introspectionUrl: authorization.introspectionUrl,
    users: [alerts, person],
    passwords: { [alerts]: password },
    mechanisms,
  });
  ends.unshift(servers.close);
  const submission = await startSubmissionServer({
    ...(isOAuth ? { validate: async () => true } : { password: { user: alerts, pass: password } }),
  });
  ends.unshift(submission.close);
  const { issuer } = authorization;
  const host = await createTestHost({
    accounts: {
      alerts: {
        mailbox: alerts,
        ...(isOAuth ? { ...client, issuer, redirectUri } : { grant: 'password', password }),
        smtp: { host: '127.0.0.1', port: submission.port, security: 'none' },
        imap: {
          ...{ host: 'localhost', port: servers.dovecot.imapPort, security: 'tls', tls: { ca: 'ca.pem' } },
          ...{ mailbox: ['INBOX', 'Junk'], poll: '1s' },
        },
      },
    },
    actions: [{ name: 'ops', type: 'email', account: 'alerts', to: [person] }],
    acknowledgement: {
      ...{ account: 'alerts', authservId: 'relay.example.com' },
      answers: { confirm: false, tellOthers: false },
    },
  });
  ends.unshift(host.remove);
  await writeFile(join(host.settingsDir ?? '', 'ca.pem'), (await testCertificate()).cert);
  await putOthers(servers);
  const plugin = await register(host);
  ends.unshift(() => plugin.stop());
  return { ...servers, authorization, submission, host, plugin };
}

for (const [name, mechanisms] of [
  ['XOAUTH2', 'plain xoauth2'],
  ['OAUTHBEARER', 'plain oauthbearer'],
  ['PLAIN', 'plain'],
] as const)
  test(`By ${name}: every reply acknowledges once, and the mail of others is left byte for byte and flag for flag.`, async ({
    ends,
  }) => {
    const on = await begin(ends, mechanisms, name !== 'PLAIN');
    const { authorization, dovecot, postfix, submission, host, plugin } = on;
    const dumps = async () => [await dovecot.dump(alerts), await dovecot.dump(alerts, 'Junk')];
    const before = await dumps();
    assert.is(before.flat().length, mailOfOthers.length);
    await plugin.start();
    if (name !== 'PLAIN') await signIn(plugin, authorization);
    const watching = () =>
      until(
        'the watch',
        async () => (await plugin.status()).acknowledgement?.state === 'watching',
        patienceMs,
      );
    await watching();
    /** An alert fires, somebody replies to its mail, and the host hears of it. */
    const story = async (
      disk: string,
      words: string,
      reply: (mail: { mail: string; from: string; words: string; port: number }) => Promise<void>,
      meanwhile: () => Promise<void> = async () => {},
    ) => {
      await plugin.handleAlerts([firedEvent(disk)]);
      const found = await until(
        `the mail of ${disk}`,
        () => submission.mails.find(({ raw }) => raw.includes(`DiskFull on ${disk}`)),
        patienceMs,
      );
      await reply({ mail: found.raw, from: person, words, port: postfix.port });
      await meanwhile();
      const taken = await until(
        `the acknowledgement of ${disk}`,
        () => host.acknowledged.find(({ alerts: [alert] }) => alert?.fingerprint === `test/${disk}`),
        patienceMs,
      );
      assert.is(taken.acknowledgement.author, person);
      assert.is(taken.acknowledgement.kind, 'acknowledge');
      return taken.acknowledgement;
    };

    assert.is((await story('swaks', 'on it', replyWithSwaks)).comment, 'on it');
    const byNeomutt = await story('neomutt', 'ack 2h the log partition', replyWithNeomutt);
    assert.is(byNeomutt.comment, 'the log partition');
    await story('killed', 'while it is down', replyWithSwaks, () => dovecot.restart());
    await watching();
    for (const each of mailClients) {
      const taken = await story(each.toLowerCase().replace(' ', '-'), 'I have it.', (mail) =>
        replyInFormOf(each, mail),
      );
      assert.is(taken.comment, 'I have it.', each);
    }
    // A filter took it for junk.
    await story('junk', 'from junk', async ({ mail, words, from }) => {
      const raw = writeReply(mail, words, { from });
      await dovecot.append(alerts, `Authentication-Results: ${verdict}\r\n${raw}`, { mailbox: 'Junk' });
    });
    // Postfix delivers a mail again that Dovecot took and could not say so: both copies are marked.
    const left = async () => (await dumps()).flat().length;
    await until('all replies to be moved', async () => (await left()) === mailOfOthers.length, patienceMs);
    assert.equal(await dumps(), before);
    const marked = await dovecot.mails(alerts, 'Acknowledged');
    assert.is(new Set(marked.map((mail) => headerField(mail, 'Message-Id'))).size, 8);
    assert.is(host.acknowledged.length, 8);
    // The test itself looks by PLAIN.
    assert.equal(await loginMethods(dovecot.log), [...new Set([name, 'PLAIN'])].sort());
    assert.equal(plugin.reportHeader().json, []);
  });

/** By what mechanisms people logged in at the IMAP server, in the order of the alphabet. */
async function loginMethods(log: () => Promise<string>): Promise<readonly string[]> {
  const lines = (await log()).split('\n').filter((line) => line.includes('imap-login: Info: Login:'));
  return [...new Set(lines.flatMap((line) => /method=([A-Z0-9-]+)/.exec(line)?.[1] ?? []))].sort();
}

test.run();
