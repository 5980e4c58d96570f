import { createServer, type Server } from 'node:net';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type PluginInstance, register } from '../../../src/index.js';
import { freePort } from '../../helpers/free-port.js';
import { alertsMailbox, type Lab, person, startLab } from '../../helpers/lab.js';
import { type ConsoleVisit, openConsole } from '../../helpers/open-console.js';
import { readPage } from '../../helpers/read-page.js';
import { createTestHost, firedEvent, type TestHost } from '../../helpers/test-host.js';
import { until } from '../../helpers/until.js';

interface Context {
  lab: Lab;
  host: TestHost;
  plugin: PluginInstance;
  visit: ConsoleVisit;
  rude: Server;
}

const test = suite<Context>('test server');

test.before(async (context) => {
  context.lab = await startLab();
  const settings = context.lab.settings();
  context.host = await createTestHost({
    ...settings,
    accounts: {
      ...(settings['accounts'] as object),
      down: {
        ...{ grant: 'password', mailbox: 'down@example.com', password: 'the-secret-of-what-is-down' },
        smtp: { host: '127.0.0.1', port: await freePort(), security: 'none' },
      },
      rude: {
        ...{ grant: 'password', mailbox: 'rude@example.com', password: 'the-secret-of-who-is-rude' },
        smtp: { host: '127.0.0.1', port: await startRudeServer(context), security: 'none' },
      },
      device: {
        ...{ grant: 'device_code', mailbox: person, clientId: 'ackmail' },
        issuer: context.lab.authorization.issuer,
        smtp: { host: '127.0.0.1', port: context.lab.submission.port, security: 'none' },
      },
    },
  });
  context.plugin = await register(context.host);
  await context.plugin.start();
  context.visit = await openConsole(context.host.dataDir);
});
test.after(async ({ lab, host, plugin, rude }) => {
  await plugin.stop();
  await host.remove();
  await lab.close();
  rude.close();
});

/** Answers every connection with a refusal that would be a script in a page, and with the password. */
async function startRudeServer(context: Context): Promise<number> {
  context.rude = createServer((socket) => {
    socket.on('error', () => {});
    socket.end('554 <script>alert(1)</script> the-secret-of-who-is-rude\r\n');
  });
  await new Promise<void>((resolve) => context.rude.listen(0, '127.0.0.1', resolve));
  const address = context.rude.address();
  return typeof address === 'object' && address ? address.port : 0;
}

/** The address of the link "Open browser". */
function addressIn(page: string): string {
  const [, url = ''] = /href="([^"]+)"[^>]*>\s*Open browser/.exec(page) ?? [];
  return url.replaceAll('&amp;', '&');
}

const tests = (lab: Lab) =>
  lab.imap.mails('INBOX', alertsMailbox).filter(({ raw }) => raw.includes('Ackmail')).length;

test('A test that finds nobody signed in waits for the sign-in, and goes on to the mail by itself', async ({
  lab,
  visit,
}) => {
  const page = readPage(await visit.post('/accounts/alerts/test'));
  const panel = await page.until('Waiting for the sign-in');
  assert.match(panel, '✗ Fails');
  assert.match(panel, 'sign in as <strong>alerts@example.com</strong>');
  assert.match(panel, 'rel="noopener noreferrer"');
  assert.match(panel, 'private window');
  assert.not.match(panel, '</html>');
  const url = addressIn(panel);
  assert.match(panel, `<code>${url.replaceAll('&', '&amp;')}</code>`);
  assert.is(tests(lab), 0);

  const wrong = await fetch(await lab.authorization.signIn(url, person));
  assert.match(await wrong.text(), 'Authentication failed');
  const right = await fetch(await lab.authorization.signIn(addressIn(panel), alertsMailbox));
  assert.match(await right.text(), 'Authentication complete');

  const whole = await page.rest();
  assert.match(whole, 'Somebody has signed in');
  assert.match(whole.slice(panel.length), 'SMTP: Send');
  assert.match(whole, 'Everything works');
  assert.ok(whole.trimEnd().endsWith('</html>'));
  assert.is(tests(lab), 1);
});

test('A test with everything right tells of each step', async ({ lab, visit }) => {
  const before = tests(lab);
  const answer = await visit.post('/accounts/alerts/test');
  assert.match(answer.headers.get('content-type') ?? '', 'text/html');
  assert.match(answer.headers.get('content-security-policy') ?? '', "default-src 'none'");
  const page = await answer.text();
  for (const step of ['SMTP: TCP', 'SMTP: Token', 'SMTP: Login', 'SMTP: Send', 'IMAP: TCP', 'IMAP: Login'])
    assert.match(page, step);
  assert.match(page, / ms</);
  assert.not.match(page, '✗');
  assert.match(page, 'Everything works');
  assert.is(tests(lab), before + 1);
});

test('A test of a server that is down names the step, and what to do', async ({ visit }) => {
  const page = await (await visit.post('/accounts/down/test')).text();
  assert.match(page, '✗ Fails');
  assert.match(page, 'SMTP: TCP');
  assert.match(page, 'What to do:');
  assert.match(page, 'A step fails');
  assert.not.match(page, 'SMTP: Login');
  assert.not.match(page, 'the-secret-of');
  assert.ok(page.trimEnd().endsWith('</html>'));
});

test('What a mail server says is text on the page, and no secret', async ({ visit }) => {
  const page = await (await visit.post('/accounts/rude/test')).text();
  assert.match(page, '554 &lt;script&gt;alert(1)&lt;/script&gt;');
  assert.not.match(page, '<script>');
  assert.not.match(page, 'the-secret-of');
});

test('Where no browser can sign in, the test says what to do and waits for nobody', async ({ visit }) => {
  const page = await (await visit.post('/accounts/device/test')).text();
  assert.match(page, 'SMTP: Token');
  assert.match(page, 'ackmail authorize device');
  assert.not.match(page, 'Open browser');
  assert.match(page, 'A step fails');
});

test('A round trip shows how a reply gets through', async ({ visit }) => {
  const page = await (await visit.post('/accounts/alerts/round-trip')).text();
  assert.match(page, 'SMTP: The mail leaves');
  assert.match(page, 'IMAP: The answer is read');
  assert.match(page, 'Everything works');
});

test("A test that somebody else's page asks for is refused, and sends nothing", async ({ lab, visit }) => {
  const before = tests(lab);
  for (const what of ['test', 'round-trip']) {
    const answer = await visit.post(`/accounts/alerts/${what}`, { token: 'guessed' });
    assert.is(answer.status, 403, what);
  }
  assert.is(tests(lab), before);
});

test('A test that is loaded by its address leads to the account, and there is none of a stranger', async ({
  visit,
}) => {
  assert.is((await visit.get('/accounts/alerts/test')).headers.get('location'), '/accounts/alerts');
  assert.is((await visit.post('/accounts/nobody/test')).status, 404);
});

test('The account tells who signed in, for which scopes, and what was sent and read last', async ({
  lab,
  plugin,
  visit,
}) => {
  const read = async () => (await visit.get('/accounts/alerts')).text();
  const before = await read();
  assert.match(before, 'Authorized</span>');
  assert.match(before, `<dt>Authorized as</dt><dd>${alertsMailbox}</dd>`);
  assert.match(before, /<dt>Scopes<\/dt><dd>[^<]*offline_access/);
  assert.match(before, '<dt>Last reply</dt><dd>none in the last 3 days');
  await plugin.handleAlerts([firedEvent('db1')]);
  const mail = await until('the mail', () => lab.received().find((each) => each.includes('DiskFull')));
  lab.reply(mail, 'ack');
  await until('the last mails', async () =>
    /<dt>Last send<\/dt><dd><time.*<dt>Last reply<\/dt><dd><time/s.test(await read()),
  );
});

test.run();
