import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readHeaderFields } from '../../../src/ack/header-fields.js';
import { createFindTagged } from '../../../src/ack/reference/find-tagged.js';
import type { AuthenticationPolicy } from '../../../src/ack/trust/authentication-policy.js';
import { fakeClock } from '../../helpers/fake-clock.js';
import { authservId, received } from '../../helpers/received.js';
import { keysOf, signedMail } from '../../helpers/signed-mail.js';
import { until } from '../../helpers/until.js';
import { composedMail, references, replyTo, trusting } from '../scene.js';
import { a, b, settled, stage } from '../stage.js';

const test = suite<{ ends: (() => Promise<void>)[] }>('subject tags');

test.before.each((context) => {
  context.ends = [];
});
test.after.each(async ({ ends }) => {
  for (const end of ends.toReversed()) await end();
});

const tagOf = (id: string) => references.mint(id, 'example.com').subjectTag;
const bare = { To: 'alerts@example.com', 'In-Reply-To': undefined, References: undefined };
const tagged = (id: string, words = 'ack', fields = {}) =>
  replyTo(id, words, { ...bare, Subject: `Re: [CRITICAL] DiskFull on db1 [${tagOf(id)}]`, ...fields });

test('A reply with nothing but the tag in its subject counts, from a recipient of that mail who is authenticated.', async (context) => {
  const on = await stage(context, { allow: ['friend@example.com'] });
  await on.start();
  on.server.append(tagged(a, 'ack 1h mine'));
  on.server.append(tagged(a, 'comment folded', { Subject: `=?utf-8?Q?Re=3A_[${tagOf(a).toUpperCase()}]?=` }));
  const alone = [
    tagged(a, 'comment friend', { From: 'friend@example.com' }),
    tagged(a, 'comment stranger', { From: 'stranger@example.org' }),
    tagged(a, 'comment two', { Subject: `Re: [${tagOf(a)}] [${tagOf(b)}]` }),
    tagged(a, 'comment robot', { 'Auto-Submitted': 'auto-replied' }),
    tagged(a, 'comment altered', { Subject: `Re: [${tagOf(a).slice(0, -1)}0]` }),
    tagged(a, 'comment bare', { Subject: `Re: ${tagOf(a)}` }),
    received(tagged(a, 'comment forged').replace(/^Authentication-Results.*\r\n/, ''), 'fail'),
  ];
  for (const mail of alone) on.server.append(mail);
  await settled(on);
  assert.equal(on.calls.map(({ comment }) => comment).toSorted(), ['end', 'folded', 'mine']);
  await until('the marks', () => on.marked() === 3);
  assert.equal(
    on.server.mails().map(({ raw, flags }) => [raw, flags]),
    alone.map((raw) => [raw, []]),
  );
  await until('their end', async () => (await on.replies.names()).every((name) => !name.startsWith('open.')));
  assert.is((await on.replies.names()).length, 3);
  const [first] = await Promise.all((await on.replies.names()).map((name) => on.replies.get(name)));
  assert.ok(['subject', 'in-reply-to'].includes(first?.findings?.reference?.carrier ?? ''));
});

test('Where a signature shows who sent it, the subject with its tag is enough to be covered.', async (context) => {
  const { resolveTxt } = keysOf(['example.com']);
  const on = await stage(context, {
    trust: { authentication: { kind: 'generic', authservIds: [] }, resolveTxt },
  });
  await on.start();
  // As Exchange Online signs: neither To nor In-Reply-To.
  const covers = ['From', 'Date', 'Subject', 'Message-ID', 'Content-Type', 'MIME-Version'];
  on.server.append(signedMail(tagged(a, 'comment by tag'), { covers }));
  const subject = { Subject: `Re: [CRITICAL] x [${tagOf(a)}]` };
  on.server.append(signedMail(replyTo(a, 'comment by thread', subject), { covers }));
  on.server.append(signedMail(replyTo(a, 'comment uncovered', subject), { covers: ['From', 'Date'] }));
  await until('two', () => on.calls.length === 2);
  await until('a refusal', async () => (await on.scene.history('refused')).length === 1);
  assert.equal(on.calls.map(({ comment }) => comment).toSorted(), ['by tag', 'by thread']);
});

test('Who guesses tags is not listened to for a while, and nobody else suffers by it.', async () => {
  const clock = fakeClock();
  let read = 0;
  const mails = {
    get: async (id: string) =>
      composedMail(id, {
        recipients: { 'ops@example.com': { status: 'accepted' }, 'ann@example.com': { status: 'accepted' } },
      }),
    names: async () => {
      read += 1;
      return [a, b];
    },
  };
  const finder = (authentication: AuthenticationPolicy) =>
    createFindTagged({ mails, references, trust: trusting({ authentication }), clock });
  const find = finder({ kind: 'generic', authservIds: [authservId] });
  const fields = (mail: string) => readHeaderFields(Buffer.from(mail));
  const guess = (number: number, from: string) =>
    find(fields(tagged(a, '', { From: from, Subject: `[#${String(number).padStart(10, 'x')}]` })));
  for (let number = 0; number < 50; number += 1) assert.is(await guess(number, 'ops@example.com'), undefined);
  assert.is(read, 10, 'looked at');
  assert.is(await find(fields(tagged(a))), undefined, 'not listened to');
  assert.equal(await find(fields(tagged(a, '', { From: 'ann@example.com' }))), {
    mailId: a,
    carrier: 'subject',
  });
  // Who is not shown to be the sender uses up the guesses of nobody else.
  const unsigned = (mail: string) => mail.replace(/^Authentication-Results.*\r\n/, '');
  for (let number = 0; number < 50; number += 1)
    await find(
      fields(
        unsigned(
          tagged(b, '', {
            From: 'ann@example.com',
            Subject: `[#${number}yyyyyyyyy]`.replace(/#\d+/, `#${number % 10}`),
          }),
        ),
      ),
    );
  assert.equal(await find(fields(tagged(b, '', { From: 'ann@example.com' }))), {
    mailId: b,
    carrier: 'subject',
  });
  await clock.forward(3_600_000);
  assert.equal(await find(fields(tagged(a))), { mailId: a, carrier: 'subject' });
  // Without authentication a tag shows nothing.
  assert.is(await finder({ kind: 'none' })(fields(tagged(a))), undefined);
});

test('A tag names its own mail only.', () => {
  const tag = tagOf(a).slice(1);
  assert.ok(references.isTagOf(tag, a));
  assert.ok(references.isTagOf(tag.toUpperCase(), a));
  assert.not.ok(references.isTagOf(tag, b));
  for (let index = 0; index < tag.length; index += 1)
    assert.not.ok(references.isTagOf(`${tag.slice(0, index)}0${tag.slice(index + 1)}`, a));
  for (const text of ['', tag.slice(1), `${tag}a`, `#${tag}`])
    assert.not.ok(references.isTagOf(text, a), text);
});

test.run();
