import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { startStory } from '../helpers/story.js';
import { until } from '../helpers/until.js';
import { writeBounce } from '../helpers/write-bounce.js';

const oncall = 'oncall@example.com';
const second = 'second@example.com';
const boss = 'boss@example.com';
const email = { type: 'email', account: 'alerts' };
const actions = [
  { ...email, name: 'oncall', to: [oncall] },
  { ...email, name: 'second', to: [second], after: '15m' },
  { ...email, name: 'boss', to: [boss], after: '30m' },
];

test('The mail to who is on call comes back: the second is told at once, and of that, too.', async () => {
  const story = await startStory({ actions });
  try {
    const fired = await story.fires('db1');
    const mail = await story.mail(oncall);
    await story.settled();
    await story.clock.forward(20_000);
    story.arrives(writeBounce('postfix', mail, { recipient: oncall }));
    await until('both mails', () => story.subjects(second).length === 2 && story.subjects(boss).length === 1);
    assert.equal([...story.subjects(second)].sort(), [
      '[CRITICAL] DiskFull on db1',
      '[SYSTEM ERROR] SMTP bounced for oncall@example.com',
    ]);
    const step = story.subjects(second).indexOf('[CRITICAL] DiskFull on db1') + 1;
    assert.match(
      await story.mail(second, step),
      'Nobody has acknowledged this within 20 s; told before: oncall.',
    );
    assert.equal(story.subjects(boss), ['[SYSTEM ERROR] SMTP bounced for oncall@example.com']);
    // Nobody is told of themselves.
    assert.is(story.subjects(oncall).length, 1);
    const { systemErrors } = await story.plugin().status();
    assert.equal(
      systemErrors.map(({ code, subject }) => `${code} ${subject}`),
      [`SMTP_BOUNCED ${oncall}`],
    );
    assert.match(story.plugin().reportHeader().text, 'Mail to oncall@example.com came back: ');

    // The same again wakes nobody else, and neither does a bounce of what tells of the bounce.
    story.arrives(writeBounce('gmail', mail, { recipient: oncall }));
    const told = (story.subjects(second)[0] ?? '').startsWith('[SYSTEM') ? 1 : 2;
    story.arrives(writeBounce('exchange', await story.mail(second, told), { recipient: second }));
    await until('both errors', async () => (await story.plugin().status()).systemErrors.length === 2);
    await story.at('03:29');
    assert.equal(
      story.subjects(boss).filter((subject) => subject.startsWith('[CRITICAL]')),
      [],
    );
    await story.at('03:30');
    await until('the boss', () => story.subjects(boss).some((subject) => subject.startsWith('[CRITICAL]')));
    await story.replies(second, await story.mail(second, step), 'On it.');
    await until('one error', async () => (await story.plugin().status()).systemErrors.length === 1);
    await story.ends(fired);
  } finally {
    await story.end();
  }
});

test('A recipient whom mail reaches again for a day is no failure any more.', async () => {
  const both = { ...email, name: 'ops', to: [oncall, second] };
  const story = await startStory({ actions: [both] });
  const errors = async () => (await story.plugin().status()).systemErrors.length;
  try {
    await story.fires('db1');
    const mail = await story.mail(oncall);
    story.arrives(writeBounce('exim-old', mail, { recipient: oncall }));
    await until('the error', async () => (await errors()) === 1);
    assert.match((await story.plugin().status()).systemErrors[0]?.severity ?? '', 'warning');
    // What tells of it is a mail to both, too, and comes back.
    story.arrives(writeBounce('postfix', await story.mail(oncall, 2), { recipient: oncall }));
    await until('the second', async () => (await story.plugin().status()).systemErrors[0]?.count === 2);
    await story.restart();
    await story.at('09:00');
    await story.fires('db2');
    await story.settled();
    await story.at('08:59');
    assert.is(await errors(), 1);
    await story.at('11:00');
    await until('its end', async () => (await errors()) === 0);
  } finally {
    await story.end();
  }
});

test.run();
