import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type PluginInstance, register } from '../src/index.js';
import { alertsMailbox, type Lab, startLab } from './helpers/lab.js';
import { createTestHost, firedEvent, type TestHost } from './helpers/test-host.js';
import { until } from './helpers/until.js';

interface Context {
  lab: Lab;
  host: TestHost;
  plugin: PluginInstance;
}

const test = suite<Context>('last mail');

test.before(async (context) => {
  context.lab = await startLab();
  context.host = await createTestHost(context.lab.settings());
  context.plugin = await register(context.host);
});
test.after(async ({ lab, host, plugin }) => {
  await plugin.stop();
  await host.remove();
  await lab.close();
});

const accountOf = async (plugin: PluginInstance) => {
  const [account] = (await plugin.status()).accounts;
  if (!account) throw new Error('There is no account.');
  return account;
};

test('The status tells of the last mail and the last reply, also after a restart', async (context) => {
  const { lab, host, plugin } = context;
  const none = await accountOf(plugin);
  assert.is(none.lastSentAt, undefined);
  assert.is(none.lastReplyAt, undefined);

  await plugin.start();
  const url = await plugin.authorizationUrl('alerts');
  await plugin.completeAuthorization(await lab.authorization.signIn(url, alertsMailbox));
  await plugin.handleAlerts([firedEvent('db1')]);
  const mail = await until('the mail', () => lab.received()[0]);
  const sent = await until('the last send', async () => (await accountOf(plugin)).lastSentAt);
  assert.is((await accountOf(plugin)).lastReplyAt, undefined);
  lab.reply(mail, 'ack');
  const read = await until('the last reply', async () => (await accountOf(plugin)).lastReplyAt);
  assert.ok(read >= sent);
  await plugin.stop();

  context.plugin = await register(await createTestHost(host.settings, host.settingsDir));
  const { lastSentAt, lastReplyAt } = await accountOf(context.plugin);
  assert.equal(lastSentAt, sent);
  assert.equal(lastReplyAt, read);
});

test.run();
