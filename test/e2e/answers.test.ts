import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { headerField } from '../helpers/lab.js';
import { authservId } from '../helpers/received.js';
import { gone, startStory } from '../helpers/story.js';
import { textOf } from '../helpers/text-of.js';

const ann = 'ann@example.com';
const bob = 'bob@example.com';
const boss = 'boss@example.com';
const email = { type: 'email', account: 'alerts' };
const told = { acknowledgement: { account: 'alerts', authservId } };

test('Ann takes an alert: she is told until when she has it, and Bob and the boss who has it, each in their thread.', async () => {
  const story = await startStory({
    ...told,
    actions: [
      { ...email, name: 'ops', to: [ann, bob] },
      { ...email, name: 'boss', to: [boss, bob] },
    ],
  });
  try {
    const fired = await story.fires('db1');
    const alert = await story.mail(ann);
    await story.mail(boss);
    await story.at('03:10');
    await story.replies(ann, alert, 'ack 2h I restart the database');

    const confirmed = await story.mail(ann, 2);
    assert.is(
      textOf(confirmed),
      'You have it until Mon 2 Mar 2026, 05:10 UTC, or until it is resolved.\n\nTo give it back, reply "unack".',
    );
    assert.is(headerField(confirmed, 'Subject'), `Re: ${headerField(alert, 'Subject')}`);
    assert.match(headerField(confirmed, 'In-Reply-To'), /^<reply-/);

    // Bob got two mails of the alert, and hears of it once.
    const news = await story.mail(bob, 3);
    assert.is(
      textOf(news),
      `${ann} has it until Mon 2 Mar 2026, 05:10 UTC, or until it is resolved.\n\n${ann} writes: I restart the database`,
    );
    assert.is(headerField(news, 'To'), bob);
    assert.is(headerField(news, 'In-Reply-To'), headerField(alert, 'Message-ID'));
    assert.is(headerField(news, 'Auto-Submitted'), 'auto-replied');
    assert.match(headerField(news, 'X-Auto-Response-Suppress'), 'OOF');
    assert.is(headerField(news, 'Reply-To'), headerField(alert, 'Reply-To'));

    const bossMail = await story.mail(boss);
    const bossNews = await story.mail(boss, 2);
    assert.is(headerField(bossNews, 'To'), boss);
    assert.is(headerField(bossNews, 'In-Reply-To'), headerField(bossMail, 'Message-ID'));

    // Bob answers the news, and is told why that is only a comment; Ann hears what he wrote.
    await story.at('03:20');
    await story.replies(bob, news, 'It is the log of the backup.');
    assert.is(
      textOf(await story.mail(bob, 4)),
      `Noted as a comment: somebody has the alert already. ${ann} has it since ` +
        'Mon 2 Mar 2026, 03:10 UTC, until Mon 2 Mar 2026, 05:10 UTC. To take it, reply "ack".',
    );
    assert.is(textOf(await story.mail(ann, 3)), `${bob} comments: It is the log of the backup.`);

    await story.at('03:30');
    await story.ends(fired);
    await story.mail(ann, 4);
    await story.mail(bob, 6);
    assert.is(story.subjects(bob).length, 6, 'two alerts, the news, his confirmation, the two ends');
  } finally {
    await story.end();
  }
});

test('Whoever has the reply itself by reply-all, or could not be reached, is not told again.', async () => {
  const carl = 'carl@example.com';
  const story = await startStory({
    ...told,
    actions: [{ ...email, name: 'ops', to: [ann, bob, carl, gone] }],
  });
  try {
    await story.fires('db1');
    await story.replies(ann, await story.mail(ann), 'mine', [`Cc: Bob <${bob.toUpperCase()}>`]);
    assert.is(headerField(await story.mail(carl, 2), 'To'), carl);
    assert.match(textOf(await story.mail(ann, 2)), /^You have it until /);
    assert.is(story.subjects(bob).length, 1);
  } finally {
    await story.end();
  }
});

test('Who answers the mail of an old firing is told which mail to reply to.', async () => {
  const story = await startStory({ ...told, actions: [{ ...email, name: 'ops', to: [ann] }] });
  try {
    await story.fires('db1');
    const old = await story.mail(ann);
    await story.at('03:10');
    await story.fires('db1');
    // Its end was missed: the old one is told as over, the new one as firing.
    const newer = await story.mail(ann, 3);
    assert.match(headerField(newer, 'Subject'), /^\[CRITICAL\]/);
    story.host.answer = () => 'gone';
    await story.replies(ann, old, 'ack');
    assert.is(
      textOf(await story.mail(ann, 4)),
      'Not taken: the alert is over, since Mon 2 Mar 2026, 03:00 UTC. It fires again: to take that, reply to ' +
        `the mail "${headerField(newer, 'Subject')}" of Mon 2 Mar 2026, 03:10 UTC.`,
    );
  } finally {
    await story.end();
  }
});

test('Both can be turned off, and a question is asked all the same.', async () => {
  const story = await startStory({
    acknowledgement: { account: 'alerts', authservId, answers: { confirm: false, tellOthers: false } },
    actions: [{ ...email, name: 'ops', to: [ann, bob] }],
  });
  try {
    await story.fires('db1');
    await story.replies(ann, await story.mail(ann), 'mine');
    story.writes(ann, await story.mail(ann), 'help');
    assert.match(textOf(await story.mail(ann, 2)), /^What a reply may begin with/);
    assert.is(story.subjects(bob).length, 1);
  } finally {
    await story.end();
  }
});

test.run();
