import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { OAuthClient } from '../../src/core/account.js';
import type { Provider } from '../../src/core/provider.js';
import { providers } from '../../src/core/providers.js';
import { checkSettings } from '../../src/settings/check-settings.js';
import { resolveAccount } from '../../src/settings/resolve-account.js';

const both = { smtp: true, mailbox: true };

/** The account that comes of its settings, as a person writes them. */
async function resolve(given: object, uses = both) {
  const { accounts, http } = await checkSettings(
    {
      accounts: { alerts: { mailbox: 'alerts@example.com', clientId: 'c', clientSecret: 's', ...given } },
      actions: [{ name: 'chat', type: 'webhook', url: 'https://chat.example.com/' }],
      http: { listen: '127.0.0.1:8025' },
    },
    { env: {}, baseDir: '.' },
  );
  const settings = accounts['alerts'];
  if (!settings) throw new Error('the account is gone');
  return resolveAccount(settings, { name: 'alerts', http, uses, ca: () => undefined });
}

async function clientOf(given: object, uses = both): Promise<OAuthClient> {
  const { login } = await resolve(given, uses);
  if (login.grant !== 'authorization_code') throw new Error('no client');
  return login.oauth;
}

const all: readonly (readonly [string, Provider])[] = Object.entries(providers);
for (const [provider, preset] of all) {
  if (provider === 'generic') continue;
  test(`provider: ${provider} needs no more than the mailbox, the client and its tenant.`, async () => {
    const tenants = preset.tokenUrl?.includes('{tenant}') ?? false;
    const given = { provider, ...(tenants ? { tenant: 'contoso.com' } : {}) };
    const { smtp, imap } = await resolve(given);
    assert.equal([smtp?.host, smtp?.port, smtp?.security], Object.values(preset.smtp ?? {}));
    assert.equal([imap?.host, imap?.port, imap?.security], Object.values(preset.imap ?? {}));
    assert.equal([smtp?.user, imap?.user], ['alerts@example.com', 'alerts@example.com']);
    const oauth = await clientOf(given);
    assert.is(oauth.tokenUrl, preset.tokenUrl?.replace('{tenant}', 'contoso.com'));
    assert.not.match(JSON.stringify(oauth), '{tenant}');
    for (const scope of [preset.scope.smtp, preset.scope.imap])
      assert.is(oauth.scope.split(' ').filter((each) => each === scope).length, 1, scope);
  });

  test(`provider: ${provider} asks for no more than the account is used for.`, async () => {
    const given = { provider, ...(preset.tokenUrl?.includes('{tenant}') ? { tenant: 'contoso.com' } : {}) };
    const { scope } = await clientOf(given, { smtp: true, mailbox: false });
    assert.is(scope, `${preset.scope.smtp} ${preset.scope.base}`);
  });
}

test('With pop3 the account is read there and not by IMAP, with the scope and the login name for that.', async () => {
  for (const [provider, preset] of all) {
    const given = { provider, user: 'operator@example.com', pop3: { host: 'pop.example.com', poll: '30s' } };
    const tenant = preset.tokenUrl?.includes('{tenant}') ? { tenant: 'contoso.com' } : {};
    const endpoints = preset.tokenUrl ? {} : { issuer: 'https://login.example.com' };
    const all = { ...given, ...tenant, ...endpoints };
    const { imap, pop3 } = await resolve(all);
    assert.is(imap, undefined);
    const user = provider === 'google' ? 'operator@example.com' : 'alerts@example.com';
    assert.equal(pop3, { host: 'pop.example.com', port: 995, security: 'tls', user, pollMs: 30_000 });
    const { scope } = await clientOf(all);
    if (provider.startsWith('microsoft365')) assert.match(scope, /POP\.AccessAsUser\.All/);
    assert.not.match(scope, 'IMAP');
    if (preset.pop3) {
      const { pop3: ofPreset } = await resolve({ ...all, pop3: {} });
      assert.equal([ofPreset?.host, ofPreset?.port, ofPreset?.pollMs], [preset.pop3.host, 995, 60_000]);
    }
  }
});

test('At a shared mailbox Exchange gets the user that signs in for SMTP, and the mailbox for IMAP.', async () => {
  for (const provider of ['microsoft365', 'microsoft365-us', 'microsoft365-china']) {
    const { smtp, imap, user, from } = await resolve({
      provider,
      tenant: 'contoso.com',
      user: 'delegate@example.com',
    });
    assert.equal([smtp?.user, imap?.user], ['delegate@example.com', 'alerts@example.com']);
    assert.equal([user, from], ['delegate@example.com', 'alerts@example.com']);
  }
});

test('At Google both servers get the user that signs in, also where the mailbox is an alias.', async () => {
  const { smtp, imap, from } = await resolve({ provider: 'google', user: 'ops@example.com' });
  assert.equal([smtp?.user, imap?.user, from], ['ops@example.com', 'ops@example.com', 'alerts@example.com']);
});

test('An application that signs in as itself asks for its own scope, and logs in by the mailbox.', async () => {
  for (const [provider, { applicationScope }] of all) {
    if (applicationScope === undefined) continue;
    const given = { provider, tenant: 'contoso.com', grant: 'client_credentials' };
    const { login, smtp, imap } = await resolve(given);
    assert.is(login.grant === 'password' ? '' : login.oauth.scope, applicationScope);
    assert.equal([smtp?.user, imap?.user], ['alerts@example.com', 'alerts@example.com']);
  }
  const refused = await resolve({ provider: 'google', grant: 'client_credentials' }).then(String, String);
  assert.match(refused, 'is nothing that google offers for mail');
});

test('What the settings say goes before the preset.', async () => {
  const given = {
    provider: 'google',
    scope: 'https://www.googleapis.com/auth/gmail.send',
    smtp: { host: 'relay.example.com', port: 587, security: 'starttls' },
    tokenUrl: 'https://token.example.com/',
  };
  const { smtp } = await resolve(given);
  assert.equal([smtp?.host, smtp?.port, smtp?.security], ['relay.example.com', 587, 'starttls']);
  const { scope, tokenUrl, authorizationUrl } = await clientOf(given);
  assert.is(scope, given.scope);
  assert.is(tokenUrl, given.tokenUrl);
  assert.is(authorizationUrl, providers.google.authorizationUrl);
});

test('An issuer of your own takes the place of the endpoints of the preset.', async () => {
  const { issuer, tokenUrl, authorizationUrl } = await clientOf({
    provider: 'microsoft365',
    issuer: 'https://login.example.com/contoso/v2.0',
  });
  assert.equal(
    [issuer, tokenUrl, authorizationUrl],
    ['https://login.example.com/contoso/v2.0', undefined, undefined],
  );
});

test.run();
