import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { headerField, writeReply } from '../helpers/lab.js';
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

test('A stranger who replies to an alert hears nothing; who got it is told once, by whom it was, and what to do.', async () => {
  const story = await startStory({
    ...told,
    actions: [{ ...email, name: 'ops', to: [ann, bob, gone] }],
  });
  const stranger = 'mallory@example.net';
  try {
    await story.fires('db1');
    const alert = await story.mail(ann);
    for (let tries = 0; tries < 3; tries += 1) story.writes(stranger, alert, 'ack 30d');
    story.writes('Eve <eve@example.org>', alert, 'unack');
    const notice = await story.mail(ann, 2);
    assert.is(headerField(notice, 'To'), `${ann}, ${bob}`);
    assert.is(headerField(notice, 'In-Reply-To'), headerField(alert, 'Message-ID'));
    assert.is(
      textOf(notice),
      `A reply from ${stranger} came to this alert, and nothing was done. This alert did not go to that address, and the ` +
        'settings do not allow it. No further one is told of.\n\nIf that was you, reply from the address that the alert ' +
        'came to. An admin can allow others by `acknowledgement.allow`.',
    );
    await story.restart();
    story.writes(stranger, alert, 'ack');
    await story.replies(ann, alert, 'mine');
    assert.match(textOf(await story.mail(ann, 3)), /^You have it/);
    assert.equal(story.subjects(stranger), []);
    assert.equal(story.subjects('eve@example.org'), []);
    assert.match(textOf(await story.mail(bob, 3)), /^ann@example.com has it/);
    assert.is(story.subjects(bob).length, 3, 'the alert, the stranger, the news');
  } finally {
    await story.end();
  }
});

test('An automatic reply, a bounce or our own mail never acknowledges and is never answered.', async () => {
  const story = await startStory({ ...told, actions: [{ ...email, name: 'ops', to: [ann, bob] }] });
  try {
    await story.fires('db1');
    const alert = await story.mail(ann);
    for (const from of [ann, 'mallory@example.net', 'mailer-daemon@example.com'])
      for (const sign of [
        ['Auto-Submitted: auto-replied'],
        ['Return-Path: <>'],
        ['X-Ackmail-Mail: aaaaaaaaaaaaa'],
        ['Precedence: bulk'],
      ])
        story.writes(from, alert, 'ack', sign);
    story.writes('alerts@example.com', alert, 'ack');
    await story.replies(ann, alert, 'comment the last one');
    assert.match(textOf(await story.mail(ann, 2)), /^Noted as a comment/);
    assert.match(textOf(await story.mail(bob, 2)), /comments: the last one$/);
    assert.is(story.host.acknowledged.length, 1);
    assert.equal([story.subjects(ann).length, story.subjects(bob).length], [2, 2]);
    assert.equal(story.subjects('mallory@example.net'), []);
  } finally {
    await story.end();
  }
});

test('A reply that arrives ten times is answered once, and its comment of a megabyte is a line.', async () => {
  const story = await startStory({ ...told, actions: [{ ...email, name: 'ops', to: [ann, bob] }] });
  try {
    await story.fires('db1');
    const alert = await story.mail(ann);
    const again = ['Message-ID: <again@client.example.com>'];
    const words = `ack x\r\nBcc: eve@example.org\r\n${'long words '.repeat(90_000)}`;
    const reply = writeReply(alert, words, { from: `"Ann\\"\t<b>; x" <${ann}>` }).replace(
      /^Message-ID:.*$/m,
      again[0] ?? '',
    );
    for (let copy = 0; copy < 10; copy += 1) story.arrives(reply);
    const news = await story.mail(bob, 2);
    story.writes(bob, alert, 'comment end');
    await story.mail(bob, 3);
    await story.mail(ann, 3);
    assert.is(story.host.acknowledged.length, 2);
    assert.equal([story.subjects(ann).length, story.subjects(bob).length], [3, 3]);
    assert.is(headerField(news, 'Bcc'), '');
    assert.match(textOf(news), /\nann@example\.com writes: x Bcc: eve@example\.org long words .{900,990}…$/s);
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
