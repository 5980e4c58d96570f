import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { trustRules } from '../../../src/ack/trust/trust-rules.js';
import { settingsSchema } from '../../../src/core/settings.js';
import { settingsWarnings } from '../../../src/plugin-status.js';

const settingsOf = (account: object, acknowledgement: object = {}, action: object = {}) =>
  settingsSchema.parse({
    accounts: { alerts: { mailbox: 'alerts@Contoso.com', ...account } },
    actions: [{ name: 'ops', type: 'email', account: 'alerts', to: ['ops@contoso.com'], ...action }],
    acknowledgement: { account: 'alerts', ...acknowledgement },
  });
const policy = (...given: Parameters<typeof settingsOf>) => trustRules(settingsOf(...given)).authentication;
const warnings = (...given: Parameters<typeof settingsOf>) =>
  settingsWarnings(settingsOf(...given)).filter((text) => /repl/i.test(text));

test('What shows who sent a reply comes from the provider, or as the settings say.', () => {
  const ours = { kind: 'microsoft365', domain: 'contoso.com', isMicrosoftHost: true };
  for (const provider of ['microsoft365', 'microsoft365-us', 'microsoft365-china'])
    assert.equal(policy({ provider }), ours, provider);
  assert.equal(policy({ provider: 'google' }), { kind: 'google' });
  assert.equal(policy({}), { kind: 'generic', authservIds: [] });
  assert.equal(policy({}, { authservId: 'MX.example.com' }), {
    kind: 'generic',
    authservIds: ['mx.example.com'],
  });
  assert.equal(policy({}, { authservId: ['a', 'b'] }), { kind: 'generic', authservIds: ['a', 'b'] });
  assert.equal(policy({ provider: 'google' }, { authentication: 'none' }), { kind: 'none' });
  // What a proxy or a server of one's own lets through, anybody may have written.
  for (const host of ['127.0.0.1', 'outlook.office365.com.evil.test', 'mail.contoso.com'])
    for (const server of [{ imap: { host } }, { pop3: { host } }])
      assert.equal(
        policy({ provider: 'microsoft365', ...server }),
        { ...ours, isMicrosoftHost: false },
        JSON.stringify(server),
      );
  assert.equal(policy({ provider: 'microsoft365', pop3: {} }), ours);
  assert.equal(policy({ imap: { host: 'Outlook.Office365.com' } }, { authentication: 'microsoft365' }), ours);
});

test('What makes replies less sure stands as a warning.', () => {
  assert.equal(warnings({ provider: 'microsoft365' }), []);
  assert.equal(warnings({}, { authservId: 'mx.example.com' }), []);
  assert.match(warnings({}, { authentication: 'none' }).join(), /not verified \(authentication: none\)/);
  assert.match(
    warnings({ provider: 'microsoft365', pop3: { host: 'pop.contoso.com' } }).join(),
    /read from pop\.contoso\.com/,
  );
  assert.match(
    warnings({ provider: 'microsoft365', imap: { host: 'mail.contoso.com' } }).join(),
    /read from mail\.contoso\.com/,
  );
  assert.equal(
    warnings({ provider: 'microsoft365', imap: { host: 'mail.contoso.com' } }, { authentication: 'generic' }),
    [],
  );
});

test('Who may is known for all mails, and for those of an action.', () => {
  const rules = trustRules(
    settingsOf(
      {},
      { allow: ['*@a.example'], deny: ['b@a.example'] },
      { acknowledge: { allow: ['c@d.example'] } },
    ),
  );
  assert.equal(rules.senders, { allow: ['*@a.example'], deny: ['b@a.example'] });
  assert.equal(rules.actionSenders, { ops: { allow: ['c@d.example'], deny: [] } });
  assert.equal(rules.ownAddresses, ['alerts@Contoso.com']);
  for (const wrong of [
    { allow: ['contoso.com'] },
    { deny: ['*'] },
    { authservId: 'a;b' },
    { authentication: 'exchange' },
  ])
    assert.throws(() => settingsOf({}, wrong), undefined, JSON.stringify(wrong));
});

test.run();
