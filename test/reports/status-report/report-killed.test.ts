import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { headerField } from '../../helpers/lab.js';
import { startNode } from '../../helpers/node-process.js';
import { startSubmissionServer } from '../../helpers/submission-server.js';

const login = { user: 'alerts@example.com', pass: 'the-password' };
const boss = 'boss@example.com';
const program = 'test/reports/status-report/report-child.ts';

/** A report falls due on the day on which the clock is put ahead, and Ackmail is killed at that; then it runs again. */
async function roundWithKill(kill: { readonly step: number } | 'when the server has the mail') {
  const dir = await mkdtemp(join(tmpdir(), 'ackmail-report-killed-'));
  let onMail = () => {};
  const smtp = await startSubmissionServer({ password: login, onMail: () => onMail() });
  const settings = JSON.stringify({
    timeZone: 'Europe/Berlin',
    accounts: {
      alerts: {
        ...{ grant: 'password', mailbox: login.user, password: login.pass },
        smtp: { host: '127.0.0.1', port: smtp.port, security: 'none' },
      },
    },
    actions: [{ type: 'email', account: 'alerts', name: 'team', to: ['team@example.com'] }],
    report: { to: [boss], every: 'day' },
  });
  try {
    const step = kill === 'when the server has the mail' ? 0 : kill.step;
    const killed = startNode(program, [dir, settings, String(step)], process.cwd());
    if (step === 0) onMail = () => killed.kill('SIGKILL');
    assert.is(await killed.ended(), 'SIGKILL', killed.err());
    onMail = () => {};
    const again = startNode(program, [dir, settings, '0'], process.cwd());
    assert.is(await again.ended(), 0, again.err());
    return smtp.mails.map(({ raw }) => raw);
  } finally {
    await smtp.close();
    await rm(dir, { recursive: true, force: true });
  }
}

test('Killed while the server has it and nobody knows, the report comes again as the same message', async () => {
  const mails = await roundWithKill('when the server has the mail');
  assert.is(new Set(mails).size, 1);
  assert.is(mails.length, 2);
  assert.match(headerField(mails[0] ?? '', 'Subject'), 'Ackmail report');
});

test('Killed at a change of a file, the report is one message all the same', async () => {
  // About as many as there are until it has left.
  const step = 1 + Math.floor(Math.random() * 28);
  const mails = await roundWithKill({ step });
  assert.is(new Set(mails).size, 1, `killed at change ${step}`);
  assert.ok(mails.length <= 2, `killed at change ${step}`);
});

test.run();
