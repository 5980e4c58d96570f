import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { answerType } from '../../../src/ack/answers/answer-record.js';
import { type Answers, createAnswers, type NewAnswer } from '../../../src/ack/answers/answers.js';
import { mailType } from '../../../src/actions/email/mail-type.js';
import { Fault } from '../../../src/core/fault.js';
import type { Answer, RecipientStatus } from '../../../src/core/mail.js';
import { type FakeClock, fakeClock } from '../../helpers/fake-clock.js';
import { quietLog } from '../../helpers/quiet-log.js';
import { until } from '../../helpers/until.js';
import { composedMail, openScene, type Scene } from '../scene.js';

const minuteMs = 60_000;
const mail = composedMail('aaaaaaaaaaaaa');
const other = composedMail('bbbbbbbbbbbbb');
const ann = 'ann@example.com';
const bob = 'bob@example.com';

/** One transaction: the answer, and who was named in it. */
interface Sent {
  readonly answer: Answer;
  readonly to: readonly string[];
}

interface Context {
  scene: Scene;
  clock: FakeClock;
  sent: Sent[];
  /** What the server says of a transaction; those who are left out are for the next one. */
  server: (sent: Sent) => Promise<Record<string, RecipientStatus['status']>>;
  roomAt: (account: string) => Date;
  start: () => Promise<Answers>;
  stop: () => Promise<void>;
}

const test = suite<Context>('answers');
const taken = async ({ to }: Sent) => Object.fromEntries(to.map((name) => [name, 'accepted' as const]));

test.before.each(async (context) => {
  const clock = fakeClock();
  context.scene = await openScene(clock);
  context.clock = clock;
  context.sent = [];
  context.server = taken;
  context.roomAt = () => new Date(0);
  const mails = context.scene.store.collection('mails', mailType);
  for (const each of [mail, other]) await mails.put(each.id, each);
  context.stop = async () => {};
  context.start = async () => {
    await context.stop();
    const answers = createAnswers({
      answers: context.scene.store.collection('answers', answerType),
      mails,
      answerTransport: {
        roomAt: (account) => context.roomAt(account),
        async send(answer, to, _signal, record) {
          context.sent.push({ answer, to });
          const said = await context.server({ answer, to });
          const recipients = Object.fromEntries(
            Object.entries(said).map(([name, status]) => [
              name,
              { status, reply: `${status} by the server` },
            ]),
          );
          await record({ recipients });
          return { recipients };
        },
      },
      history: context.scene.store.history,
      clock,
      log: quietLog,
    });
    await answers.load();
    const stopping = new AbortController();
    const ended = answers.run(stopping.signal);
    context.stop = async () => {
      stopping.abort();
      await ended;
    };
    return answers;
  };
});

test.after.each(async ({ scene, stop }) => {
  await stop();
  await scene.remove();
});

function answer(more: Partial<NewAnswer> = {}): NewAnswer {
  return {
    kind: 'confirmation',
    mail,
    to: [ann],
    inReplyTo: '<reply@example.com>',
    text: 'You have it.',
    ...more,
  };
}

/** Minutes pass until so many transactions were made. */
async function tried({ clock, sent }: Context, count: number): Promise<void> {
  await until(`${count} tries`, async () => {
    if (sent.length < count) await clock.forward(minuteMs);
    return sent.length >= count;
  });
  assert.is(sent.length, count);
}

async function closed({ scene }: Context, count: number) {
  const find = async () => [...(await scene.history('answered')), ...(await scene.history('not-answered'))];
  await until(`${count} answers to be closed`, async () => (await find()).length >= count);
  const found = await find();
  assert.is(found.length, count);
  return found;
}

test('An answer leaves once, is on record, and the same id is never answered again.', async (context) => {
  const answers = await context.start();
  await answers.put('c1', answer());
  const [entry] = await closed(context, 1);
  assert.equal(
    [entry?.kind, entry?.['about'], entry?.['accepted'], entry?.['mail']],
    ['answered', 'confirmation', [ann], mail.id],
  );
  for (let count = 0; count < 10; count += 1) await answers.put('c1', answer());
  const again = await context.start();
  await again.put('c1', answer());
  await again.put('c2', answer({ to: [bob] }));
  await closed(context, 2);
  assert.equal(
    context.sent.map(({ answer: { id, to, text, inReplyTo } }) => [id, to, text, inReplyTo]),
    [
      ['c1', [ann], 'You have it.', '<reply@example.com>'],
      ['c2', [bob], 'You have it.', '<reply@example.com>'],
    ],
  );
});

test('What does not leave waits over a restart and is the same message then.', async (context) => {
  context.server = () => Promise.reject(new Fault('SMTP_UNREACHABLE', {}));
  const answers = await context.start();
  await answers.put('c1', answer());
  await until('a try', () => context.sent.length === 1);
  await context.stop();
  await context.clock.forward(5 * minuteMs);
  context.server = taken;
  await context.start();
  await closed(context, 1);
  assert.equal(context.sent[1]?.answer, context.sent[0]?.answer);
});

test('A server that fails is left alone for a minute, then for longer, at most a quarter of an hour; its other account is not.', async (context) => {
  const { clock, sent } = context;
  context.server = async (one) => {
    if (one.answer.mail.account === 'alerts') throw new Fault('SMTP_LOGIN_REFUSED', {});
    return taken(one);
  };
  const relayed = composedMail('ccccccccccccc', { account: 'relay' });
  await context.scene.store.collection('mails', mailType).put(relayed.id, relayed);
  const answers = await context.start();
  for (let count = 0; count < 20; count += 1)
    await answers.put(`c${count}`, answer({ to: [`p${count}@example.com`] }));
  await until('a try', () => sent.length === 1);
  await answers.put('c99', answer({ mail: relayed }));
  await closed(context, 1);
  assert.is(sent.length, 2);
  await clock.forward(60 * minuteMs, async () => new Promise((resolve) => setTimeout(resolve, 5)));
  const tries = sent.length - 2;
  assert.ok(tries >= 5 && tries <= 8, `${tries} tries in an hour`);
  assert.ok(new Set(sent.map((one) => one.answer.id)).size >= 5, 'each time another one');
});

test('An address that the server refuses is told in the history and never tried again; who is put off is, alone.', async (context) => {
  const { clock, sent } = context;
  context.server = async ({ to }) =>
    Object.fromEntries(
      to.map((name) => [
        name,
        name === ann ? 'rejected' : name === bob && sent.length < 3 ? 'deferred' : 'accepted',
      ]),
    );
  const answers = await context.start();
  await answers.put('c1', answer());
  const [refused] = await closed(context, 1);
  assert.equal([refused?.kind, refused?.['reason']], ['not-answered', 'rejected by the server']);
  await answers.put('n1', answer({ kind: 'news', to: [ann, bob, 'eve@example.com'] }));
  await tried(context, 3);
  const [, entry] = (await closed(context, 2)).toSorted((one, two) => one.kind.localeCompare(two.kind) * -1);
  assert.equal(
    [entry?.kind, entry?.['accepted'], entry?.['rejected']],
    ['answered', [bob, 'eve@example.com'], [ann]],
  );
  assert.equal(
    sent.map(({ to }) => to),
    [[ann], [ann, bob, 'eve@example.com'], [bob]],
  );
  await clock.forward(25 * 60 * minuteMs);
  assert.is(sent.length, 3);
});

test('A mail that the server refuses as it is, or whose account is gone from the settings, is given up at once.', async (context) => {
  const faults = [new Fault('SMTP_REJECTED', {}), new Fault('CONFIG_ACCOUNT_UNKNOWN', {})];
  context.server = async () => Promise.reject(faults.shift());
  const answers = await context.start();
  await answers.put('c1', answer());
  await closed(context, 1);
  await answers.put('c2', answer());
  assert.equal(
    (await closed(context, 2)).map(({ kind }) => kind),
    ['not-answered', 'not-answered'],
  );
});

test('500 recipients are told by one message, in as many transactions as the server asks for.', async (context) => {
  const { sent } = context;
  context.server = async (one) => taken({ ...one, to: one.to.slice(0, 100) });
  const everybody = Array.from({ length: 500 }, (_, index) => `p${index}@example.com`);
  const answers = await context.start();
  await answers.put('n1', answer({ kind: 'news', to: everybody }));
  const [entry] = await closed(context, 1);
  assert.equal(entry?.['accepted'], everybody);
  assert.is(sent.length, 5);
  for (const one of sent) assert.equal(one.answer, sent[0]?.answer);
  assert.equal(sent[0]?.answer.to, everybody);
});

test('A server that takes nobody and says nothing is asked again later and not for ever.', async (context) => {
  context.server = async () => ({});
  const answers = await context.start();
  await answers.put('c1', answer());
  await until('a try', () => context.sent.length === 1);
  await context.clock.forward(4 * minuteMs);
  assert.is(context.sent.length, 1);
});

test('A burst is no burst of mails: what waits for the same people becomes one that says it all.', async (context) => {
  const { clock, sent } = context;
  const answers = await context.start();
  for (let count = 0; count < 50; count += 1) {
    const to = count % 2 ? [ann, 'carl@example.com'] : [bob];
    await answers.put(`n${count}`, answer({ kind: 'news', to, text: `comment ${count}.` }));
    if (count < 3) await closed(context, count + 1);
    await clock.forward(1_000);
  }
  assert.is(sent.length, 3);
  assert.equal(sent.map(({ to }) => to).slice(0, 2), [[bob], [ann, 'carl@example.com']]);
  // The news of another mail do not wait for these, nor does a confirmation.
  await answers.put('n98', answer({ kind: 'news', mail: other }));
  await answers.put('c99', answer());
  await until('them', () => sent.length === 5);
  await tried(context, 6);
  const last = sent[5];
  assert.equal(new Set(last?.to), new Set([ann, bob, 'carl@example.com']));
  assert.match(last?.answer.text ?? '', /^comment 3\.\n\ncomment 4\.\n\n/);
  assert.match(last?.answer.text ?? '', /\n\n\(And 27 more that the history has\.\)$/);
  await clock.forward(24 * 60 * minuteMs);
  assert.is(sent.length, 6);
});

test('What left as a part of another answer is never told again, also after a restart.', async (context) => {
  const { clock, sent } = context;
  const room = new Date(clock.now().getTime() + minuteMs);
  context.roomAt = () => room;
  const answers = await context.start();
  for (const id of ['n1', 'n2']) await answers.put(id, answer({ kind: 'news', text: id }));
  await clock.forward(minuteMs);
  await closed(context, 1);
  // The mark on the reply failed, so that it is answered once more.
  for (const each of [answers, await context.start()]) {
    for (const id of ['n1', 'n2']) await each.put(id, answer({ kind: 'news', text: id }));
    await clock.forward(60 * minuteMs);
  }
  assert.equal(
    sent.map(({ answer: { text } }) => text),
    ['n1\n\nn2'],
  );
});

test('What was tried takes in nothing more: somebody may have it already.', async (context) => {
  const { sent } = context;
  context.server = () => Promise.reject(new Fault('SMTP_UNREACHABLE', {}));
  const answers = await context.start();
  await answers.put('c1', answer({ text: 'one' }));
  await until('a try', () => sent.length === 1);
  await answers.put('c2', answer({ text: 'two' }));
  await answers.put('c3', answer({ text: 'three' }));
  await answers.put('c4', answer({ text: 'four', to: [bob] }));
  context.server = taken;
  await tried(context, 4);
  await closed(context, 3);
  assert.equal(
    sent.slice(1).map(({ answer: { text } }) => text),
    ['two\n\nthree', 'four', 'one'],
  );
});

test('While there is no room for an answer it waits; after 24 hours it is worth nothing any more.', async (context) => {
  const { clock, sent } = context;
  context.roomAt = () => new Date(clock.now().getTime() + minuteMs);
  const answers = await context.start();
  await answers.put('c1', answer());
  await clock.forward(23 * 60 * minuteMs);
  assert.is(sent.length, 0);
  context.roomAt = () => new Date(0);
  await tried(context, 1);
  await closed(context, 1);
  context.roomAt = () => new Date(clock.now().getTime() + minuteMs);
  await answers.put('c2', answer());
  await clock.forward(25 * 60 * minuteMs);
  context.roomAt = () => new Date(0);
  await until('its end', async () => {
    await clock.forward(minuteMs);
    return (await context.scene.history('not-answered')).length > 0;
  });
  const [, late] = (await closed(context, 2)).toSorted((one, two) => one.kind.localeCompare(two.kind));
  assert.equal([late?.kind, late?.['reason']], ['not-answered', 'there was no room for it in 24 hours']);
  assert.is(sent.length, 1);
});

test.run();
