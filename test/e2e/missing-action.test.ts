import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { register } from '../../src/index.js';
import { createTestHost, firedEvent } from '../helpers/test-host.js';
import { until } from '../helpers/until.js';

const settingsWith = (...names: string[]) => ({
  accounts: {
    relay: {
      ...{ grant: 'password', mailbox: 'monitor@example.com', password: 'secret' },
      smtp: { host: '127.0.0.1', port: 9, security: 'none' },
    },
  },
  actions: names.map((name) => ({ name, type: 'email', account: 'relay', to: ['ops@example.com'] })),
});

test('What waits for an action that was renamed is a system error, until the action is back.', async () => {
  const first = await createTestHost(settingsWith('ops'));
  try {
    const before = await register(first);
    await before.handleAlerts([firedEvent('db1'), firedEvent('db2')]);
    await before.stop();

    const renamed = await register({ ...first, settings: settingsWith('oncall') });
    await until('the system error', () => renamed.reportHeader().json.length > 0);
    const [error] = renamed.reportHeader().json;
    assert.equal([error?.code, error?.subject, error?.severity], ['ACTION_MISSING', 'ops', 'warning']);
    assert.match(error?.message ?? '', 'which is not in the settings: 2');
    await until('its alert', async () => (await renamed.status()).actions[0]?.waiting === 1);
    await renamed.stop();

    const back = await register({ ...first, settings: settingsWith('ops', 'oncall') });
    await until('its end', () => first.systemErrors.includes('cleared ACTION_MISSING ops'));
    assert.equal(back.reportHeader().json, []);
    assert.is((await back.status()).actions.find(({ action }) => action === 'ops')?.waiting, 2);
    await back.stop();
  } finally {
    await first.remove();
  }
});

test.run();
