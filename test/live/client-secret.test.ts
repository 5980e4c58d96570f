import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { until } from '../helpers/until.js';
import { alerts, patienceMs, person, type Stage, startStage } from './helpers/stage.js';

const test = suite<{ stage: Stage }>('client secret');

test.before(async (context) => {
  context.stage = await startStage({ accessTokenTtlS: 10 });
});

test.after(async ({ stage }) => {
  await stage?.close();
});

test('A client secret that stops being valid is told to the administrator, and replacing it loses no alert and asks nobody to sign in.', async ({
  stage,
}) => {
  const { authorization, servers, hook } = stage;
  await stage.configure(`issuer: ${authorization.issuer}
clientId: ackmail
clientSecret: \${file:client.secret}
smtp: { host: localhost, port: ${servers.dovecot.submissionPort}, security: starttls, tls: { ca: ca.pem } }
imap: { host: localhost, port: ${servers.dovecot.imapPort}, security: tls, tls: { ca: ca.pem } }`);
  const serving = await stage.serve();
  await stage.signIn();
  await stage.quiet();
  assert.is(await stage.post('Before'), 200);
  await stage.received('Before');
  const signIns = authorization.requests.authorizationCode;

  await authorization.changeClientSecret('the-secret-of-the-client-that-is-new');
  // Who is logged in stays so; the next login needs a token, and once that has ended there is no other.
  const kicking = setInterval(() => void servers.dovecot.kick(alerts), 1_000);
  const header = await stage.reported('OAUTH_CONFIGURATION_REQUIRED').finally(() => clearInterval(kicking));
  assert.match(header, 'clientSecret');
  assert.not.match(header, 'OAUTH_AUTHORIZATION_REQUIRED');
  await until(
    'the webhook',
    () => hook.bodies.some((body) => body.includes('OAUTH_CONFIGURATION_REQUIRED')),
    patienceMs,
  );
  const status = stage.run('status');
  assert.is(await status.ended, 0, status.output());
  assert.match(status.output(), 'configuration-required');
  assert.match(status.output(), 'clientSecret');
  assert.is(await stage.post('Meanwhile'), 200);
  assert.is(await stage.post('AlsoMeanwhile'), 200);

  const early = (await servers.dovecot.mails(person)).filter((mail) => mail.includes('Meanwhile'));
  assert.equal(early, [], 'they wait');

  await writeFile(join(stage.dir, 'client.secret'), 'the-secret-of-the-client-that-is-new\n');
  serving.child.kill('SIGTERM');
  assert.is(await serving.ended, 0, serving.output());
  const again = await stage.serve();
  assert.is(await stage.post('Afterwards'), 200);
  const mails = await stage.received('Before', 'Meanwhile', 'AlsoMeanwhile', 'Afterwards');
  assert.is(mails.length, 4);
  await stage.quiet();
  await until(
    'its end by webhook',
    () =>
      hook.bodies.some((body) =>
        /CONFIGURATION_REQUIRED.*"resolved"|"resolved".*CONFIGURATION_REQUIRED/s.test(body),
      ),
    patienceMs,
  );
  assert.is(authorization.requests.authorizationCode, signIns, 'nobody signed in again');
  again.child.kill('SIGTERM');
  assert.is(await again.ended, 0);
});

test.run();
