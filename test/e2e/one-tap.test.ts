import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { headerField } from '../helpers/lab.js';
import { startStory } from '../helpers/story.js';
import { until } from '../helpers/until.js';

const ops = 'ops@example.com';
const actions = [{ name: 'ops', type: 'email', account: 'alerts', to: [ops] }];

test('The button of a mail acknowledges by a new mail that names no other.', async () => {
  const story = await startStory({ actions });
  const { host } = story;
  try {
    const fired = await story.fires('db-1 "ü" & co');
    const mail = await story.mail(ops);
    await story.presses(ops, mail);
    const [taken] = host.acknowledged;
    assert.is(taken?.acknowledgement.kind, 'acknowledge');
    assert.is(taken?.acknowledgement.author, ops);
    assert.is(taken?.acknowledgement.comment, '');
    assert.equal(
      taken?.alerts.map(({ fingerprint }) => fingerprint),
      [fired.alert.fingerprint],
    );
  } finally {
    await story.end();
  }
});

test('The button of a mail about many alerts acknowledges all of them.', async () => {
  const story = await startStory({ actions }, '03:00', { rate: { burst: 6, perMinute: 20 } });
  const { host, clock } = story;
  try {
    await Promise.all(Array.from({ length: 30 }, (_, index) => story.fires(`db${index}`)));
    const isDigest = (subject: string) => /\d\d alerts: /.test(subject);
    await until('a digest', async () => {
      await clock.forward(1_000);
      return story.subjects(ops).some(isDigest);
    });
    await story.settled();
    const digest = await story.mail(ops, story.subjects(ops).findIndex(isDigest) + 1);
    await story.presses(ops, digest);
    const count = Number(/(\d\d) alerts: /.exec(headerField(digest, 'Subject'))?.[1]);
    assert.is(host.acknowledged[0]?.alerts.length, count);
  } finally {
    await story.end();
  }
});

test.run();
