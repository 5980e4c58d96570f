import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Fault } from '../../src/core/fault.js';
import { checkSettings } from '../../src/settings/check-settings.js';

const smtp = { host: 'smtp.example.com' };
const relay = { grant: 'password', mailbox: 'a@example.com', password: 'p' };
const email = { name: 'ops', type: 'email', account: 'relay', to: ['ops@example.com'] };

/** What is said of settings with a report; nothing when they are right. */
async function said(report: object, actions: readonly object[] = [email]): Promise<string> {
  const accounts = { relay: { ...relay, smtp }, reader: relay };
  try {
    await checkSettings({ accounts, actions, report }, { env: {}, baseDir: '/' });
    return '';
  } catch (thrown) {
    if (thrown instanceof Fault) return thrown.message;
    throw thrown;
  }
}

test('A report needs recipients, a day and a time that there are, and an account that sends', async () => {
  const to = ['boss@example.com'];
  assert.is(await said({ to }), '');
  assert.is(await said({ to, every: 'day', at: '23:59', account: 'relay' }), '');
  assert.match(await said({ to: [] }), /report\.to/);
  assert.match(await said({ to: ['boss@example.com\r\nBcc: all@example.com'] }), /report\.to\.0/);
  for (const at of ['7:00', '24:00', '07:60', '7 am'])
    assert.match(await said({ to, at }), /report\.at: is not a time of day/);
  assert.match(await said({ to, every: 'month' }), /report\.every/);
  assert.match(await said({ to, day: 'Monday' }), /report\.day/);
  assert.match(await said({ to, account: 'nobody' }), /there is no account nobody/);
  assert.match(await said({ to, account: 'reader' }), /is missing; the report is sent by it/);
  const chat = { name: 'chat', type: 'webhook', url: 'https://example.com/' };
  assert.match(await said({ to }, [chat]), /report\.account: is missing; no email action/);
  assert.is(await said({ to, account: 'relay' }, [chat]), '');
});

test.run();
