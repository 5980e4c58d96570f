import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { mailType } from '../../../src/actions/email/mail-type.js';
import { until } from '../../helpers/until.js';
import { composedMail, firingAlert, replyTo } from '../scene.js';
import { b, stage } from '../stage.js';

const test = suite<{ ends: (() => Promise<void>)[] }>('answering replies');

test.before.each((context) => {
  context.ends = [];
});
test.after.each(async ({ ends }) => {
  for (const end of ends.toReversed()) await end();
});

test('Who takes many alerts by one reply tells nobody of those that they did not get.', async (context) => {
  const on = await stage(context, { answers: { confirm: false, tellOthers: true } });
  const id = 'ccccccccccccc';
  const alertIds = ['mail', 'payroll', 'billing'];
  await on.scene.store.collection('mails', mailType).put(id, composedMail(id, { alertIds }));
  for (const each of alertIds) on.alerts.set(each, firingAlert(each));
  const recipients = { 'customer@contoso.com': { status: 'accepted' as const } };
  on.state.threads = [composedMail(b, { action: 'customer', alertIds: ['mail'], recipients })];
  await on.start();
  on.server.append(replyTo(id, 'ack all 2h'));
  const [news] = await until('the news', () => on.answers.length > 0 && on.answers);
  assert.equal(news?.to, ['customer@contoso.com']);
  assert.match(news?.text ?? '', /^ops@example\.com has it until /);
  assert.not.match(news?.text ?? '', /payroll|billing|3 alerts/);
});

test('What answers our confirmation is confirmed only where it does something: two programs would write for ever.', async (context) => {
  const on = await stage(context, { answers: { confirm: true, tellOthers: false } });
  on.alerts.set(`alert-${b}`, firingAlert(`alert-${b}`, { status: 'acknowledged' }));
  await on.start();
  const toIt = { 'In-Reply-To': '<answer-cm0123456789@example.com>' };
  on.server.append(replyTo(b, 'I am away until Monday.', toIt));
  await until('the comment', () => on.calls.length === 1);
  on.server.append(replyTo(b, 'ack 2h', toIt));
  on.server.append(replyTo(b, 'unack', { 'In-Reply-To': '<answer-nm0123456789@example.com>' }));
  const texts = () => on.answers.map(({ text }) => text).join();
  await until('two confirmations', () => /You have it/.test(texts()) && /Given back/.test(texts()));
  assert.not.match(texts(), /Noted as a comment/);
  assert.equal(
    on.calls.map(({ kind }) => kind),
    ['comment', 'acknowledge', 'unacknowledge'],
  );
});

test.run();
