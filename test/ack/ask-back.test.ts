import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fakeClock } from '../helpers/fake-clock.js';
import { until } from '../helpers/until.js';
import { composedMail, firingAlert, person, replyTo } from './scene.js';
import { a, stage } from './stage.js';

const test = suite<{ ends: (() => Promise<void>)[] }>('asking back');

test.before.each((context) => {
  context.ends = [];
});
test.after.each(async ({ ends }) => {
  for (const end of ends) await end();
});

/** A stage on which the mail a tells of 12 alerts. */
async function stageOfMany(context: Parameters<typeof stage>[0], options?: Parameters<typeof stage>[1]) {
  const on = await stage(context, options);
  const alertIds = Array.from({ length: 12 }, (_, index) => `alert-${index + 1}`);
  for (const id of alertIds) on.alerts.set(id, firingAlert(id));
  await on.mails.put(a, composedMail(a, { alertIds }));
  const outcome = async (found: string) =>
    until(`a reply that was ${found}`, async () => (await on.scene.history(found))[0]);
  return { ...on, outcome };
}

test('Who does not say which of many alerts is asked once, nothing is done, and the mail stays where it is.', async (context) => {
  const on = await stageOfMany(context);
  await on.start();
  on.server.append(replyTo(a, 'On it.', { 'Message-ID': '<bare@client.example.com>' }));
  const entry = await on.outcome('asked');
  assert.equal([entry['account'], entry['author']], ['alerts', person]);
  await until('the question', () => on.answers.length === 1);
  assert.equal(
    on.answers.map(({ to, inReplyTo }) => [...to, inReplyTo]),
    [[person, '<bare@client.example.com>']],
  );
  on.server.append(replyTo(a, 'On it.', { 'Message-ID': '<bare@client.example.com>' }));
  on.server.append(replyTo(a, 'ack 3'));
  await until('the number', () => on.calls.length === 1);
  assert.equal(on.calls[0]?.alertIds, ['alert-3']);
  await until('its mail to be moved', () => on.marked() > 0);
  await until('the records to be closed', async () =>
    (await on.replies.names()).every((name) => !name.startsWith('open.')),
  );
  assert.is(on.answers.length, 1);
  assert.is(on.marked(), 1);
  assert.is(on.server.mails().length, 2, 'what was only asked about is not done');
});

test('A question that does not leave waits over a restart.', async (context) => {
  const on = await stageOfMany(context);
  on.state.answering = () => Promise.reject(new Error('no server'));
  const run = await on.start();
  on.server.append(replyTo(a, 'On it.'));
  await until('a try', () => on.answers.length > 0);
  await run.stop();
  on.state.answering = async () => 'accepted';
  await on.start();
  await on.outcome('answered');
  assert.is(new Set(on.answers.map(({ id }) => id)).size, 1, 'the same question at every try');
});

test('A question that did not leave for 24 hours is given up, and that is on record.', async (context) => {
  const clock = fakeClock(new Date());
  const on = await stageOfMany(context, { clock });
  on.state.answering = () => Promise.reject(new Error('no server'));
  await on.start();
  on.server.append(replyTo(a, 'On it.'));
  await until('a try', () => on.answers.length > 0);
  await clock.forward(25 * 3_600_000);
  const given = await on.outcome('not-answered');
  assert.equal([given['about'], given['reason']], ['question', 'no server']);
});

test('Nobody is asked about one mail more than three times.', async (context) => {
  const on = await stageOfMany(context);
  await on.start();
  for (let count = 0; count < 4; count += 1) on.server.append(replyTo(a, 'thanks'));
  const refused = await on.outcome('refused');
  assert.match(String(refused['reason']), /often enough/);
  await until('the questions', () => on.answers.length === 3);
});

test('Who asks for help gets the list of commands, and whose words are not plain gets it with the reason.', async (context) => {
  const on = await stage(context);
  await on.start();
  on.server.append(replyTo(a, 'Help'));
  await until('the list', () => on.answers.length === 1);
  on.server.append(replyTo(a, "Don't ack this, it is a test"));
  await until('the question', () => on.answers.length === 2);
  on.server.append(replyTo(a, 'ack 2h'));
  await until('the acknowledgement', () => on.calls.length === 1);
  assert.is(on.calls[0]?.kind, 'acknowledge');
  const [help, doubt] = on.answers;
  for (const command of ['ack', 'ack 2h', 'ack until 21:00', 'ack 2,5', 'unack', 'comment', 'help'])
    assert.match(help?.text ?? '', new RegExp(`^${command} `, 'm'));
  assert.match(
    doubt?.text ?? '',
    /^Your reply has a command, but does not begin with it\. Nothing was done\./,
  );
});

test.run();
