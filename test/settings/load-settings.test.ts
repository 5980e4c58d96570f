import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Fault } from '../../src/core/fault.js';
import { loadSettings } from '../../src/settings/load-settings.js';

const test = suite<{ dir: string }>('load-settings');

test.before.each(async (context) => {
  context.dir = await mkdtemp(join(tmpdir(), 'ackmail-settings-'));
});
test.after.each(async ({ dir }) => {
  await rm(dir, { recursive: true });
});

const right = `accounts:
  alerts:
    provider: microsoft365
    mailbox: alerts@example.com
    tenant: contoso.com
    clientId: 2c1f
    clientSecret: \${env:CLIENT_SECRET}
  relay:
    grant: password
    mailbox: monitor@example.net
    password: \${file:relay.secret}
    smtp: { host: smtp.example.net }
actions:
  - { name: ops, type: email, account: alerts, to: [ops@example.com], repeat: 1h30m }
acknowledgement: { account: alerts }
monitors:
  prod: { type: alertmanager, url: 'http://127.0.0.1:9093', secret: s }
http: { listen: '127.0.0.1:8025' }
`;
const env = { CLIENT_SECRET: 'from-the-environment' };

async function load(dir: string, text: string, environment: Record<string, string> = env) {
  await writeFile(join(dir, 'ackmail.yaml'), text);
  await writeFile(join(dir, 'relay.secret'), 'from-a-file\n');
  return loadSettings(join(dir, 'ackmail.yaml'), environment);
}

async function refusal(dir: string, text: string, environment?: Record<string, string>): Promise<Fault> {
  try {
    await load(dir, text, environment);
  } catch (thrown) {
    if (thrown instanceof Fault) return thrown;
    throw thrown;
  }
  throw new Error('the settings were taken');
}

test('Settings that are right are taken, secrets and defaults in place.', async ({ dir }) => {
  const { settings } = await load(dir, right);
  assert.is(settings.accounts['alerts']?.clientSecret, 'from-the-environment');
  assert.is(settings.accounts['relay']?.password, 'from-a-file');
  assert.is(settings.actions[0]?.repeat, 5_400_000);
  assert.is(settings.acknowledgement?.expires, 28_800_000);
});

test('The end of a client secret is a day, and begins as it does in UTC.', async ({ dir }) => {
  const text = right.replace(/( +)clientSecret:.*/, '$&\n$1clientSecretExpires: 2027-05-01');
  const { settings } = await load(dir, text);
  assert.equal(settings.accounts['alerts']?.clientSecretExpires, new Date('2027-05-01T00:00:00Z'));
});

const wrong: readonly [string, (text: string) => string, RegExp][] = [
  [
    'a wrong type',
    (text) => text.replace('[ops@example.com]', 'ops@example.com'),
    /ackmail\.yaml:14: actions\.0\.to: .*array/,
  ],
  [
    'an unknown key',
    (text) => text.replace('tenant:', 'tennant:'),
    /ackmail\.yaml:5: accounts\.alerts\.tennant: there is no such setting/,
  ],
  [
    'a duration without unit',
    (text) => text.replace('1h30m', '90'),
    /ackmail\.yaml:14: actions\.0\.repeat: is not a duration with its unit/,
  ],
  [
    'an account that is not there',
    (text) => text.replace('{ account: alerts }', '{ account: alert }'),
    /ackmail\.yaml:15: acknowledgement\.account: there is no account alert/,
  ],
  [
    'a mailbox that is read and that replies are moved to',
    (text) => text.replace('tenant:', 'imap: { mailbox: [INBOX, Acknowledged] }\n    tenant:'),
    /accounts\.alerts\.imap\.mailbox: is also acknowledgement\.moveTo/,
  ],
  [
    'a mailbox that is read in two ways',
    (text) => text.replace('tenant:', 'imap: {}\n    pop3: {}\n    tenant:'),
    /ackmail\.yaml:\d+: accounts\.alerts\.pop3: stands beside imap; leave one of them out/,
  ],
  [
    'a maildrop that nobody says where',
    (text) =>
      text
        .replace(/provider:.*\n/, 'issuer: https://login.example.com\n')
        .replace(/ +tenant:.*\n/, '    pop3: {}\n'),
    /accounts\.alerts\.pop3: needs a host/,
  ],
  [
    'a ledger that forgets replies before they are removed',
    (text) => text.replace('{ account: alerts }', '{ account: alerts, clean: 90d }'),
    /retention\.replies: must be longer than acknowledgement\.clean/,
  ],
  [
    'a backup that is not there',
    (text) => text.replace('account: alerts, to', 'account: alerts, backup: spare, to'),
    /ackmail\.yaml:14: actions\.0\.backup: there is no account spare/,
  ],
  [
    'an account that backs itself up',
    (text) => text.replace('account: alerts, to', 'account: alerts, backup: alerts, to'),
    /ackmail\.yaml:14: actions\.0\.backup: is the account itself/,
  ],
  [
    'an application without any proof',
    (text) => text.replace(/clientSecret.*\n/, 'grant: client_credentials\n'),
    /accounts\.alerts\.clientSecret: is missing; give the Value/,
  ],
  [
    'two proofs of one client',
    (text) => text.replace('clientSecret:', 'certificate: { file: c.pem, key: k.pem }\n    clientSecret:'),
    /ackmail\.yaml:7: accounts\.alerts\.certificate: stands beside clientSecret/,
  ],
  [
    'somebody who would sign in for an application',
    (text) => text.replace('tenant:', 'grant: client_credentials\n    user: a@example.com\n    tenant:'),
    /accounts\.alerts\.user: means nothing with grant: client_credentials/,
  ],
  [
    'an application in no tenant of its own',
    (text) => text.replace('tenant: contoso.com', 'grant: client_credentials\n    tenant: common'),
    /accounts\.alerts\.tenant: must be a real tenant/,
  ],
  [
    'a grant that the provider has not',
    (text) => text.replace(/microsoft365\n/, 'google\n    grant: device_code\n').replace(/ +tenant.*\n/, ''),
    /accounts\.alerts\.grant: is nothing that google offers for mail/,
  ],
  [
    'an end of the client secret that is no date',
    (text) => text.replace(/( +)clientSecret:.*/, '$&\n$1clientSecretExpires: 2027-02-30'),
    /ackmail\.yaml:8: accounts\.alerts\.clientSecretExpires: .*a date such as 2027-05-01/,
  ],
  [
    'an end of a client secret that is not there',
    (text) => text.replace(/( +)clientSecret:.*/, '$1clientSecretExpires: 2027-05-01'),
    /accounts\.alerts\.clientSecretExpires: stands without clientSecret/,
  ],
  [
    'a provider that there is no preset of',
    (text) => text.replace('microsoft365', 'microsoft356'),
    /ackmail\.yaml:3: accounts\.alerts\.provider: .*"microsoft365"\|"microsoft365-us".*"google"\|"generic"/,
  ],
  [
    'no tenant where the provider has tenants',
    (text) => text.replace(/ +tenant.*\n/, '').replace('microsoft365', 'microsoft365-china'),
    /accounts\.alerts\.tenant: is missing; it is the domain or id/,
  ],
  [
    'a tenant where the provider has none',
    (text) => text.replace('microsoft365', 'google'),
    /ackmail\.yaml:5: accounts\.alerts\.tenant: means nothing with provider: google/,
  ],
  [
    'a provider that the settings must say everything of',
    (text) => text.replace('provider: microsoft365', 'provider: generic').replace(/ +tenant.*\n/, ''),
    /accounts\.alerts\.issuer: is missing; .*\n.*accounts\.alerts\.smtp: is missing; .*\n.*imap: is missing/,
  ],
  [
    'a monitor without secret',
    (text) => text.replace(', secret: s', ''),
    /ackmail\.yaml:17: monitors\.prod\.secret: is missing; without it anybody/,
  ],
  [
    'a server without TLS',
    (text) => text.replace('smtp.example.net }', 'smtp.example.net, security: none }'),
    /accounts\.relay\.smtp: has security: none/,
  ],
  [
    'no TLS to a name that only looks like loopback',
    (text) => text.replace('smtp.example.net }', '127.example.net, security: none }'),
    /accounts\.relay\.smtp: has security: none/,
  ],
  [
    'no way back for the sign-in',
    (text) => text.replace(/http: \{.*\n/, ''),
    /accounts\.alerts\.redirectUri: is missing; set http\.listen/,
  ],
  [
    'a public address without https',
    (text) => text.replace("listen: '127.0.0.1:8025'", "publicUrl: 'http://monitor.example.com/'"),
    /ackmail\.yaml:18: http\.publicUrl: is without https/,
  ],
  [
    'replies forgotten before their mails',
    (text) => `${text}retention: { replies: 7d }\n`,
    /ackmail\.yaml:19: retention\.replies: must not be shorter than retention\.mails/,
  ],
  ['no YAML', (text) => `${text}\n  : : [`, /ackmail\.yaml:\d+/],
  [
    'two actions of one name',
    (text) =>
      text.replace('actions:\n', 'actions:\n  - { name: ops, type: webhook, url: "https://example.com/" }\n'),
    /actions\.1\.name: stands twice/,
  ],
  ['an empty file', () => '', /accounts: is missing/],
];

test('A client without a secret is a public one, and a device code needs no way back.', async ({ dir }) => {
  const text = right.replace(/ +clientSecret.*\n/, '');
  assert.is((await load(dir, text)).settings.accounts['alerts']?.clientSecret, undefined);
  const byDevice = text.replace('tenant:', 'grant: device_code\n    tenant:').replace(/http: \{.*\n/, '');
  assert.is((await load(dir, byDevice)).settings.accounts['alerts']?.grant, 'device_code');
});

for (const [what, change, expected] of wrong) {
  test(`With ${what} the error names line, path and remedy.`, async ({ dir }) => {
    const fault = await refusal(dir, change(right));
    assert.is(fault.code, 'CONFIG_INVALID');
    assert.match(fault.message, expected);
    assert.not.match(fault.message, 'from-the-environment');
  });
}

test('A missing secret names what asks for what.', async ({ dir }) => {
  const fault = await refusal(dir, right, {});
  assert.is(fault.code, 'CONFIG_SECRET_MISSING');
  assert.match(fault.message, 'accounts.alerts.clientSecret asks for the environment variable CLIENT_SECRET');
});

test('An unreadable file is named.', async ({ dir }) => {
  try {
    await loadSettings(join(dir, 'missing.yaml'), env);
    assert.unreachable();
  } catch (thrown) {
    assert.instance(thrown, Fault);
    assert.match((thrown as Fault).message, /missing\.yaml cannot be read: ENOENT/);
  }
});

test.run();
