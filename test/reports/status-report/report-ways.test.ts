import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { register } from '../../../src/index.js';
import { fakeClock } from '../../helpers/fake-clock.js';
import { freePort } from '../../helpers/free-port.js';
import { headerField } from '../../helpers/lab.js';
import { startStory } from '../../helpers/story.js';
import { startSubmissionServer } from '../../helpers/submission-server.js';
import { createTestHost, firedEvent } from '../../helpers/test-host.js';
import { textOf } from '../../helpers/text-of.js';
import { until } from '../../helpers/until.js';

const boss = 'boss@example.com';
const team = 'team@example.com';

/** The account that the action sends by is away; its backup is there. */
async function storyWithBackup() {
  const server = { host: '127.0.0.1', port: await freePort(), security: 'none' };
  const accounts = {
    away: { grant: 'password', mailbox: 'away@example.com', password: 'the-secret-of-away', smtp: server },
  };
  return startStory(
    {
      ...{ timeZone: 'Europe/Berlin', accounts, report: { to: [boss], every: 'day' } },
      actions: [{ type: 'email', account: 'away', backup: 'alerts', name: 'team', to: [team] }],
    },
    '05:00',
  );
}

test('Where the first account fails, the report leaves by the next, with its From and envelope', async () => {
  const story = await storyWithBackup();
  try {
    await story.at('06:00');
    const mail = await story.mail(boss);
    assert.is(headerField(mail, 'From'), 'alerts@example.com');
  } finally {
    await story.end();
  }
});

test('Where it is known that the first account cannot send, that stands on top', async () => {
  const story = await storyWithBackup();
  try {
    await story.fires('db1');
    await story.mail(team);
    await until('the system error', () => story.host.systemErrors.includes('raised SMTP_UNREACHABLE away'));
    await story.at('06:00');
    const mail = await story.mail(boss);
    assert.is(headerField(mail, 'From'), 'alerts@example.com');
    assert.match(headerField(mail, 'Subject'), '[SYSTEM ERROR] Ackmail report: 1 alert');
    assert.match(textOf(mail), 'CRITICAL: account away, since');
  } finally {
    await story.end();
  }
});

test('While alerts use up the rate of the account, the report waits, and then leaves', async () => {
  const story = await startStory(
    {
      timeZone: 'Europe/Berlin',
      actions: [{ type: 'email', account: 'alerts', name: 'team', to: [team] }],
      report: { to: [boss], every: 'day' },
    },
    '05:59',
    { rate: { burst: 8, perMinute: 1 } },
  );
  try {
    for (const name of ['db1', 'db2']) await story.fires(name);
    await story.mail(team, 2);
    await story.at('06:00');
    // By then it would have left, if it did not wait.
    for (const [index, name] of ['db3', 'db4', 'db5'].entries()) {
      await story.fires(name);
      await story.mail(team, index + 3);
    }
    assert.equal(story.subjects(boss), []);
    await story.clock.forward(6 * 60_000);
    await story.mail(boss);
  } finally {
    await story.end();
  }
});

test('Stopped while the server takes it, the report is with people once, also after the next start', async () => {
  const clock = fakeClock(new Date('2026-03-02T05:00:00Z'));
  let ending: Promise<void> | undefined;
  const smtp = await startSubmissionServer({
    password: { user: 'alerts@example.com', pass: 'p' },
    async onMail() {
      ending ??= plugin.stop();
      // Whatever ends at a stop at once has ended by then.
      for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    },
  });
  const server = { host: '127.0.0.1', port: smtp.port, security: 'none' };
  const host = await createTestHost({
    accounts: { alerts: { grant: 'password', mailbox: 'alerts@example.com', password: 'p', smtp: server } },
    actions: [{ type: 'email', account: 'alerts', name: 'team', to: [team] }],
    report: { to: [boss], every: 'day', at: '06:00' },
    timeZone: 'UTC',
  });
  let plugin = await register(host, { clock });
  try {
    await plugin.start();
    // In the journal first, and in a file of its own a moment later.
    const isBegun = async () => {
      const names = (await readdir(join(host.dataDir, 'journal'))).map((name) => join('journal', name));
      const texts = [...names, 'reports/last.json'].map((name) =>
        readFile(join(host.dataDir, name), 'utf8').catch(() => ''),
      );
      return (await Promise.all(texts)).join('').includes('2026-03-01T06:00:00.000Z');
    };
    await until('the moment until which is told', isBegun);
    await clock.forward(3_600_000);
    await until('a stop in the middle of it', () => ending !== undefined);
    await ending;
    plugin = await register(host, { clock });
    await plugin.start();
    await clock.forward(10 * 60_000);
    // It would leave before this one.
    await plugin.handleAlerts([firedEvent('db1')]);
    await until('the alert', () => smtp.mails.find(({ to }) => to.includes(team)));
    assert.is(smtp.mails.filter(({ to }) => to.includes(boss)).length, 1);
  } finally {
    await plugin.stop();
    await smtp.close();
    await host.remove();
  }
});

test.run();
