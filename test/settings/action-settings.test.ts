import { readFile } from 'node:fs/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parse } from 'yaml';
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

test('A command is the path of a program and its arguments.', async () => {
  const command = (...words: unknown[]) => ({ type: 'command', command: words });
  assert.is(await said(command('/usr/local/bin/page', '--text', 'a; b\n')), '');
  assert.is(await said(command('./page')), '');
  assert.match(await said(command('page')), /actions\.0\.command: is not the path of a program/);
  assert.match(await said(command()), /actions\.0\.command: is not the path of a program/);
  assert.match(
    await said(command('/bin/page', 'a\0b')),
    /actions\.0\.command\.1: is not a text without a null/,
  );
  assert.match(await said({ type: 'command', command: '/bin/page --loud' }), /actions\.0\.command/);
});

test('A chat is no connector that is gone, and is not signed for.', async () => {
  const chat = { type: 'webhook', format: 'teams', url: 'https://contoso.webhook.office.com/webhookb2/1' };
  assert.match(await said(chat), /actions\.0\.url: is a connector of Office 365/);
  const url = 'https://hooks.slack.com/services/1';
  assert.is(await said({ ...chat, url }), '');
  assert.match(
    await said({ ...chat, url, secret: 's' }),
    /actions\.0\.secret: means nothing with format: teams/,
  );
  assert.match(await said({ ...chat, format: 'discord' }), /actions\.0\.format/);
});

test('A heartbeat has a URL without a login, and is not too quick.', async () => {
  const hook = { type: 'webhook', url: 'https://example.com/' };
  const heartbeat = (url: string, every = '1m') => said(hook, { heartbeat: { url, every } });
  assert.is(await heartbeat('https://example.com/a@b', '10s'), '');
  assert.match(await heartbeat('https://example.com/', '0s'), /heartbeat\.every: must be 10 seconds or more/);
  const text = await heartbeat('https://user:s3cret@example.com/');
  assert.match(text, /heartbeat\.url: is not a URL without a login/);
  assert.not.match(text, 's3cret');
  assert.match(await heartbeat('file:///etc/passwd'), /heartbeat\.url: is not a URL beginning with https/);
});

test('A duration that is too long to be one, or too short to make sense, is refused with words.', async () => {
  const hook = { type: 'webhook', url: 'https://example.com/' };
  const tooLong = /: is not a duration of 10 years or less/;
  assert.match(await said(hook, { giveUpAfter: '1000000000w' }), tooLong);
  assert.match(await said(hook, { giveUpAfter: '99999999999999999999w' }), tooLong);
  assert.match(await said({ ...hook, after: '4000d' }), tooLong);
  assert.match(
    await said(hook, { giveUpAfter: '59m' }),
    /^[^\n]*giveUpAfter: is not a duration of 1 h or more[^\n]*$/,
  );
  assert.match(await said(hook, { giveUpAfter: '0s' }), /giveUpAfter: is not a duration of 1 h or more/);
  for (const name of ['after', 'repeat'])
    assert.match(
      await said({ ...hook, [name]: '59s' }),
      new RegExp(`actions\\.0\\.${name}: is not a duration of 1 min or more`),
    );
  assert.match(await said({ ...hook, repeat: '0s' }), /repeat: is not a duration of 1 min or more/);
  assert.match(
    await said(hook, { acknowledgement: { account: 'relay', expires: '0s' } }),
    /acknowledgement\.expires: is not a duration of 1 min or more/,
  );
  for (const name of ['alerts', 'mails', 'replies', 'history'])
    assert.match(
      await said(hook, { retention: { [name]: '23h' } }),
      new RegExp(`retention\\.${name}: is not a duration of 1 d or more`),
    );
  assert.is(await said({ ...hook, after: '0s', repeat: '1m' }, { giveUpAfter: '520w' }), '');
});

test('A label is matched by a text, by one of several, or by a pattern that is one.', async () => {
  const hook = (labels: unknown) => said({ type: 'webhook', url: 'https://example.com/', match: { labels } });
  assert.is(
    await hook({ team: 'db', instance: '/^db-\\d+$/', zone: ['a', '/b/'], path: '/var/lib', mount: '/' }),
    '',
  );
  assert.match(
    await hook({ instance: '/db-(/' }),
    /actions\.0\.match\.labels\.instance: is not a regular expression between slashes/,
  );
  assert.match(await hook({ instance: [] }), /actions\.0\.match\.labels\.instance/);
  assert.match(await hook({ instance: { not: 'db' } }), /actions\.0\.match\.labels\.instance/);
  assert.match(await hook({ instance: `/${'a'.repeat(1_000)}/` }), /actions\.0\.match\.labels\.instance/);
});

test('Quiet hours are two times of day that differ, in a zone that there is.', async () => {
  const quiet = (settings: object) =>
    said({
      type: 'webhook',
      url: 'https://example.com/',
      quiet: { from: '22:00', to: '07:00', ...settings },
    });
  assert.is(await quiet({}), '');
  assert.is(await quiet({ days: ['sat', 'sun'], timeZone: 'Asia/Tokyo', pass: [] }), '');
  assert.match(await quiet({ to: '22:00' }), /actions\.0\.quiet\.to: is not another time than `from`/);
  for (const from of ['24:00', '7:00', '22', '22:60', 1320, ''])
    assert.match(await quiet({ from }), /actions\.0\.quiet\.from: /, String(from));
  assert.match(await quiet({ timeZone: 'Mars/Olympus' }), /quiet\.timeZone: is not a time zone/);
  assert.match(await quiet({ days: ['monday'] }), /quiet\.days\.0: /);
  assert.match(await quiet({ days: [] }), /quiet\.days: /);
});

test('A mail has at most 500 recipients, copies counted.', async () => {
  const people = (count: number) => Array.from({ length: count }, (_, index) => `p${index}@example.com`);
  const mail = (to: number, cc: number) =>
    said({ type: 'email', account: 'relay', to: people(to), cc: people(cc) });
  assert.is(await mail(1, 499), '');
  assert.match(await mail(2, 499), /actions\.0\.cc: makes more than 500 recipients together with `to`/);
  assert.match(await mail(0, 1), /actions\.0\.to/);
});

test('The settings in the pages of the actions, of their manners and of the heartbeat are right.', async () => {
  const hook = 'https://hooks.example.com/1';
  const env = { PAGER_SECRET: 'a', SLACK_WEBHOOK: hook, TEAMS_WEBHOOK: hook, HEARTBEAT_URL: hook };
  const actions = [{ name: 'one', type: 'webhook', url: hook }];
  const accounts = { ...base.accounts, alerts: base.accounts.relay };
  for (const page of ['webhook', 'chat', 'command', 'heartbeat', 'routing']) {
    const blocks = [...(await readFile(`docs/${page}.md`, 'utf8')).matchAll(/```yaml\n([\s\S]*?)```/g)];
    assert.ok(blocks.length > 0, page);
    for (const [, text = ''] of blocks)
      await checkSettings({ accounts, actions, ...parse(text) }, { env, baseDir: '/' });
  }
});

test.run();
