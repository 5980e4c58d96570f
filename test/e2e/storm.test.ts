import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { register } from '../../src/index.js';
import { headerField } from '../helpers/lab.js';
import { startSubmissionServer } from '../helpers/submission-server.js';
import { createTestHost, firedEvent } from '../helpers/test-host.js';
import { until } from '../helpers/until.js';

const login = { user: 'alerts@example.com', pass: 'the-password' };

test('Every alert of a storm is named in an accepted mail, and a server with limits throttles nothing.', async () => {
  const server = await startSubmissionServer({ password: login, exchangeLimits: true });
  const host = await createTestHost({
    accounts: {
      alerts: {
        ...{ grant: 'password', mailbox: login.user, password: login.pass },
        smtp: {
          ...{ host: '127.0.0.1', port: server.port, security: 'none' },
          rate: { burst: 10, perMinute: 20 },
        },
      },
    },
    actions: [{ name: 'ops', type: 'email', account: 'alerts', to: ['ops@example.com'] }],
  });
  const plugin = await register(host);
  try {
    await plugin.start();
    const names = Array.from({ length: 300 }, (_, index) => `db${index}`);
    for (let first = 0; first < names.length; first += 10)
      await plugin.handleAlerts(names.slice(first, first + 10).map((name) => firedEvent(name)));
    const named = () => {
      const all = server.mails.map(({ raw }) => decoded(raw)).join('\n');
      return names.filter((name) => new RegExp(`\\b${name}\\b`).test(all)).length;
    };
    await until('every name', () => named() === names.length);
    assert.ok(server.count() <= 10, `${server.count()} mails`);
    assert.is(server.throttled(), 0);
    const subjects = server.mails.map(({ raw }) => headerField(raw, 'Subject'));
    assert.is(
      subjects.filter((subject) => /^\[CRITICAL\] DiskFull on db\d+/.test(subject)).length,
      5,
      'alone',
    );
    assert.ok(subjects.some((subject) => /^\[CRITICAL\] \d+ alerts: DiskFull \d+/.test(subject)));
    const ids = server.mails.map(({ raw }) => headerField(raw, 'Message-ID'));
    assert.is(new Set(ids).size, ids.length);
    await until('an empty outbox', async () => (await plugin.status()).actions[0]?.waiting === 0);
    const mails = server.count();
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.is(server.count(), mails, 'nothing is told twice');
  } finally {
    await plugin.stop();
    await server.close();
    await host.remove();
  }
});

/** The text of a message, quoted-printable taken off. */
function decoded(raw: string): string {
  return raw
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

test.run();
