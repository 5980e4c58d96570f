import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createPutOff, putOffType } from '../../src/ack/put-off.js';
import type { Reply } from '../../src/core/mail.js';
import { fakeClock } from '../helpers/fake-clock.js';
import { quietLog } from '../helpers/quiet-log.js';
import { keysOf, signedMail } from '../helpers/signed-mail.js';
import { until } from '../helpers/until.js';
import { openScene, person, replyTo } from './scene.js';
import { a, b, settled, stage } from './stage.js';

const test = suite<{ ends: (() => Promise<void>)[] }>('admitting replies');

test.before.each((context) => {
  context.ends = [];
});
test.after.each(async ({ ends }) => {
  for (const end of ends.toReversed()) await end();
});

const comments = (on: Awaited<ReturnType<typeof stage>>) => on.calls.map(({ comment }) => comment);
const refused = async (on: Awaited<ReturnType<typeof stage>>) =>
  (await on.scene.history('refused')).map(({ reason }) => `${reason}`);

test('The same reply under another Message-ID acts no second time.', async (context) => {
  const on = await stage(context);
  await on.start();
  const first = replyTo(a, 'ack 1h mine');
  on.server.append(first);
  await until('the first', () => on.calls.length === 1);
  on.server.append(first.replace(/Message-ID: .*/, 'Message-ID: <another@client.example.com>'));
  on.server.append(first.replace(/Message-ID: .*\r\n/, ''));
  // The same words a second later are said again.
  on.server.append(replyTo(a, 'ack 1h mine'));
  await settled(on);
  assert.equal(comments(on), ['mine', 'mine', 'end']);
  const reasons = await refused(on);
  assert.is(reasons.length, 2);
  for (const reason of reasons) assert.match(reason, /the same reply as one before/);
});

test('A signed reply that comes again is known by its signature, whatever of the rest was changed.', async (context) => {
  const on = await stage(context);
  await on.start();
  const first = signedMail(replyTo(a, 'ack 1h mine'), { covers: ['From', 'Subject', 'In-Reply-To'] });
  on.server.append(first);
  await until('the first', () => on.calls.length === 1);
  on.server.append(
    first
      .replace(/Message-ID: .*/, 'Message-ID: <another@client.example.com>')
      .replace(/Date: .*/, 'Date: Mon, 02 Mar 2026 03:00:00 +0000'),
  );
  await settled(on);
  assert.equal(comments(on), ['mine', 'end']);
  assert.match((await refused(on)).join(), /the same reply/);
});

test('Of more than 30 replies of one sender at once the others wait, act in their order, and hold up nobody else.', async (context) => {
  const clock = fakeClock();
  const on = await stage(context, { clock, allow: ['other@example.com'] });
  const first = await on.start();
  const said = Array.from({ length: 36 }, (_, index) => `number ${index}`);
  for (const words of said) on.server.append(replyTo(a, `comment ${words}`));
  on.server.append(replyTo(b, 'comment of another', { From: 'other@example.com' }));
  await until('the other', () => comments(on).includes('of another'));
  assert.equal(
    comments(on)
      .filter((each) => each !== 'of another')
      .toSorted(),
    said.slice(0, 30).toSorted(),
  );
  assert.is((await on.putOff.names()).length, 6);
  await clock.forward(20_000);
  await until('one more', () => comments(on).includes('number 30'));
  assert.not.ok(comments(on).includes('number 31'));
  // What comes now stands behind those that wait, also after a restart.
  on.server.append(replyTo(a, 'comment last'));
  await until('it to wait', async () => (await on.putOff.names()).length === 6);
  await first.stop();
  await on.start();
  await until('all', async () => {
    await clock.forward(20_000);
    return comments(on).includes('last');
  });
  const order = comments(on).filter((each) => each !== 'of another');
  assert.equal(order.slice(30), [...said.slice(30), 'last']);
  await until('nothing to wait', async () => (await on.putOff.names()).length === 0);
  assert.equal(await refused(on), []);
});

test('While a DNS server does not answer a reply waits, and is refused after a day; others go on.', async (context) => {
  const clock = fakeClock();
  const dns = { now: keysOf(['example.com'], ['slow.example.com', 'dead.example.com']) };
  const on = await stage(context, {
    clock,
    trust: {
      authentication: { kind: 'generic', authservIds: [] },
      resolveTxt: (name) => dns.now.resolveTxt(name),
    },
  });
  const first = await on.start();
  on.server.append(signedMail(replyTo(a, 'comment slow'), { domain: 'slow.example.com' }));
  on.server.append(signedMail(replyTo(a, 'comment dead'), { domain: 'dead.example.com' }));
  on.server.append(signedMail(replyTo(b, 'comment at once')));
  await until('the third', () => comments(on).includes('at once'));
  await until('two to wait', async () => (await on.putOff.names()).length === 2);
  assert.equal(await refused(on), []);
  await first.stop();
  dns.now = keysOf(['example.com', 'slow.example.com'], ['dead.example.com']);
  await on.start();
  await until('the first', () => comments(on).includes('slow'));
  await until('the refusal', async () => {
    await clock.forward(3_600_000);
    return (await refused(on)).length > 0;
  });
  assert.match((await refused(on)).join(), /^for 24 hours, it cannot be told now who sent it: .*DNS/);
  await until('nothing to wait', async () => (await on.putOff.names()).length === 0);
  assert.equal(comments(on), ['at once', 'slow']);
  assert.is(on.calls.at(-1)?.author, person);
});

test('Mails that nobody is shown to have sent hold up no reply of whom they name, and cost it nothing.', async (context) => {
  const clock = fakeClock();
  const dns = keysOf([], ['dead.example.com']);
  const on = await stage(context, { clock, trust: { resolveTxt: dns.resolveTxt } });
  await on.start();
  const forged = () =>
    signedMail(replyTo(a, 'unack'), { domain: 'dead.example.com' }).replace(
      /^Authentication-Results:.*\r\n/m,
      '',
    );
  for (let count = 0; count < 310; count += 1) on.server.append(forged());
  await until('all that wait', async () => (await refused(on)).length >= 290);
  const asked = dns.asked.length;
  on.server.append(replyTo(a, 'comment mine'));
  await until('the real one', () => comments(on).includes('mine'));
  // Earlier ones may be theirs, too, but not that many.
  assert.ok(dns.asked.length - asked < 50, `${dns.asked.length - asked}`);
  assert.match((await refused(on)).join(), /DNS.*too many wait already/);
  assert.not.match((await refused(on)).join(), /replies of/);
});

test('A new reply stands behind those of its sender that wait for room, and lets those be tried that wait for a server.', async ({
  ends,
}) => {
  const clock = fakeClock();
  const scene = await openScene(clock);
  ends.push(scene.remove);
  const putOff = createPutOff({
    putOff: scene.store.collection('put-off', putOffType),
    ...{ clock, log: quietLog },
  });
  const reply: Reply = {
    place: { account: 'alerts', position: '1:1' },
    ...{ header: Buffer.from(''), receivedAt: clock.now(), source: async () => Buffer.from('') },
  };
  const later = new Date(clock.now().getTime() + 60_000);
  await putOff.put('one', reply, { sender: person, dueAt: later, isRate: true });
  await putOff.put('two', reply, { sender: 'other@example.com', dueAt: later, isRate: false });
  assert.equal(putOff.behind('new', person), later);
  assert.is(putOff.behind('one', person), undefined);
  assert.is(putOff.behind('new', 'third@example.com'), undefined);
  assert.equal(putOff.behind('new', 'other@example.com'), clock.now(), 'tried first');
  const handed: string[] = [];
  const ending = new AbortController();
  const running = putOff.run(async ({ place }) => void handed.push(place.position), ending.signal);
  await until('the other', () => handed.length === 1);
  await clock.forward(60_000);
  await until('both', () => putOff.count(true) + putOff.count(false) === 0);
  ending.abort();
  await running;
});

test.run();
