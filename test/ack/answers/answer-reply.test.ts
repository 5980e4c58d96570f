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

test.run();
