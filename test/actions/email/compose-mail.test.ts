import { simpleParser } from 'mailparser';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { composeMail } from '../../../src/actions/email/compose-mail.js';
import type { MailPlan } from '../../../src/actions/email/mail-plan.js';
import type { MailView } from '../../../src/actions/email/mail-view.js';
import { openTemplates } from '../../../src/actions/email/templates.js';
import type { ComposedMail } from '../../../src/core/mail.js';
import { testAccount, testAlert, testEvent, testMint } from './parts.js';

const invitation = { mint: testMint, replyTo: 'alerts@example.com', expiresMs: 8 * 3_600_000 };
const templates = openTemplates<MailView>({ onTrouble: async () => {} });
const owner = {
  author: 'carol@example.com',
  comment: 'On it.',
  at: new Date('2026-03-01T03:01:00Z'),
  expiresAt: new Date('2026-03-01T11:00:00Z'),
};

function compose(change: Partial<MailPlan>): Promise<ComposedMail> {
  const plan = {
    id: 'abcdefghijklm',
    action: 'ops',
    to: ['a@example.com', 'b@example.com'],
    account: testAccount({ port: 1 }),
    events: [testEvent('fired')],
    invitation,
    timeZone: 'Europe/Berlin',
    now: new Date('2026-03-01T03:00:00Z'),
  } as const;
  return composeMail({ ...plan, ...change }, templates);
}

function headerOf(mail: ComposedMail): string {
  return mail.raw.slice(0, mail.raw.indexOf('\r\n\r\n')).replace(/\r\n[ \t]/g, ' ');
}

function field(mail: ComposedMail, name: string): string | undefined {
  return new RegExp(`^${name}: (.*)$`, 'im').exec(headerOf(mail))?.[1];
}

function fields(mail: ComposedMail): readonly string[] {
  return headerOf(mail)
    .split('\r\n')
    .map((line) => line.slice(0, line.indexOf(':')).toLowerCase());
}

test('a mail about a firing alert, for a phone at 3 a.m.', async () => {
  const mail = await compose({});
  const { text = '', html } = await simpleParser(mail.raw);
  const first = 'The disk of db-1 is 92 % full. Since Sun 1 Mar 2026, 03:55 CET; nobody has it yet.';
  assert.is(mail.subject, '[CRITICAL] DiskFull on db-1.example.com:9100 [#abcdefghij]');
  assert.is(field(mail, 'Subject'), mail.subject);
  assert.is(text.split('\n')[0], first);
  const body = (html || '').replace(/<head>.*<\/head>/s, '').replace(/<[^>]+>/g, '');
  assert.ok(body.trim().startsWith(first));
  assert.match(text, /Reply to this mail to acknowledge\..*at most 8 h.*"ack 2h"/);
  assert.match(text, 'https://prometheus.example.com/graph?g0.expr=up');
  assert.match(text, 'alertname: DiskFull');
  assert.match(html || '', /<html lang="en">/);
  assert.not.match(html || '', /<img|<table(?![^>]*role="presentation")/);
  assert.match(html || '', 'CRITICAL</strong>');
});

test('the header fields say who, what thread, and that no machine shall answer', async () => {
  const mail = await compose({});
  assert.is(field(mail, 'From'), 'Alerts <alerts@example.com>');
  assert.is(field(mail, 'To'), 'a@example.com, b@example.com');
  assert.is(field(mail, 'Reply-To'), 'alerts+refabcdefghijklm@example.com');
  assert.is(field(mail, 'Message-ID'), '<refabcdefghijklm@example.com>');
  assert.is(field(mail, 'References'), '<refabcdefghijklm.root@example.com>');
  assert.is(field(mail, 'In-Reply-To'), undefined);
  assert.is(field(mail, 'Date'), 'Sun, 01 Mar 2026 03:00:00 +0000');
  assert.is(field(mail, 'Auto-Submitted'), 'auto-generated');
  assert.is(field(mail, 'X-Auto-Response-Suppress'), 'DR, RN, NRN, OOF, AutoReply');
  assert.is(field(mail, 'X-Ackmail-Mail'), 'abcdefghijklm');
  assert.is(field(mail, 'Thread-Topic'), 'DiskFull on db-1.example.com:9100');
  assert.is(field(mail, 'Importance'), 'high');
  assert.is(mail.envelopeFrom, 'alerts@example.com');
  assert.equal(Object.values(mail.recipients), [{ status: 'pending' }, { status: 'pending' }]);
});

test('later mails stand in the thread of the first, and only bracketed text changes', async () => {
  const fired = { ...(await compose({})), serverMessageId: '<server@prod.outlook.com>' };
  const repeated = await compose({ id: 'bbbbbbbbbbbbb', thread: fired, events: [testEvent('repeated')] });
  const resolved = await compose({
    id: 'ccccccccccccc',
    thread: fired,
    events: [testEvent('resolved', { endsAt: new Date('2026-03-01T05:00:00Z'), owner })],
  });
  assert.is(repeated.subject, '[CRITICAL] DiskFull on db-1.example.com:9100 [#bbbbbbbbbb]');
  assert.is(resolved.subject, '[RESOLVED] DiskFull on db-1.example.com:9100 [#cccccccccc]');
  for (const mail of [repeated, resolved]) {
    assert.is(field(mail, 'In-Reply-To'), '<server@prod.outlook.com>');
    assert.is(
      field(mail, 'References'),
      `<refabcdefghijklm.root@example.com> <refabcdefghijklm@example.com> <server@prod.outlook.com> <ref${mail.id}.root@example.com>`,
    );
    assert.is(field(mail, 'Thread-Topic'), field(fired, 'Thread-Topic'));
  }
  const again = (await simpleParser(repeated.raw)).text ?? '';
  assert.match(
    again,
    /^Still firing, since Sun 1 Mar 2026, 03:55 CET \(5 min\); nobody has it yet\. The disk/,
  );
  const over = (await simpleParser(resolved.raw)).text ?? '';
  assert.match(over, /^Resolved Sun 1 Mar 2026, 06:00 CET after 2 h 5 min; carol@example\.com had it\.\n/);
  assert.not.match(over, 'Reply to this mail');
  assert.is(field(resolved, 'Importance'), undefined);
});

test('fired and resolved before anything was sent make one mail', async () => {
  const mail = await compose({
    events: [testEvent('fired'), testEvent('resolved', { endsAt: new Date('2026-03-01T02:58:00Z') })],
  });
  const { text = '' } = await simpleParser(mail.raw);
  assert.match(mail.subject, /^\[RESOLVED\] DiskFull/);
  assert.match(
    text,
    /^Fired Sun 1 Mar 2026, 03:55 CET, resolved Sun 1 Mar 2026, 03:58 CET after 3 min; nobody had it\. The disk/,
  );
  assert.is(mail.eventIds.length, 2);
  assert.equal(mail.alertIds, ['alert-1']);
});

test('who has it is said', async () => {
  const events = [testEvent('acknowledged', { status: 'acknowledged', owner })] as const;
  const taken = await compose({ events: [...events] });
  assert.match(taken.subject, /^\[ACKNOWLEDGED\] DiskFull on/);
  assert.match(
    (await simpleParser(taken.raw)).text ?? '',
    /^carol@example\.com has it until Sun 1 Mar 2026, 12:00 CET: On it\. Firing since /,
  );
  const back = await compose({ events: [testEvent('unacknowledged')] });
  assert.match((await simpleParser(back.raw)).text ?? '', /^Nobody has it any more; firing since /);
});

test('without replies there is no tag, no Reply-To, no reference, and no invitation', async () => {
  const mail = await compose({ invitation: undefined });
  assert.is(mail.subject, '[CRITICAL] DiskFull on db-1.example.com:9100');
  assert.is(field(mail, 'Reply-To'), undefined);
  assert.is(field(mail, 'References'), undefined);
  assert.match(mail.messageId, /^<abcdefghijklm\.[0-9a-f]{16}@example\.com>$/);
  assert.not.match((await simpleParser(mail.raw)).text ?? '', 'Reply to this mail');
});

test('the subaddress is left out where the local part would pass 64 octets', async () => {
  const fits = `${'x'.repeat(64 - 1 - 'refabcdefghijklm'.length)}@example.com`;
  assert.match(
    field(await compose({ invitation: { ...invitation, replyTo: fits } }), 'Reply-To') ?? '',
    '+refabcdefghijklm@',
  );
  const mail = await compose({ invitation: { ...invitation, replyTo: `x${fits}` } });
  assert.is(field(mail, 'Reply-To'), `x${fits}`);
});

test('a system error shows what to do and where to sign in, and carries no reference', async () => {
  const mail = await compose({
    events: [
      testEvent('fired', {
        source: 'ackmail',
        labels: { alertname: 'OAUTH_AUTHORIZATION_REQUIRED', subject: 'alerts' },
        annotations: {
          summary: 'Account alerts is not authorized: the grant was revoked',
          remedy: 'Open the authorization URL and sign in as alerts@example.com.',
          authorizationUrl: 'https://monitor.example.com/ackmail/authorize/alerts?a=1&b=2',
        },
      }),
    ],
  });
  assert.is(mail.subject, '[SYSTEM ERROR] OAuth authorization required for alerts');
  const { text = '', html } = await simpleParser(mail.raw);
  const lines = text.split('\n').filter((line) => line !== '');
  assert.match(lines[0] ?? '', /^Account alerts is not authorized: the grant was revoked\. Since /);
  assert.is(lines[1], 'Sign in here: https://monitor.example.com/ackmail/authorize/alerts?a=1&b=2');
  assert.match(lines[2] ?? '', /^What to do: Open the authorization URL/);
  assert.match(html || '', 'href="https://monitor.example.com/ackmail/authorize/alerts?a=1&amp;b=2"');
  assert.is(field(mail, 'Reply-To'), undefined);
  assert.not.match(text, 'Reply to this mail');
});

test('a reminder of a system error says what is wrong before since when', async () => {
  const mail = await compose({
    events: [
      testEvent('repeated', {
        source: 'ackmail',
        labels: { alertname: 'SMTP_LOGIN_REFUSED', subject: 'relay' },
        annotations: { summary: 'The login of account relay is refused', remedy: 'Check the password.' },
      }),
    ],
  });
  assert.is(mail.subject, '[SYSTEM ERROR] SMTP login refused for relay');
  const { text = '' } = await simpleParser(mail.raw);
  assert.match(text, /^The login of account relay is refused\. It stands since .+ \(.+\)\.\n/);
});

test('the subject has at most 60 characters before the tag, whatever the names', async () => {
  const cases: [string, string][] = [
    ['NodeFilesystemAlmostOutOfSpace', 'db-primary-01.eu-west-1.prod.example.com:9100'],
    ['x'.repeat(500), 'y'.repeat(500)],
    ['👩‍👩‍👧‍👦'.repeat(80), 'e\u0301'.repeat(80)],
    ['DiskFull', `10.0.0.1:9100`],
    ['Short', ''],
  ];
  for (const [alertname, instance] of cases) {
    const labels = { alertname, instance };
    for (const severity of ['critical', 'not classified', 'x'.repeat(300)]) {
      const mail = await compose({ events: [testEvent('fired', { labels, severity })] });
      const before = mail.subject.slice(0, mail.subject.lastIndexOf(' [#'));
      const length = [...new Intl.Segmenter('en').segment(before)].length;
      assert.ok(length <= 60, `${length}: ${before}`);
      const resolved = await compose({ events: [testEvent('resolved', { labels, severity })] });
      const words = (subject: string) => subject.replace(/\[[^\]]*\]/g, '');
      assert.is(words(resolved.subject), words(mail.subject));
    }
  }
});

test('generic monitors: what and where come from the labels that there are', async () => {
  const cases: [Record<string, string>, string][] = [
    [{ service: 'HTTP', host: 'web-1' }, 'HTTP on web-1'],
    [{ host: 'web-1', check: 'ping' }, 'ping on web-1'],
    [{ monitor: 'Shop front' }, 'Shop front'],
    [{ alertname: 'Slow', service: 'shop', job: 'node' }, 'Slow on shop'],
    [{ alertname: 'A [RESOLVED] B', instance: 'c' }, 'A (RESOLVED) B on c'],
    [{}, 'prod/0123456789abcdef'],
  ];
  for (const [labels, words] of cases) {
    const mail = await compose({ events: [testEvent('fired', { labels })] });
    assert.is(mail.subject, `[CRITICAL] ${words} [#abcdefghij]`);
  }
});

test('CR, LF and `;` in what a person or an alert wrote cannot alter a header, an SMTP command or a monitor command.', async () => {
  const evil = 'x\r\nBcc: victim@example.net\r\n\r\nbody\r\n.\r\nMAIL FROM:<x>\u0000\u2028Subject: y; z';
  const clean = await compose({});
  const alert = testAlert({
    labels: { alertname: evil, instance: evil, [evil]: evil },
    annotations: { summary: evil, description: evil, [evil]: evil, value: evil },
    severity: evil,
    source: evil,
    url: `https://example.com/\r\nX: y`,
    owner: { ...owner, author: evil, comment: evil },
    status: 'acknowledged',
  });
  const mail = await compose({ events: [testEvent('fired', alert)] });
  const known = fields(clean);
  assert.equal(
    fields(mail).filter((name) => !known.includes(name)),
    [],
  );
  assert.not.match(headerOf(mail), /^bcc:/im);
  assert.not.match(mail.raw, /\r(?!\n)|(?<!\r)\n|\0/);
  assert.equal(Object.keys(mail.recipients), ['a@example.com', 'b@example.com']);
  assert.not.match(mail.subject, /[\r\n\0\u2028]/);
  const parsed = await simpleParser(mail.raw);
  assert.is(parsed.bcc, undefined);
  assert.is(parsed.attachments.length, 0);
  assert.is(parsed.from?.text, '"Alerts" <alerts@example.com>');
});

test('HTML, Liquid, emoji, right-to-left script and bidirectional controls stay text', async () => {
  const mail = await compose({
    events: [
      testEvent('fired', {
        labels: { alertname: '{{ 7 | times: 6 }}{% raw %}', instance: '<script>alert(1)</script>' },
        annotations: {
          summary: '🔥 קריטי {{ word }} <b>"x"</b>',
          description: '\u202egpj.exe {% for i in (1..1000000000) %}x{% endfor %}',
          note: 'half \ud83d emoji',
        },
        url: 'javascript:alert(1)',
      }),
    ],
  });
  const { text = '', html, subject } = await simpleParser(mail.raw);
  assert.match(subject ?? '', /^\[CRITICAL\] \{\{ 7 \| times: 6 /);
  assert.match(text, '🔥 קריטי {{ word }} <b>"x"</b>');
  assert.match(text, '{% for i in (1..1000000000) %}x{% endfor %}');
  assert.not.match(text, '\u202e');
  assert.match(html || '', '&lt;script&gt;alert(1)&lt;/script&gt;');
  assert.not.match(html || '', /<script|<b>/);
  assert.not.match(mail.raw, /javascript:/);
  assert.match(mail.raw, /^[\x00-\x7f]*$/);
});

test('a megabyte of text is cut, with a note, below what Gmail hides', async () => {
  const huge = 'Zażółć <gęślą> jaźń '.repeat(60_000);
  const startedAt = Date.now();
  const mail = await compose({
    events: [
      testEvent('fired', {
        labels: {
          alertname: huge,
          instance: huge,
          ...Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`l${n}`, huge])),
        },
        annotations: { summary: huge, description: huge, other: `${'\u0301'.repeat(1_000_000)}` },
      }),
    ],
  });
  assert.ok(Date.now() - startedAt < 1_000, `${Date.now() - startedAt} ms`);
  const { text = '', html } = await simpleParser(mail.raw);
  assert.ok(Buffer.byteLength(html || '') < 90_000, `${Buffer.byteLength(html || '')} bytes`);
  assert.match(text, 'This was shortened; the monitor has all of it.');
  assert.ok(mail.raw.split('\r\n').every((line) => line.length <= 998));
});

test('nothing in an alert can end a MIME part', async () => {
  const mail = await compose({});
  const boundary = /boundary="([^"]+)"/.exec(mail.raw)?.[1] ?? '';
  assert.match(boundary, /^=_/);
  const copied = await compose({
    events: [testEvent('fired', { annotations: { description: `\n--${boundary}--\n--=_ackmail` } })],
  });
  assert.is((await simpleParser(copied.raw)).attachments.length, 0);
  assert.is(copied.raw.match(/^--=_/gm)?.length, 3);
});

test('a mail to somebody twice is to them once', async () => {
  const mail = await compose({ to: ['a@example.com', 'A@Example.com'] });
  assert.is(Object.keys(mail.recipients).length, 1);
});

test('copies stand in Cc, are recipients as the others are, and nobody is told twice', async () => {
  const mail = await compose({
    to: ['a@example.com'],
    cc: ['boss@example.com', 'A@example.com', 'Boss@example.com', 'team@example.com'],
  });
  assert.is(field(mail, 'To'), 'a@example.com');
  assert.is(field(mail, 'Cc'), 'boss@example.com, team@example.com');
  assert.equal(Object.keys(mail.recipients), ['a@example.com', 'boss@example.com', 'team@example.com']);
  assert.is(field(await compose({ cc: ['a@example.com', 'b@example.com'] }), 'Cc'), undefined);
});

test.run();
