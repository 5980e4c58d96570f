import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { register } from '../../src/index.js';
import { alertsMailbox, person, startLab } from '../helpers/lab.js';
import { startSubmissionServer } from '../helpers/submission-server.js';
import { createTestHost, firedEvent } from '../helpers/test-host.js';
import { until } from '../helpers/until.js';

test('A mail that the mail server refused, though the token was good, leaves at once after the next sign-in.', async () => {
  const lab = await startLab();
  let takes = false;
  const submission = await startSubmissionServer({ validate: async () => takes });
  const host = await createTestHost(
    lab.settings({
      accounts: {
        alerts: {
          mailbox: alertsMailbox,
          issuer: lab.authorization.issuer,
          clientId: 'ackmail',
          clientSecret: lab.clientSecret,
          smtp: { host: '127.0.0.1', port: submission.port, security: 'none' },
        },
      },
      acknowledgement: undefined,
    }),
  );
  const plugin = await register(host);
  const signIn = async () =>
    plugin.completeAuthorization(
      await lab.authorization.signIn(await plugin.authorizationUrl('alerts'), alertsMailbox),
    );
  try {
    await plugin.start();
    await signIn();
    await plugin.handleAlerts([firedEvent('db1')]);
    await until('the refusal', () =>
      plugin.reportHeader().json.some(({ code }) => code === 'SMTP_LOGIN_REFUSED'),
    );
    const nextTryAt = await until('the next try', async () => (await plugin.status()).actions[0]?.nextTryAt);
    const retryMs = nextTryAt.getTime() - Date.now();
    assert.ok(retryMs > 20_000, `it would be tried in ${retryMs} ms`);
    takes = true;
    await signIn();
    assert.equal(
      (await submission.waitForMail(1)).flatMap(({ to }) => to),
      [person],
    );
    await until('the end of the error', () => plugin.reportHeader().json.length === 0);
  } finally {
    await plugin.stop();
    await submission.close();
    await lab.close();
    await host.remove();
  }
});

test.run();
