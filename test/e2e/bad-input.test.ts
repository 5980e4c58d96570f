import { simpleParser } from 'mailparser';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { register, type SystemError } from '../../src/index.js';
import { fakeClock } from '../helpers/fake-clock.js';
import { alertsMailbox, person, startLab, writeReply } from '../helpers/lab.js';
import { firing, startAckmail } from '../helpers/start-ackmail.js';
import { startSubmissionServer } from '../helpers/submission-server.js';
import { createTestHost, firedEvent } from '../helpers/test-host.js';
import { idToken, startTokenEndpoint, type TokenReply } from '../helpers/token-endpoint.js';
import { until } from '../helpers/until.js';

// What may come in from outside, at the outside doors of a running Ackmail: each gets one clear answer, nothing
// else is lost, and the process stays up.

interface Context {
  /** Run at the end, the last one first. */
  readonly ends: (() => unknown)[];
}

const test = suite<Context>('bad input', { ends: [] });

test.after.each(async ({ ends }) => {
  for (const end of ends.splice(0).reverse()) await end();
});

test('A webhook that is not JSON, has 50 MB or misses fields is refused with what is wrong; the next one is taken.', async ({
  ends,
}) => {
  const server = await startSubmissionServer({ password: { user: alertsMailbox, pass: 'password' } });
  ends.push(() => server.close());
  const { post } = await startAckmail(ends, passwordAccount(server.port));

  const notJson = await post('<alerts/>');
  assert.is(notJson.status, 400);
  assert.match(notJson.text, 'the body is not JSON');
  const { labels: _, ...withoutLabels } = firing('db1');
  const misses = await post(JSON.stringify({ alerts: [firing('db2'), withoutLabels] }));
  assert.is(misses.status, 400);
  assert.match(misses.text, 'the field alerts.1.labels');
  const noAlerts = await post('{}');
  assert.is(noAlerts.status, 400);
  assert.match(noAlerts.text, 'the field alerts');
  const huge = await post(`{"alerts":[${' '.repeat(50 * 1_048_576)}]}`);
  assert.is(huge.status, 413);
  assert.match(huge.text, 'larger than 10 MB');
  const announced = await post(new Blob([new Uint8Array(50 * 1_048_576)]).stream());
  assert.is(announced.status, 413);

  assert.is((await post(JSON.stringify({ alerts: [firing('db3')] }))).status, 200);
  await server.waitForMail(1);
  assert.match(server.mails[0]?.raw ?? '', ' on db3\r\n');
});

test('CRLF, HTML, Liquid, a megabyte, emoji and right-to-left script in one alert arrive as one proper mail.', async ({
  ends,
}) => {
  const server = await startSubmissionServer({ password: { user: alertsMailbox, pass: 'password' } });
  ends.push(() => server.close());
  const { post } = await startAckmail(ends, passwordAccount(server.port));
  const injected = 'db1\r\nBcc: thief@example.com\r\n\r\n<script>alert(1)</script>';
  const { status } = await post(
    JSON.stringify({
      alerts: [
        {
          ...firing('db1'),
          labels: {
            alertname: '🔥 {{ 7 | times: 6 }}{% raw %}',
            instance: injected,
            severity: 'critical\r\nX-Evil: 1',
            'a"b\r\nX-Label: 1': '{% include "/etc/passwd" %}',
          },
          annotations: {
            summary: 'קריטי \u202egpj.exe <img src=x onerror=alert(1)> & "quotes" {{ authorization_url }}',
            description: 'Zażółć <b>gęślą</b> jaźń 👩‍👩‍👧‍👦 '.repeat(30_000),
          },
          generatorURL: 'javascript:alert(1)',
        },
      ],
    }),
  );
  assert.is(status, 200);
  const [mail] = await server.waitForMail(1);

  assert.equal(mail?.to, [person]);
  const mime = await simpleParser(mail?.raw ?? '');
  const names = mime.headerLines.map(({ key }) => key);
  assert.is(new Set(names).size, names.length, names.join());
  for (const name of ['bcc', 'x-evil', 'x-label']) assert.not(names.includes(name), name);
  const { text = '', html, subject = '' } = mime;
  assert.match(subject, /^\[CRITICAL X-…\] 🔥 \{\{ 7 \| times: 6… on db1 Bcc: thief@example…$/);
  assert.not.match(subject, /[\r\n]/);
  assert.match(text, '<img src=x onerror=alert(1)> & "quotes" {{ authorization_url }}');
  assert.match(text, '{% include "/etc/passwd" %}');
  assert.match(html || '', '&lt;img src=x onerror=alert(1)&gt; &amp; ');
  assert.not.match(html || '', /<script|<img|<b>|javascript:/);
  assert.not.match(text, '\u202e');
  assert.match(text, 'This was shortened');
  assert.ok(Buffer.byteLength(html || '') < 90_000);
  assert.is(mime.attachments.length, 0);
});

test('While the token endpoint hangs, answers HTML, 429 or 503, alerts are taken and nobody is asked to sign in; then the mail leaves.', async ({
  ends,
}) => {
  const server = await startSubmissionServer({ validate: async (_, token) => token.startsWith('access') });
  ends.push(() => server.close());
  const tokens = await startTokenEndpoint();
  ends.push(() => tokens.close());
  const clock = fakeClock(new Date(Math.floor(Date.now() / 1_000) * 1_000));
  const smtp = { host: '127.0.0.1', port: server.port, security: 'none' };
  const { origin } = new URL(tokens.url);
  const account = {
    ...{ mailbox: alertsMailbox, clientId: 'ackmail', clientSecret: 'the-client-secret', smtp },
    ...{ authorizationUrl: `${origin}/authorize`, tokenUrl: tokens.url },
  };
  const { plugin, post, events } = await startAckmail(ends, account, clock);

  const url = new URL(await plugin.authorizationUrl('alerts'));
  const good: TokenReply = {
    body: { access_token: 'access', token_type: 'Bearer', expires_in: 3_600, refresh_token: 'refresh' },
  };
  const nowS = clock.now().getTime() / 1_000;
  const claims = { iss: origin, sub: '1', aud: 'ackmail', iat: nowS, exp: nowS + 600, email: alertsMailbox };
  const nonce = url.searchParams.get('nonce');
  tokens.answer({
    body: { ...Object(good.body), id_token: idToken({ ...claims, email_verified: true, nonce }) },
  });
  const callback = new URL(url.searchParams.get('redirect_uri') ?? '');
  callback.search = `${new URLSearchParams({ code: 'code', state: url.searchParams.get('state') ?? '' })}`;
  await plugin.completeAuthorization(callback.href);
  const raised: string[] = [];
  events.on('system-error', ({ code }: SystemError) => raised.push(code));

  let recover = () => {};
  const hanging = new Promise<void>((resolve) => {
    recover = resolve;
  });
  const html = '<html><body>Back soon</body></html>';
  const troubles: readonly (readonly [string, TokenReply])[] = [
    ['HTML', { status: 200, body: html }],
    ['HTML of a proxy', { status: 502, body: html }],
    ['429', { status: 429, headers: { 'retry-after': '20' }, body: { error: 'temporarily_unavailable' } }],
    ['503', { status: 503, body: html }],
    ['a hanging', { wait: hanging, status: 503, body: html }],
  ];
  tokens.answer(troubles[0]?.[1] ?? {});
  await clock.forward(3_600_000);
  for (const [name, reply] of troubles) {
    tokens.answer(reply);
    const asked = tokens.requests.length;
    assert.is((await post(JSON.stringify({ alerts: [firing(name)] }))).status, 200, name);
    await until(`a try at ${name}`, async () => {
      await clock.forward(10_000);
      return tokens.requests.length > asked;
    });
    assert.is((await plugin.status()).actions[0]?.waiting, troubles.findIndex(([each]) => each === name) + 1);
  }
  assert.is(server.mails.length, 0);

  tokens.answer(good);
  recover();
  await until('the mails', async () => {
    await clock.forward(10_000);
    return server.mails.length === troubles.length;
  });
  assert.not(raised.includes('OAUTH_AUTHORIZATION_REQUIRED'), raised.join());
  assert.not(raised.includes('OAUTH_CONFIGURATION_REQUIRED'), raised.join());
  for (const [name] of troubles)
    assert.ok(
      server.mails.some(({ raw }) => raw.includes(` on ${name}\r\n`)),
      name,
    );
  assert.equal(plugin.reportHeader().json, []);
});

test('A mailbox with 10,000 old mails, a reply of 40 MB and mails without headers: replies acknowledge all the same.', async ({
  ends,
}) => {
  const lab = await startLab();
  ends.push(() => lab.close());
  const monthAgo = new Date(Date.now() - 30 * 86_400_000);
  for (let count = 0; count < 10_000; count += 1)
    lab.imap.append(`From: old@example.com\r\nSubject: ${count}\r\n\r\nold`, {
      user: alertsMailbox,
      at: monthAgo,
    });
  const host = await createTestHost(lab.settings());
  ends.push(() => host.remove());
  const plugin = await register(host);
  await plugin.start();
  ends.push(() => plugin.stop());
  const callback = await lab.authorization.signIn(await plugin.authorizationUrl('alerts'), alertsMailbox);
  await plugin.completeAuthorization(callback);
  await until('the watch', async () => (await plugin.status()).acknowledgement?.state === 'watching');

  await plugin.handleAlerts([firedEvent('db1'), firedEvent('db2')]);
  const mails = await until('the mails', () => lab.received().length === 2 && lab.received());
  const named = (name: string) => mails.find((mail) => mail.includes(` on ${name} `)) ?? '';
  const user = alertsMailbox;
  lab.imap.append('no header at all', { user });
  lab.imap.append('\r\n\r\nan empty header', { user });
  lab.imap.append(Buffer.from([0, 255, 13, 10, 0, 254]), { user });
  lab.imap.append(`${writeReply(named('db1'), 'on it')}${'> 0123456789\r\n'.repeat(40 * 75_000)}`, { user });
  lab.reply(named('db2'), 'mine');
  await until('the acknowledgements', () => host.acknowledged.length === 2);
  assert.equal(
    host.acknowledged.map(({ acknowledgement }) => acknowledgement.comment),
    ['on it', 'mine'],
  );
  await until('the replies moved', () => lab.imap.mails('Acknowledged', user).length === 2);
  const left = lab.imap.mails('INBOX', user);
  assert.is(left.length, 10_003);
  assert.ok(left.every(({ flags }) => !flags.includes('\\Seen')));
  assert.equal(plugin.reportHeader().json, []);
});

function passwordAccount(port: number) {
  const smtp = { host: '127.0.0.1', port, security: 'none' };
  return { grant: 'password', mailbox: alertsMailbox, password: 'password', smtp };
}

test.run();
