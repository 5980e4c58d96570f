import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { headerField } from '../helpers/lab.js';
import { type Story, startStory } from '../helpers/story.js';
import { until } from '../helpers/until.js';

const ops = 'ops@example.com';

test('Alerts of a storm are acknowledged by their numbers, and a reply without any is asked back.', async () => {
  const story = await startStory(
    { actions: [{ name: 'ops', type: 'email', account: 'alerts', to: [ops] }] },
    '03:00',
    { rate: { burst: 6, perMinute: 20 } },
  );
  const { host } = story;
  try {
    await Promise.all(Array.from({ length: 40 }, (_, index) => story.fires(`db${index}`)));
    await passes(story, 1);
    const subjects = story.subjects(ops);
    const digest = await story.mail(ops, subjects.findIndex((subject) => /\d\d alerts: /.test(subject)) + 1);

    story.writes(ops, digest, 'On it.');
    await story.clock.forward(1_000);
    const question = await story.mail(ops, subjects.length + 1);
    assert.is(headerField(question, 'Auto-Submitted'), 'auto-replied');
    assert.match(headerField(question, 'In-Reply-To'), /^<reply-/);
    assert.match(question, /does not say which of them you mean/);
    assert.is(host.acknowledged.length, 0);

    await story.at('03:02');
    await story.replies(ops, question, 'ack 2,5');
    const named = (number: number) =>
      new RegExp(`\\n${number}\\. \\[CRITICAL\\] DiskFull on (\\w+)`).exec(digest)?.[1];
    assert.equal(
      host.acknowledged[0]?.alerts.map(({ labels }) => labels['instance']),
      [named(2), named(5)],
    );

    await story.at('03:05');
    await story.replies(ops, digest, 'ack all 1h');
    const [, all] = host.acknowledged;
    assert.is(all?.alerts.length, Number(/(\d\d) alerts: /.exec(headerField(digest, 'Subject'))?.[1]));
    assert.equal(all?.acknowledgement.expiresAt, new Date('2026-03-02T04:05:00Z'));

    // The hour is over: that is no storm of mails either.
    await story.at('04:05:20');
    await passes(story, 2);
    const later = story.subjects(ops).slice(subjects.length + 1);
    assert.ok(later.length <= 3, `${later.length} mails`);
  } finally {
    await story.end();
  }
});

/** The clock goes on until there are so many digests and nothing waits: the rate decides how long that takes. */
async function passes({ clock, plugin, subjects }: Story, digests: number): Promise<void> {
  await until(`${digests} digests`, async () => {
    await clock.forward(1_000);
    const { actions } = await plugin().status();
    const found = subjects(ops).filter((subject) => /\d\d alerts: /.test(subject)).length;
    return found >= digests && actions.every(({ waiting }) => waiting === 0);
  });
}

test.run();
