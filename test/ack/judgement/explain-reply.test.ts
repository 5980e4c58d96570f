import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createReplyDesk } from '../../../src/ack/reply-desk.js';
import { systemClock } from '../../../src/core/clock.js';
import type { KeptReply, ReplyDesk } from '../../../src/core/judged-reply.js';
import { until } from '../../helpers/until.js';
import { person, references, replyTo, trusting } from '../scene.js';
import { a, settled, stage } from '../stage.js';

const test = suite<{ ends: (() => Promise<void>)[] }>('explaining replies');

test.before.each((context) => {
  context.ends = [];
});
test.after.each(async ({ ends }) => {
  for (const end of ends) await end();
});

const begin = async (context: { ends: (() => Promise<void>)[] }) => {
  const on = await stage(context);
  const desk = createReplyDesk({
    settings: { expires: 8 * 3_600_000 },
    ...{ timeZone: 'UTC', trust: trusting(), references, clock: systemClock },
    ...{ history: on.scene.store.history, open: () => [] },
    ...{ mails: on.mails, replies: on.replies, alert: (id: string) => on.alerts.get(id) },
  });
  return { on, desk };
};

const listed = async (desk: ReplyDesk) => {
  const found: KeptReply[] = [];
  for await (const reply of desk.list(new Date(0))) found.push(reply);
  return found;
};

test('What is explained is what happens: the same judgement, and nothing is kept of the explanation.', async (context) => {
  for (const raw of [
    replyTo(a, 'On it.'),
    replyTo(a, 'unack'),
    replyTo(a, 'ack until 25:00'),
    replyTo(a, 'comment why'),
    replyTo(a, 'ack', { From: 'evil@example.org' }),
    replyTo(a, 'ack', { 'Auto-Submitted': 'auto-replied' }),
  ]) {
    const { on, desk } = await begin(context);
    const before = await desk.explain(Buffer.from(raw), 1);
    assert.is(before.kept, undefined);
    assert.equal(await on.replies.names(), []);
    await on.start();
    on.server.append(raw);
    const kept = await until('it to be on record', async () => (await listed(desk))[0]);
    assert.equal(
      [kept.verdict, kept.reason, kept.sender],
      [before.verdict, before.reason, before.sender],
      raw,
    );
    if (kept.verdict !== 'refused') assert.equal(kept.command, before.command);
  }
});

test('Of a mail that came to the mailbox, what became of it is told beside what it would be now.', async (context) => {
  const { on, desk } = await begin(context);
  await on.start();
  const raw = Buffer.from(replyTo(a, 'ack 2h'));
  on.server.append(raw);
  await until('the outcome', async () => (await desk.explain(raw, 1)).kept?.outcome);
  await settled(on);
  on.alerts.clear();
  const { kept, verdict } = await desk.explain(raw, 1);
  assert.is(verdict, 'acknowledge');
  assert.equal(
    [kept?.verdict, kept?.reason, kept?.outcome],
    ['acknowledge', 'it begins with ack', 'acknowledged'],
  );
  const listed = [];
  for await (const reply of desk.list(new Date(0))) listed.push(reply);
  assert.equal(listed.map(({ sender, verdict, ownText }) => [sender, verdict, ownText]).sort(), [
    [person, 'acknowledge', 'ack 2h'],
    [person, 'comment', 'comment end'],
  ]);
});

test.run();
