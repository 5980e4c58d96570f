import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { register } from '../../src/index.js';
import { headerField } from '../helpers/lab.js';
import { startSubmissionServer } from '../helpers/submission-server.js';
import { createTestHost, firedEvent } from '../helpers/test-host.js';
import { until } from '../helpers/until.js';

test('The backup tells of the alert and of the account that it stands in for.', async () => {
  const login = { user: 'alerts@example.com', pass: 'the-new-password' };
  const first = await startSubmissionServer({ password: login });
  const relay = await startSubmissionServer({ password: { user: 'monitor@example.net', pass: 'secret' } });
  const account = (mailbox: string, password: string, port: number) => ({
    ...{ grant: 'password', mailbox, password },
    smtp: { host: '127.0.0.1', port, security: 'none' },
  });
  const host = await createTestHost({
    accounts: {
      alerts: account('alerts@example.com', 'the-old-password', first.port),
      relay: account('monitor@example.net', 'secret', relay.port),
    },
    actions: [{ name: 'ops', type: 'email', account: 'alerts', backup: 'relay', to: ['ops@example.com'] }],
  });
  const plugin = await register(host);
  try {
    await plugin.start();
    await plugin.handleAlerts([firedEvent('db1')]);
    const subjects = () => relay.mails.map(({ raw }) => headerField(raw, 'Subject')).sort();
    await until('both mails', () => relay.count() === 2);
    assert.match(subjects()[0] ?? '', /^\[CRITICAL\] DiskFull on db1/);
    assert.match(subjects()[1] ?? '', /^\[SYSTEM ERROR\] .* alerts/);
    assert.is(first.count(), 0);
    const [error] = plugin.reportHeader().json;
    assert.equal([error?.code, error?.subject], ['SMTP_LOGIN_REFUSED', 'alerts']);
    const { warnings } = await plugin.status();
    assert.not.ok(warnings.some((warning) => warning.includes('nobody can be told')));
  } finally {
    await plugin.stop();
    await Promise.all([first.close(), relay.close()]);
    await host.remove();
  }
});

test.run();
