import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { register } from '../../src/index.js';
import { freePort } from '../helpers/free-port.js';
import { startImapServer } from '../helpers/imap-server.js';
import { alertsMailbox, person, writeReply } from '../helpers/lab.js';
import { authservId } from '../helpers/received.js';
import { startSubmissionServer } from '../helpers/submission-server.js';
import { createTestHost, firedEvent } from '../helpers/test-host.js';
import { until } from '../helpers/until.js';

const password = 'the-secret-of-the-mailbox';

test('While replies cannot be read, every mail says so; a reply that waited counts as of its arrival.', async () => {
  const submission = await startSubmissionServer({ password: { user: alertsMailbox, pass: password } });
  const imap = await startImapServer({ users: { [alertsMailbox]: password } });
  const port = await freePort();
  const host = await createTestHost({
    accounts: {
      alerts: {
        ...{ grant: 'password', mailbox: alertsMailbox, password },
        smtp: { host: '127.0.0.1', port: submission.port, security: 'none' },
        imap: { host: '127.0.0.1', port, security: 'none' },
      },
    },
    actions: [{ name: 'ops', type: 'email', account: 'alerts', to: [person] }],
    acknowledgement: { account: 'alerts', authservId, answers: { confirm: false, tellOthers: false } },
  });
  const plugin = await register(host);
  // The way to the mailbox, which is open later.
  const way = createServer((socket) => {
    const onwards = connect(imap.port, '127.0.0.1');
    socket.on('error', () => onwards.destroy()).pipe(onwards);
    onwards.on('error', () => socket.destroy()).pipe(socket);
  });
  try {
    await plugin.start();
    await until('the failure', async () => (await plugin.status()).acknowledgement?.detail);
    await plugin.handleAlerts([firedEvent('db1')]);
    const [mail] = await submission.waitForMail(1);
    const text = wordsOf(mail?.raw ?? '');
    assert.match(
      text,
      /Replies have not been read since \w{3} \d+ \w{3} \d{4}, \d\d:\d\d .*Reply all the same/,
    );
    assert.is(text.match(/Replies have not been read/g)?.length, 2, 'as text and as HTML');
    assert.not.match(text, /Reply to this mail to acknowledge/);

    const repliedAtMs = Date.now();
    imap.append(writeReply(mail?.raw ?? '', 'I am on it.'));
    await sleep(2_500);
    way.listen(port, '127.0.0.1');
    await once(way, 'listening');
    const { acknowledgement } = await until('the acknowledgement', () => host.acknowledged[0], 20_000);
    const near = (date: Date | undefined, ms: number) => Math.abs((date?.getTime() ?? 0) - ms) < 1_500;
    assert.ok(near(acknowledgement.at, repliedAtMs), `it counts from ${acknowledgement.at.toISOString()}`);
    assert.ok(
      near(acknowledgement.expiresAt, repliedAtMs + 8 * 3_600_000),
      'it ends 8 hours after its arrival',
    );

    // The reply is taken before all that waited is read, and only then the mailbox counts as read.
    await until('the end of reading', () => imap.commands.some((line) => line === 'IDLE'));
    await plugin.handleAlerts([firedEvent('db2')]);
    const [, later] = await submission.waitForMail(2);
    assert.match(wordsOf(later?.raw ?? ''), /Reply to this mail to acknowledge/);
  } finally {
    await plugin.stop();
    way.close();
    await Promise.all([submission.close(), imap.close()]);
    await host.remove();
  }
});

/** What a mail says, its lines joined where quoted-printable broke them (RFC 2045 section 6.7). */
function wordsOf(raw: string): string {
  return raw.replace(/=\r\n/g, '');
}

test.run();
