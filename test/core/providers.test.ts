import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Provider } from '../../src/core/provider.js';
import { providers } from '../../src/core/providers.js';

const all: readonly (readonly [string, Provider])[] = Object.entries(providers);

/** What the documents of each provider say, written down a second time. */
const expected: Readonly<Record<string, readonly string[]>> = {
  microsoft365: [
    'smtp.office365.com:587 starttls',
    'outlook.office365.com:993 tls',
    'https://login.microsoftonline.com/{tenant}/oauth2/v2.0/authorize',
    'https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token',
    'https://outlook.office.com/SMTP.Send',
    'https://outlook.office.com/IMAP.AccessAsUser.All',
    'https://outlook.office365.com/.default',
  ],
  'microsoft365-us': [
    'smtp.office365.us:587 starttls',
    'outlook.office365.us:993 tls',
    'https://login.microsoftonline.us/{tenant}/oauth2/v2.0/authorize',
    'https://login.microsoftonline.us/{tenant}/oauth2/v2.0/token',
    'https://outlook.office365.us/SMTP.Send',
    'https://outlook.office365.us/IMAP.AccessAsUser.All',
    'https://outlook.office365.us/.default',
  ],
  'microsoft365-china': [
    'smtp.partner.outlook.cn:587 starttls',
    'partner.outlook.cn:993 tls',
    'https://login.partner.microsoftonline.cn/{tenant}/oauth2/v2.0/authorize',
    'https://login.partner.microsoftonline.cn/{tenant}/oauth2/v2.0/token',
    'https://partner.outlook.cn/SMTP.Send',
    'https://partner.outlook.cn/IMAP.AccessAsUser.All',
    'https://partner.outlook.cn/.default',
  ],
  google: [
    'smtp.gmail.com:465 tls',
    'imap.gmail.com:993 tls',
    'https://accounts.google.com/o/oauth2/v2/auth',
    'https://oauth2.googleapis.com/token',
    'https://mail.google.com/',
    'https://mail.google.com/',
    'none',
  ],
};

for (const [name, preset] of all) {
  test(`The preset ${name} speaks https, asks who signed in, and says what to do at a refused login.`, () => {
    const { authorizationUrl, tokenUrl, issuer, deviceAuthorizationUrl, jwksUrl, revocationUrl } = preset;
    const { scope, title, loginRemedy, applicationScope } = preset;
    for (const url of [authorizationUrl, tokenUrl, issuer, deviceAuthorizationUrl, jwksUrl, revocationUrl])
      if (url !== undefined) assert.is(new URL(url.replace(/\{\w+\}/g, 'contoso.com')).protocol, 'https:');
    assert.is(authorizationUrl?.includes('{tenant}'), tokenUrl?.includes('{tenant}'));
    if (applicationScope !== undefined) assert.match(applicationScope, /^https:.*\/\.default$/);
    assert.ok(['openid', 'email'].every((each) => scope.base.split(' ').includes(each)));
    for (const text of [title, loginRemedy.smtp, loginRemedy.imap]) assert.ok(text.length > 10);
    assert.ok(Object.hasOwn(expected, name) || name === 'generic', 'write its data down here as well');
  });
}

for (const [name, facts] of Object.entries(expected)) {
  test(`The preset ${name} names what its provider documents.`, () => {
    const preset = all.find(([each]) => each === name)?.[1];
    const server = (found: Provider['smtp']) => `${found?.host}:${found?.port} ${found?.security}`;
    assert.equal(facts, [
      server(preset?.smtp),
      server(preset?.imap),
      preset?.authorizationUrl,
      preset?.tokenUrl,
      preset?.scope.smtp,
      preset?.scope.imap,
      preset?.applicationScope ?? 'none',
    ]);
  });
}

test('Every preset asks for what makes its provider give a refresh token.', () => {
  for (const [name, { scope, authorizationParameters }] of all) {
    if (name === 'google') assert.is(authorizationParameters['access_type'], 'offline');
    else assert.ok(scope.base.split(' ').includes('offline_access'), name);
    if (!name.startsWith('microsoft365'))
      assert.match(authorizationParameters['prompt'] ?? '', /\bconsent\b/);
  }
});

test('A login remedy names the command and the switch that mend it.', () => {
  assert.match(providers.microsoft365.loginRemedy.smtp, '-SmtpClientAuthenticationDisabled $false');
  assert.match(providers.microsoft365.loginRemedy.imap, '-ImapEnabled $true');
  assert.match(providers.google.loginRemedy.imap, 'End User Access');
  assert.match(providers.microsoft365.applicationRemedy ?? '', 'Enterprise applications');
  // Nothing is left to fill in but the names that a fault knows.
  for (const [name, { loginRemedy, applicationRemedy = '' }] of all)
    for (const text of [loginRemedy.smtp, loginRemedy.imap, applicationRemedy])
      assert.equal(text.replace(/\{(user|mailbox)\}/g, '').match(/[{}]|\bUSER\b|\bMAILBOX\b/), null, name);
});

test.run();
