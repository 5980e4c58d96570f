import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { startStory } from '../helpers/story.js';
import { textOf } from '../helpers/text-of.js';

const oncall = 'oncall@example.com';
const boss = 'boss@example.com';
const email = { type: 'email', account: 'alerts' };
const actions = [
  { ...email, name: 'oncall', to: [oncall] },
  { ...email, name: 'boss', to: [boss], after: '30m' },
];

test('An acknowledgement for an hour runs out: the first is told at once, the boss half an hour later.', async () => {
  const story = await startStory({ actions });
  try {
    const fired = await story.fires('db1');
    await story.at('03:10');
    await story.replies(oncall, await story.mail(oncall), 'ack 1h I look at it');
    await story.at('03:59');
    assert.equal(story.subjects(boss), []);
    assert.is(story.subjects(oncall).length, 1);

    await story.at('04:10:30');
    const again = await story.mail(oncall, 2);
    assert.match(again, /^Still firing, since Mon 2 Mar 2026, /m);
    assert.match(again, 'nobody has it');
    await story.at('04:39');
    assert.equal(story.subjects(boss), []);
    await story.at('04:41');
    assert.match(await story.mail(boss), 'Nobody has acknowledged this within 30 min; told before: oncall.');

    await story.replies(boss, await story.mail(boss), 'ack');
    await story.at('06:00');
    await story.ends(fired);
    await story.mail(oncall, 3);
    await story.mail(boss, 2);
  } finally {
    await story.end();
  }
});

test('It runs out while Ackmail is down: the start tells the first at once and the boss half an hour later.', async () => {
  const story = await startStory({ actions });
  try {
    await story.fires('db1');
    await story.at('03:10');
    await story.replies(oncall, await story.mail(oncall), 'ack 1h');
    await story.plugin().stop();
    await story.clock.forward(5 * 3_600_000);
    await story.restart();
    await story.mail(oncall, 2);
    assert.equal(story.subjects(boss), []);
    await story.clock.forward(31 * 60_000);
    await story.mail(boss);
  } finally {
    await story.end();
  }
});

test('Who gives it back by a reply starts the steps anew, and the others hear of it at once.', async () => {
  const story = await startStory({ actions });
  try {
    await story.fires('db1');
    const mail = await story.mail(oncall);
    await story.at('03:05');
    await story.replies(oncall, mail, 'on it');
    await story.at('03:50');
    await story.replies(oncall, mail, 'unack not my system');
    assert.match(
      textOf(await story.mail(oncall, 2)),
      /^Still firing, since Mon 2 Mar 2026, [^;]*; oncall@example\.com gave it back: not my system\. /m,
    );
    await story.at('04:19');
    assert.equal(story.subjects(boss), []);
    await story.at('04:21');
    await story.mail(boss);
  } finally {
    await story.end();
  }
});

test.run();
