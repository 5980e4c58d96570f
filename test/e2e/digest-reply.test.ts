import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { register } from '../../src/index.js';
import { startImapServer } from '../helpers/imap-server.js';
import { headerField } from '../helpers/lab.js';
import { startSubmissionServer } from '../helpers/submission-server.js';
import { createTestHost, firedEvent } from '../helpers/test-host.js';
import { until } from '../helpers/until.js';

const login = { user: 'alerts@example.com', pass: 'the-password' };

test('Alerts of a storm are acknowledged by their numbers, and a reply without any is asked back.', async () => {
  const smtp = await startSubmissionServer({ password: login });
  const imap = await startImapServer({ users: { [login.user]: login.pass } });
  const server = { host: '127.0.0.1', security: 'none' };
  const host = await createTestHost({
    accounts: {
      alerts: {
        ...{ grant: 'password', mailbox: login.user, password: login.pass },
        smtp: { ...server, port: smtp.port, rate: { burst: 6, perMinute: 600 } },
        imap: { ...server, port: imap.port },
      },
    },
    actions: [{ name: 'ops', type: 'email', account: 'alerts', to: ['ops@example.com'] }],
    acknowledgement: { account: 'alerts' },
  });
  const plugin = await register(host);
  const reply = (to: string, text: string, number: number) =>
    imap.append(
      [
        `From: ops@example.com`,
        `To: ${headerField(to, 'Reply-To')}`,
        `Message-ID: <reply-${number}@example.com>`,
        `In-Reply-To: ${headerField(to, 'Message-ID')}`,
        'Subject: Re: alerts',
        '',
        text,
      ].join('\r\n'),
    );
  try {
    await plugin.start();
    await plugin.handleAlerts(Array.from({ length: 40 }, (_, index) => firedEvent(`db${index}`)));
    const digest = await until('a digest', () =>
      smtp.mails.find(({ raw }) => /\] \d\d alerts: /.test(headerField(raw, 'Subject'))),
    );

    reply(digest.raw, 'On it.', 1);
    const question = await until('the question', () =>
      smtp.mails.find(({ raw }) => headerField(raw, 'Auto-Submitted') === 'auto-replied'),
    );
    assert.equal(question.to, ['ops@example.com']);
    assert.is(headerField(question.raw, 'In-Reply-To'), '<reply-1@example.com>');
    assert.match(question.raw, /does not say which of them you mean/);
    assert.is(host.acknowledged.length, 0);

    reply(question.raw, 'ack 2,5', 2);
    const two = await until('two', () => host.acknowledged[0]);
    assert.is(two.alerts.length, 2);
    const [, second = ''] = /\n2\. \[CRITICAL\] DiskFull on (\w+)/.exec(digest.raw) ?? [];
    assert.is(two.alerts[0]?.labels['instance'], second);

    reply(digest.raw, 'ack all 1h', 3);
    await until('all', () => host.acknowledged.some(({ alerts }) => alerts.length > 10));
    await until('the mails done', () => imap.mails('Acknowledged').length === 2);
    assert.is(imap.mails('INBOX').length, 1, 'what was only asked about stays');
  } finally {
    await plugin.stop();
    await Promise.all([smtp.close(), imap.close()]);
    await host.remove();
  }
});

test.run();
