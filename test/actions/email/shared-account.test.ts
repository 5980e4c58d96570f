import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { SystemError } from '../../../src/index.js';
import { startStory } from '../../helpers/story.js';
import { startSubmissionServer } from '../../helpers/submission-server.js';
import { until } from '../../helpers/until.js';

// Two actions that send by one account know of each other what the server says of it.

const minuteMs = 60_000;
/** The clock stands still meanwhile. */
const serverAnswers = () => sleep(100);
const server = { host: '127.0.0.1', security: 'none' };
const action = (name: string) => ({ name, type: 'email', account: 'relay', to: [`${name}@example.com`] });
const actions = [action('ops'), action('chiefs')];
const relay = (port: number) => ({
  ...{ grant: 'password', mailbox: 'relay@example.com', password: 'the-password' },
  smtp: { ...server, port },
});

test('A refused login is tried once a minute, however many actions send by the account.', async () => {
  const smtp = await startSubmissionServer({ password: { user: 'relay@example.com', pass: 'another' } });
  const story = await startStory({ actions, accounts: { relay: relay(smtp.port) } });
  const raised: string[] = [];
  story.host.events.on('system-error', ({ code }: SystemError) => raised.push(code));
  try {
    await story.fires('db-1');
    // Both actions may come to the first login, whose refusal nobody has seen yet.
    await until('a refused login', () => raised.length > 0);
    await story.clock.forward(10_000, serverAnswers);
    const startMs = story.clock.now().getTime();
    const before = smtp.logins.length;
    await until('ten minutes', async () => {
      const minutes = (story.clock.now().getTime() - startMs) / minuteMs;
      const tries = smtp.logins.length - before;
      assert.ok(tries <= minutes + 1, `${tries} logins in ${minutes} minutes`);
      await story.clock.forward(5_000);
      return minutes >= 10;
    });
    assert.ok(smtp.logins.length > before + 2);
    assert.equal(raised, ['SMTP_LOGIN_REFUSED']);
  } finally {
    await story.end();
    await smtp.close();
  }
});

test('A mail that the server puts off again and again neither holds up other actions nor raises an error of the account.', async () => {
  const smtp = await startSubmissionServer({
    password: { user: 'relay@example.com', pass: 'the-password' },
    rejectMail: ({ to }) =>
      to.includes('chiefs@example.com') ? { code: 450, text: '4.2.0 not this one' } : undefined,
  });
  const story = await startStory({ actions, accounts: { relay: relay(smtp.port) } });
  const raised: string[] = [];
  story.host.events.on('system-error', ({ code, subject }: SystemError) => raised.push(`${code} ${subject}`));
  try {
    for (let number = 1; number <= 10; number += 1) {
      await story.fires(`db-${number}`);
      await until(`mail ${number}`, async () => {
        if (smtp.mails.length >= number) return true;
        await story.clock.forward(1_000, serverAnswers);
        return false;
      });
      await story.clock.forward(minuteMs, serverAnswers);
    }
    // After five minutes people hear of the one mail.
    assert.equal(raised, ['SMTP_DEFERRED chiefs']);
  } finally {
    await story.end();
    await smtp.close();
  }
});

test.run();
