import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { startStory } from '../helpers/story.js';

const oncall = 'oncall@example.com';
const second = 'second@example.com';
const boss = 'boss@example.com';
const email = { type: 'email', account: 'alerts' };
const actions = [
  { ...email, name: 'oncall', to: [oncall] },
  { ...email, name: 'second', to: [second], after: '15m' },
  { ...email, name: 'boss', to: [boss], after: '30m', match: { severity: ['critical'] } },
];

test('Nobody answers: the second is told after 15 minutes, the boss after 30, and takes it.', async () => {
  const story = await startStory({ actions });
  try {
    const fired = await story.fires('db1');
    await story.mail(oncall);
    await story.at('03:14:59');
    assert.equal(story.subjects(second), []);

    await story.at('03:15');
    const mail = await story.mail(second);
    assert.match(mail, 'Nobody has acknowledged this within 15 min; told before: oncall.');
    await story.at('03:29:59');
    assert.equal(story.subjects(boss), []);
    await story.at('03:30');
    assert.match(await story.mail(boss), 'within 30 min; told before: oncall, second.');

    await story.replies(boss, await story.mail(boss), 'I do it myself.');
    assert.is(story.host.acknowledged[0]?.acknowledgement.author, boss);
    await story.at('04:30');
    await story.ends(fired);
    for (const person of [oncall, second, boss])
      assert.match(await story.mail(person, 2), /^Subject: \[RESOLVED\]/m, person);
    assert.match(await story.mail(oncall, 2), `${boss} had it`);
  } finally {
    await story.end();
  }
});

test('The second takes it in time: the boss sleeps on, and hears nothing of the end either.', async () => {
  const story = await startStory({ actions });
  try {
    const fired = await story.fires('db1');
    await story.at('03:15');
    await story.replies(second, await story.mail(second), 'On it.');
    const status = await story.plugin().status();
    assert.equal(
      status.actions.map(({ action, waiting }) => [action, waiting]),
      [
        ['oncall', 0],
        ['second', 0],
        ['boss', 0],
      ],
    );
    await story.at('05:00');
    await story.ends(fired);
    await story.mail(oncall, 2);
    await story.mail(second, 2);
    await story.at('08:00');
    assert.equal(story.subjects(boss), []);
  } finally {
    await story.end();
  }
});

test('A warning is nothing for the boss, and the night goes on over a restart.', async () => {
  const story = await startStory({ actions });
  try {
    await story.fires('db1', 'warning');
    const critical = await story.fires('db2');
    await story.mail(oncall, 2);
    await story.at('03:10');
    await story.restart();
    await story.at('03:15');
    const both = await story.mail(second);
    assert.match(
      both,
      /^Subject: \[CRITICAL\] 2 alerts: DiskFull 2/m,
      'what is due at one moment, in one mail',
    );
    assert.match(both, 'Nobody has acknowledged these within 15 min; told before: oncall.');
    await story.at('03:20');
    await story.restart();
    await story.at('03:30');
    assert.match(await story.mail(boss), /^Subject: \[CRITICAL\] DiskFull on db2/m);
    await story.ends(critical);
    await story.mail(boss, 2);
    assert.is(story.subjects(boss).length, 2);
  } finally {
    await story.end();
  }
});

test.run();
