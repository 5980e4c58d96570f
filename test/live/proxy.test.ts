import { networkInterfaces } from 'node:os';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { testCertificate } from '../helpers/certificate.js';
import { startTokenFront, type TokenFront } from '../helpers/token-front.js';
import { until } from '../helpers/until.js';
import { alerts, patienceMs, person, type Stage, startStage } from './helpers/stage.js';
import { proxyAddress, startTinyproxy, type Tinyproxy } from './helpers/tinyproxy.js';

// Loopback is never reached by a proxy, so the servers are reached at another address of this machine. What comes by
// the proxy comes from an address of its own.

const [host = ''] = Object.values(networkInterfaces())
  .flat()
  .flatMap((each) => (each && each.family === 'IPv4' && !each.internal ? [each.address] : []));

interface Context {
  stage: Stage;
  front: TokenFront;
  proxy: Tinyproxy;
}

const test = suite<Context>('proxy');

test.before(async (context) => {
  assert.ok(host, 'this machine has an address besides 127.0.0.1');
  context.stage = await startStage({ accessTokenTtlS: 10, host });
  const { authorization, servers, hook } = context.stage;
  const tls = await testCertificate();
  context.front = await startTokenFront(authorization.tokenEndpoint, { tls, host });
  const { imapPort, submissionPort } = servers.dovecot;
  const ports = [context.front.url, hook.url].map((url) => Number(new URL(url).port));
  context.proxy = await startTinyproxy({
    ports: [...ports, imapPort, submissionPort],
    user: 'ackmail',
    password: 'the-secret-of-the-proxy',
  });
});

test.after(async ({ stage, front, proxy }) => {
  await stage?.close();
  await proxy?.close();
  await front?.close();
});

test('Sign-in, refresh, SMTP, IMAP and webhooks go by the proxy alone, and a proxy that is down asks nobody to sign in.', async ({
  stage,
  front,
  proxy,
}) => {
  const { authorization, servers, hook } = stage;
  const { dovecot } = servers;
  await stage.configure(
    `authorizationUrl: ${authorization.authorizationEndpoint}
tokenUrl: ${front.url}
clientId: ackmail
clientSecret: \${file:client.secret}
smtp: { host: ${host}, port: ${dovecot.submissionPort}, security: starttls, tls: { serverName: localhost } }
imap: { host: ${host}, port: ${dovecot.imapPort}, security: tls, tls: { serverName: localhost } }`,
    { lines: `ca: ca.pem\nproxy: http://ackmail:the-secret-of-the-proxy@127.0.0.1:${proxy.port}\n` },
  );
  const serving = await stage.serve();
  await stage.signIn();
  const testing = stage.run('test', 'alerts');
  assert.is(await testing.ended, 0, testing.output());
  assert.match(testing.output(), `127.0.0.1:${proxy.port} connects to ${host}:${dovecot.imapPort}`);
  assert.is(await stage.post('ByProxy'), 200);
  await stage.received('ByProxy');
  const kicking = () => dovecot.kick(alerts);
  await until(
    'a refresh',
    async () => {
      await kicking();
      return authorization.requests.refresh > 0;
    },
    patienceMs,
  );

  const asked = await proxy.connected();
  const ports = [front.url, hook.url].map((url) => Number(new URL(url).port));
  for (const port of [...ports, dovecot.imapPort, dovecot.submissionPort])
    assert.ok(asked.includes(`${host}:${port}`), `${port} of ${asked.join(' ')}`);
  assert.equal([...front.from, ...hook.from], [proxyAddress, proxyAddress]);
  const logins = (await dovecot.log()).split('\n').filter((line) => line.includes(`user=<${alerts}>`));
  for (const service of ['imap-login', 'submission-login'])
    assert.ok(
      logins.some((line) => line.includes(service) && line.includes(`rip=${proxyAddress}`)),
      service,
    );
  for (const line of logins) assert.not.match(line, `rip=${host}`);

  await proxy.stop();
  await kicking();
  assert.is(await stage.post('WithoutProxy'), 200);
  const status = async () => {
    const command = stage.run('status');
    await command.ended;
    return command.output();
  };
  await until('a token that cannot be had', async () => /alerts.*degraded/.test(await status()), patienceMs);
  assert.match(await status(), 'ECONNREFUSED');
  assert.not.match(await stage.header(), /OAUTH_AUTHORIZATION_REQUIRED|OAUTH_CONFIGURATION_REQUIRED/);
  assert.not.ok((await dovecot.mails(person)).some((mail) => mail.includes('WithoutProxy')));
  const signIns = authorization.requests.authorizationCode;
  await proxy.start();
  await stage.received('ByProxy', 'WithoutProxy');
  await stage.quiet();
  assert.is(authorization.requests.authorizationCode, signIns);
  serving.child.kill('SIGTERM');
  assert.is(await serving.ended, 0);
});

test.run();
