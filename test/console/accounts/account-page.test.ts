import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createHost, type SmallHost } from '../../../src/cli/create-host.js';
import { settingsContext } from '../../../src/cli/settings-context.js';
import { systemClock } from '../../../src/core/clock.js';
import { type PluginInstance, register } from '../../../src/index.js';
import { testCertificate } from '../../helpers/certificate.js';
import { fakeTerminal } from '../../helpers/fake-terminal.js';
import { freePort } from '../../helpers/free-port.js';
import { type ConsoleVisit, openConsole } from '../../helpers/open-console.js';
import { quietLog } from '../../helpers/quiet-log.js';

interface Context {
  dir: string;
  small: SmallHost;
  plugin: PluginInstance;
  visit: ConsoleVisit;
}

const test = suite<Context>('account page');
const variable = 'ACKMAIL_TEST_PAGE_SECRET';
const secrets = ['the-secret-of-the-page', 'the-secret-of-the-relay', 'the-secret-of-google'];

const settings = (port: number, away: number) => `accounts:
  alerts:
    provider: microsoft365
    mailbox: alerts@example.com
    user: robot@example.com
    tenant: contoso.com
    clientId: 2c1f0e6a
    clientSecret: \${env:${variable}}
    clientSecretExpires: 2031-05-01
    smtp: { host: 127.0.0.1, port: ${away} }
  relay:
    grant: password
    mailbox: relay@example.net
    password: \${file:relay.secret}
    from: Relay <relay@example.net>
    smtp:
      host: 127.0.0.1
      port: ${away}
      security: none
  other:
    provider: google
    mailbox: other@example.com
    clientId: '<b>&1234'
    clientSecret: ${secrets[2]}
    pop3: {}
  app:
    provider: microsoft365
    grant: client_credentials
    mailbox: app@example.com
    tenant: contoso.com
    clientId: 2c1f0e6b
    certificate: { file: client.crt, key: client.key }
    smtp: { rate: { burst: 5, perMinute: 2 } }
actions:
  - { name: ops, type: email, account: alerts, backup: relay, to: [ops@example.com] }
http:
  listen: 127.0.0.1:${port}
`;

test.before(async (context) => {
  context.dir = await mkdtemp(join(tmpdir(), 'ackmail-page-'));
  process.env[variable] = secrets[0];
  await writeFile(join(context.dir, 'relay.secret'), `${secrets[1]}\n`);
  await writeFile(join(context.dir, 'ackmail.yaml'), settings(await freePort(), await freePort()));
  const { cert, key } = await testCertificate();
  await writeFile(join(context.dir, 'client.crt'), cert);
  await writeFile(join(context.dir, 'client.key'), key);
  const terminal = fakeTerminal({ cwd: context.dir, env: process.env });
  const settled = await settingsContext({}, terminal);
  context.small = createHost({ context: settled, env: {}, clock: systemClock, log: quietLog });
  context.plugin = await register(context.small.host);
  await context.small.start(context.plugin);
  await context.plugin.start();
  context.visit = await openConsole(settled.dataDir);
});
test.after(async ({ dir, small, plugin }) => {
  await Promise.all([small.stop(), plugin.stop()]);
  await rm(dir, { recursive: true });
  delete process.env[variable];
});

/** The settings of a page: what each is called, its value, and where it comes from. */
function settingsOf(page: string): string[] {
  const found = page.matchAll(/<dt>([^<]*)<\/dt><dd>([^<]*) <span class="soft">\(([^<]*)\)<\/span>/g);
  return [...found].map(([, label, value, from]) => [label, value, from].join('|'));
}

test('Each setting stands with the line that it comes from', async ({ visit }) => {
  const page = await (await visit.get('/accounts/alerts')).text();
  const rows = settingsOf(page);
  for (const row of [
    'Server type|SMTP, Microsoft 365|ackmail.yaml:3',
    'SMTP server name|127.0.0.1|ackmail.yaml:10',
    'Encryption|Explicit SSL/TLS (STARTTLS)|the preset microsoft365',
    'User name for SMTP server|robot@example.com|ackmail.yaml:5',
    'From|alerts@example.com|the default',
    'Client ID|2c1f0e6a|ackmail.yaml:7',
    'Authorization URL|https://login.microsoftonline.com/contoso.com/oauth2/v2.0/authorize|the preset microsoft365',
    'Token URL|https://login.microsoftonline.com/contoso.com/oauth2/v2.0/token|the preset microsoft365',
    `Client secret|set|the environment variable ${variable}, named in ackmail.yaml:8`,
    'End of the client secret|2031-05-01|ackmail.yaml:9',
    'IMAP server name|outlook.office365.com|the preset microsoft365',
  ])
    assert.ok(rows.includes(row), `${row}\n${rows.join('\n')}`);
});

test('An account of an application shows its certificate, and no redirect URL', async ({ visit }) => {
  const page = await (await visit.get('/accounts/app')).text();
  const rows = settingsOf(page);
  assert.ok(rows.includes('Client secret|not set; there is a certificate|not in the settings'));
  assert.ok(
    rows.some((row) => /^Certificate\|client\.crt, ends on \d{4}-\d\d-\d\d\|ackmail\.yaml:32$/.test(row)),
  );
  assert.ok(
    rows.includes('Authorization scope|https://outlook.office365.com/.default|the preset microsoft365'),
  );
  assert.ok(rows.includes('Rate|5 messages at once, then 2 a minute|ackmail.yaml:33'), rows.join('\n'));
  assert.not.ok(rows.some((row) => row.startsWith('Who signs in')));
  assert.not.match(page, 'Redirect URL');
  assert.match(page, 'New-ServicePrincipal');
  assert.not.match(page, 'PRIVATE KEY');
});

test('A maildrop stands in place of an IMAP server', async ({ visit }) => {
  const rows = settingsOf(await (await visit.get('/accounts/other')).text());
  assert.ok(rows.includes('POP3 server name|pop.gmail.com|the preset google'));
  assert.ok(rows.includes('Encryption|Implicit SSL/TLS (from the first byte)|the preset google'));
  assert.not.ok(rows.some((row) => row.startsWith('IMAP')));
});

test('The redirect URL stands at the foot of the settings, with a button that copies it', async ({
  visit,
}) => {
  const page = await (await visit.get('/accounts/alerts')).text();
  const [, url = ''] = /data-copy="([^"]+)"/.exec(page) ?? [];
  assert.match(url, /^http:\/\/localhost:\d+\/oauth\/callback$/);
  assert.ok(page.indexOf(`<code>${url}</code>`) > page.lastIndexOf('Looked into at least'));
  assert.match(page, 'http.listen, ackmail.yaml:37');
});

test('The guide of the provider names whom to sign in as, and the page of the docs', async ({ visit }) => {
  const alerts = await (await visit.get('/accounts/alerts')).text();
  assert.match(alerts, 'entra.microsoft.com');
  assert.match(alerts, 'sign in as robot@example.com');
  assert.match(alerts, 'docs/providers/microsoft365.md');
  assert.match(await (await visit.get('/accounts/other')).text(), 'console.cloud.google.com');
});

test('The tests of primary and backup stand side by side', async ({ visit }) => {
  for (const name of ['alerts', 'relay']) {
    const page = await (await visit.get(`/accounts/${name}`)).text();
    assert.match(page, 'action="/accounts/alerts/test"');
    assert.match(page, 'action="/accounts/relay/test"');
    assert.match(page, 'The action ops sends by alerts, and by relay while that fails.');
  }
});

test('What the settings say is text', async ({ visit }) => {
  const page = await (await visit.get('/accounts/other')).text();
  assert.not.match(page, '<b>');
  assert.match(page, '&lt;b&gt;&amp;1234');
});

test('No page holds a secret', async ({ visit }) => {
  for (const path of ['', '/alerts', '/relay', '/other', '/nobody']) {
    const page = await (await visit.get(`/accounts${path}`)).text();
    for (const secret of secrets) assert.not.match(page, secret);
  }
});

test('There is no page of an account that there is not', async ({ visit }) => {
  for (const name of ['nobody', '__proto__', '%3Cscript%3E', '..%2Falerts']) {
    const answer = await visit.get(`/accounts/${name}`);
    assert.is(answer.status, 404, name);
    assert.not.match(await answer.text(), '<script>');
  }
});

test.run();
