import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { freePort } from '../../helpers/free-port.js';
import { headerField } from '../../helpers/lab.js';
import { startStory } from '../../helpers/story.js';
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

test.run();
