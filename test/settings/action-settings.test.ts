import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Fault } from '../../src/core/fault.js';
import { checkSettings } from '../../src/settings/check-settings.js';

const base = {
  accounts: {
    relay: { grant: 'password', mailbox: 'a@example.com', password: 'p', smtp: { host: 'smtp.example.com' } },
  },
};

/** What is said of settings with one action, or with something more; nothing when they are right. */
async function said(action: object, more: object = {}): Promise<string> {
  try {
    await checkSettings(
      { ...base, actions: [{ name: 'one', ...action }], ...more },
      { env: {}, baseDir: '/' },
    );
    return '';
  } catch (thrown) {
    if (thrown instanceof Fault) return thrown.message;
    throw thrown;
  }
}

test('A header field of a webhook has one line, and what is wrong with it is told without its value.', async () => {
  const hook = (value: string) => ({
    type: 'webhook',
    url: 'https://example.com/',
    headers: { 'X-Key': value },
  });
  assert.is(await said(hook('s3cret with spaces')), '');
  for (const value of ['s3cret\nX-Other: 1', 's3cret\r', 's3cret\0', 's3cret €']) {
    const text = await said(hook(value));
    assert.match(text, /actions\.0\.headers\.X-Key: is not the value of a header field/);
    assert.not.match(text, 's3cret');
  }
});

test.run();
