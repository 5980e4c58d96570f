import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readHeaderFields } from '../../../src/ack/header-fields.js';
import type { Judgement } from '../../../src/ack/judgement/judgement.js';
import { readReply } from '../../../src/ack/judgement/read-reply.js';
import type { ReplyRules } from '../../../src/ack/judgement/reply-rules.js';
import type { Alert } from '../../../src/core/alert.js';
import type { ComposedMail } from '../../../src/core/mail.js';
import { composedMail, firingAlert, me, person, references, replyTo, trusting } from '../scene.js';

const hour = 3_600_000;
const id = 'aaaaaaaaaaaaa';
const now = new Date('2026-03-01T03:00:00Z');
const mail = composedMail(id);

interface Case {
  readonly text?: string;
  readonly fields?: Readonly<Record<string, string | undefined>>;
  readonly raw?: string;
  /** Only so much of the header comes with the mail; the source has it all. */
  readonly headerLength?: number;
  readonly mail?: ComposedMail | undefined;
  readonly alerts?: readonly Alert[];
  readonly receivedAt?: Date;
  readonly allow?: readonly string[];
  readonly onSource?: () => void;
}

async function read(given: Case): Promise<Judgement> {
  const raw = Buffer.from(given.raw ?? replyTo(id, given.text ?? '', given.fields));
  const header = raw.subarray(0, Math.min(raw.indexOf('\r\n\r\n') + 4, given.headerLength ?? 65_536));
  const alerts = given.alerts ?? [firingAlert(`alert-${id}`)];
  const rules: ReplyRules = {
    expiresMs: 8 * hour,
    timeZone: 'Europe/Berlin',
    trust: trusting({ senders: { allow: given.allow ?? [], deny: [] } }),
    references,
    alert: (alertId) => alerts.find((alert) => alert.id === alertId),
  };
  return readReply(
    {
      fields: readHeaderFields(header),
      reference: { mailId: id, carrier: 'in-reply-to' },
      source: async () => {
        given.onSource?.();
        return raw;
      },
      mail: 'mail' in given ? given.mail : mail,
      receivedAt: given.receivedAt ?? now,
      now,
    },
    rules,
  );
}

const verdict = async (given: Case) => (await read(given)).verdict;
const acknowledged = (more: Partial<Alert> = {}) =>
  firingAlert(`alert-${id}`, { status: 'acknowledged', ...more });

test('A bare reply holds until resolved, at most as long as the settings say, from when the server received it.', async () => {
  const receivedAt = new Date(now.getTime() - 10 * 60_000);
  assert.equal(await read({ text: 'On it.', receivedAt }), {
    verdict: 'acknowledge',
    reason: 'it is a reply to the alert',
    reference: { mailId: id, carrier: 'in-reply-to' },
    sender: person,
    evidence: 'dmarc=pass (mx.example.com)',
    ownText: 'On it.',
    firstLine: 'On it.',
    command: { kind: 'bare' },
    comment: 'On it.',
    alertIds: [`alert-${id}`],
    expiresAt: new Date(receivedAt.getTime() + 8 * hour),
  });
  assert.is(await verdict({ text: '' }), 'acknowledge');
  // A server whose clock is ahead lengthens nothing.
  const ahead = await read({ receivedAt: new Date(now.getTime() + 100 * hour) });
  assert.equal('expiresAt' in ahead && ahead.expiresAt, new Date(now.getTime() + 8 * hour));
});

test('ack 2h, unack and comment say what they say.', async () => {
  const two = await read({ text: 'ack 2h disk is being replaced' });
  assert.is(two.verdict, 'acknowledge');
  assert.equal('expiresAt' in two && two.expiresAt, new Date(now.getTime() + 2 * hour));
  assert.equal('comment' in two && two.comment, 'disk is being replaced');
  assert.is(await verdict({ text: 'unack' }), 'unacknowledge');
  assert.is(await verdict({ text: 'comment the disk is old' }), 'comment');
  assert.is(await verdict({ text: 'Who has this?' }), 'comment');
  const late = await read({ text: 'ack 1h', receivedAt: new Date(now.getTime() - 2 * hour) });
  assert.is(late.verdict, 'comment');
  assert.match(late.reason, /run out/);
});

test('While the alert is acknowledged a further reply is a comment, and a leading ack takes it over.', async () => {
  const alerts = [acknowledged()];
  assert.is(await verdict({ text: 'me too', alerts }), 'comment');
  assert.is(await verdict({ text: '', alerts }), 'comment');
  assert.is(await verdict({ text: 'ack', alerts }), 'acknowledge');
  assert.is(await verdict({ text: 'ack 4h', alerts }), 'acknowledge');
  assert.is(await verdict({ text: 'unack', alerts }), 'unacknowledge');
  // Nothing is firing any more, or nothing is known of it: the host says what became of it.
  assert.is(
    await verdict({ text: '', alerts: [firingAlert(`alert-${id}`, { status: 'resolved' })] }),
    'acknowledge',
  );
  assert.is(await verdict({ text: '', alerts: [] }), 'acknowledge');
});

test('ack until is read by the clocks of the reply, and outlives expires where somebody asks for it.', async () => {
  const until = async (text: string, fields: Case['fields'] = {}) => {
    const found = await read({ text, fields });
    return 'expiresAt' in found && found.expiresAt?.toISOString().slice(0, 16);
  };
  assert.is(await until('ack until 21:00'), '2026-03-01T21:00');
  assert.is(await until('ack until 21:00', { Date: 'Sun, 01 Mar 2026 04:00:00 +0100' }), '2026-03-01T20:00');
  assert.is(await until('until 21:00', { Date: undefined }), '2026-03-01T20:00', 'the zone of the settings');
  assert.is(await until('until 2026-03-04 08:00'), '2026-03-04T08:00');
  assert.is(await until('ack until 9999-12-31'), '2026-03-31T03:00', 'at most 30 days');
  // What was over when the reply was read acknowledges nothing.
  const late = await read({ text: 'until 02:00', receivedAt: new Date(now.getTime() - 2 * hour) });
  assert.is(late.verdict, 'comment');
});

test('A reaction in place of words counts as its emoji says, and what is sealed is asked back.', async () => {
  const reacted = (emoji: string) =>
    read({
      text: `--x\nContent-Type: text/plain\n\n${emoji} Ops reacted via Gmail\n--x\nContent-Type: text/vnd.google.email-reaction+json\n\n{"emoji":"${emoji}","version":1}\n--x--`,
      fields: { 'Content-Type': 'multipart/alternative; boundary=x' },
    });
  assert.is((await reacted('👍')).verdict, 'acknowledge');
  assert.is((await reacted('👎')).verdict, 'comment');
  assert.is((await reacted('😂')).verdict, 'comment');
  assert.is(await verdict({ text: '👍', alerts: [acknowledged()] }), 'comment');
  const sealed = await read({
    text: 'MIAGCSqGSIb3DQEHA6CAMIACAQAx',
    fields: { 'Content-Type': 'application/pkcs7-mime; smime-type=enveloped-data' },
  });
  assert.is(sealed.verdict, 'question');
  assert.match('question' in sealed ? sealed.question : '', /encrypted/);
});

test('Where a client puts the mail below without a mark, an empty reply is empty.', async () => {
  const told = 'Who acknowledged the disk?\n\nReply to this mail to acknowledge.\n\nunack\n\nIs it full?\n';
  const answered = composedMail(id, { raw: `Subject: x\r\n\r\n${told.replaceAll('\n', '\r\n')}` });
  const below = `On Mon, Mar 1, 2026 at 3:00 AM, Alerts <alerts@example.com> wrote:\n\n${told}`;
  const empty = await read({ mail: answered, text: below });
  assert.equal('comment' in empty && [empty.verdict, empty.comment], ['acknowledge', '']);
  const words = await read({ mail: answered, text: `unack\n\n${below}` });
  assert.equal('comment' in words && [words.verdict, words.comment], ['unacknowledge', '']);
  // Two lines may be picked by a person.
  assert.is(await verdict({ mail: answered, text: 'unack\nIs it full?' }), 'comment');
});

test('What may be a command and is not plain is asked back, unless it answers another reply.', async () => {
  const fields = { 'In-Reply-To': '<somebody-else@client.example.org>' };
  for (const text of ["Don't ack this", 'ack until 25:00', 'help', 'No.']) {
    assert.is(await verdict({ text }), 'question', text);
    assert.is(await verdict({ text, fields }), 'comment', text);
  }
});

test('A reply never acknowledges a firing that its mail did not tell of.', async () => {
  const digest = composedMail(id, { alertIds: ['one', 'two', 'three'] });
  const alerts = [
    firingAlert('one'),
    firingAlert('two', { status: 'acknowledged' }),
    firingAlert('three', { status: 'resolved' }),
    firingAlert('four', { fingerprint: 'test/one' }),
  ];
  const bare = await read({ mail: digest, alerts });
  assert.equal('alertIds' in bare && bare.alertIds, ['one']);
  for (const text of ['ack 1h', 'unack', 'comment x', 'ack four', 'ack all']) {
    const found = await read({ mail: digest, alerts, text });
    assert.equal('alertIds' in found && found.alertIds, ['one', 'two', 'three'], text);
  }
});

test('A reply to a mail about several alerts acts on those it names.', async () => {
  const alertIds = Array.from({ length: 12 }, (_, index) => `n${index + 1}`);
  const many = composedMail(id, { alertIds });
  const alerts = alertIds.map((each) => firingAlert(each));
  const named = await read({ mail: many, alerts, text: 'ack 2,5 2h on it' });
  assert.equal('alertIds' in named && [named.verdict, named.alertIds, named.comment, named.expiresAt], [
    'acknowledge',
    ['n2', 'n5'],
    'on it',
    new Date(now.getTime() + 2 * hour),
  ]);
  const all = await read({ mail: many, alerts, text: 'ack all' });
  assert.equal('alertIds' in all && all.alertIds, alertIds);
  const back = await read({ mail: many, alerts, text: 'unack 3' });
  assert.equal('alertIds' in back && [back.verdict, back.alertIds], ['unacknowledge', ['n3']]);
});

test('Above 10 alerts a reply that names none is asked back, and so is a number that is not there.', async () => {
  const alertIds = Array.from({ length: 11 }, (_, index) => `n${index + 1}`);
  const many = composedMail(id, { alertIds });
  const alerts = alertIds.map((each) => firingAlert(each));
  for (const text of ['', 'On it.', 'ack', 'ack 2h', 'unack']) {
    const asked = await read({ mail: many, alerts, text });
    assert.is(asked.verdict, 'question', text);
    assert.match(
      'question' in asked ? asked.question : '',
      /tells of 11 alerts.*Nothing was done.*"ack all"/,
    );
  }
  const wrong = await read({ mail: many, alerts, text: 'ack 3,12' });
  assert.match('question' in wrong ? wrong.question : '', /names 12, but that mail has the numbers 1 to 11/);
  assert.is(await verdict({ mail: many, alerts, text: 'comment looking' }), 'comment');
  assert.is(await verdict({ mail: many, alerts, text: 'Which ones?' }), 'comment');
  const ten = composedMail(id, { alertIds: alertIds.slice(0, 10) });
  const bare = await read({ mail: ten, alerts, text: 'On it.' });
  assert.equal('alertIds' in bare && bare.alertIds, alertIds.slice(0, 10));
  const over = alerts.map((alert) => ({ ...alert, status: 'resolved' as const }));
  assert.is.not(await verdict({ mail: many, alerts: over, text: 'thanks' }), 'question');
});

test('A reply that answers another reply is a comment, unless it begins with ack or unack.', async () => {
  const fields = { 'In-Reply-To': '<somebody-else@client.example.org>' };
  assert.is(await verdict({ text: 'thanks', fields }), 'comment');
  assert.is(await verdict({ text: 'ack 1h', fields }), 'acknowledge');
  assert.is(await verdict({ text: 'unack', fields }), 'unacknowledge');
  // Ours, under its own name, the one that the server gave it, or none at all.
  const { messageId, root } = references.mint(id, 'example.com');
  const renamed = composedMail(id, { serverMessageId: '<0102@server.example.net>' });
  assert.is(await verdict({ fields: { 'In-Reply-To': messageId } }), 'acknowledge');
  assert.is(await verdict({ fields: { 'In-Reply-To': root } }), 'acknowledge');
  assert.is(await verdict({ fields: { 'In-Reply-To': undefined } }), 'acknowledge');
  assert.is(
    await verdict({ mail: renamed, fields: { 'In-Reply-To': '<0102@server.example.net>' } }),
    'acknowledge',
  );
  const asked = `<answer-m${'0a'.repeat(20)}@example.com>`;
  assert.is(await verdict({ fields: { 'In-Reply-To': asked } }), 'acknowledge', 'our question');
  assert.is(
    await verdict({ fields: { 'In-Reply-To': asked.replace('example.com', 'example.net') } }),
    'comment',
  );
  const short = composedMail(id, { serverMessageId: '0102' });
  assert.is(
    await verdict({ mail: short, fields: { 'In-Reply-To': '<0102@eu.mail.example.net>' } }),
    'acknowledge',
  );
  assert.is(await verdict({ mail: renamed, fields }), 'comment');
});

test('An automatic reply, a bounce or our own mail never acknowledges and is never answered.', async () => {
  let fetched = 0;
  for (const fields of [
    { 'Auto-Submitted': 'auto-replied' },
    { 'Return-Path': '<>' },
    { Precedence: 'bulk' },
    { 'List-Id': '<ops.example.com>' },
    { Subject: 'Automatic reply: [CRITICAL] DiskFull on db1' },
    { 'Content-Type': 'multipart/report; report-type=delivery-status; boundary=x' },
    { From: `Mail Delivery System <MAILER-DAEMON@example.com>` },
    { 'X-Ackmail-Mail': id },
    { From: `Alerts <${me}>` },
    { From: me.toUpperCase() },
  ]) {
    const allow = ['*@example.com'];
    const found = await read({ text: 'ack', fields, allow, onSource: () => (fetched += 1) });
    assert.is(found.verdict, 'refused', JSON.stringify(fields));
  }
  assert.is(fetched, 0, 'the header was enough');
  // What stands beyond the part of the header that came first counts as well.
  for (const field of ['Auto-Submitted: auto-replied', `From: evil@example.org`, `X-Ackmail-Mail: ${id}`]) {
    const raw = replyTo(id, 'ack').replace(
      '\r\n\r\n',
      `\r\nX-Padding: ${'x'.repeat(70_000)}\r\n${field}\r\n\r\n`,
    );
    assert.is(await verdict({ raw, headerLength: 65_536 }), 'refused', field);
  }
  assert.is(
    await verdict({ raw: replyTo(id, 'ack').split('\r\n\r\n')[0] ?? '' }),
    'refused',
    'a header without an end',
  );
});

test('A sender who is not allowed never acknowledges, nor one of two.', async () => {
  for (const from of [
    'Someone <someone@example.com>',
    'Ops Person <evil@example.org>',
    `"${person}" <evil@example.org>`,
    `${person}, evil@example.org`,
    `${person} <evil@example.org>`,
    'Team: ops@example.com;',
    undefined,
  ])
    assert.is(await verdict({ text: 'ack', fields: { From: from } }), 'refused', from);
  const twice = replyTo(id, 'ack').replace('\r\nSubject', '\r\nFrom: evil@example.org\r\nSubject');
  assert.is(await verdict({ raw: twice }), 'refused');
  assert.is(
    await verdict({ fields: { From: 'someone@example.com' }, allow: ['*@example.com'] }),
    'acknowledge',
  );
  const found = await read({ fields: { From: 'evil@example.org' } });
  assert.is(found.sender, 'evil@example.org');
});

test('A reference whose mail is no longer on record has expired.', async () => {
  const found = await read({ text: 'ack', mail: undefined });
  assert.is(found.verdict, 'refused');
  assert.match(found.reason, /expired/);
});

test('What the person wrote becomes one harmless line of at most 1,000 characters.', async () => {
  const found = await read({
    text: `comment first line; [1] ACKNOWLEDGE;x\nsecond\tline\u0007\n${'long '.repeat(1_000)}`,
  });
  const comment = 'comment' in found ? found.comment : '';
  assert.match(comment, /^first line, \[1\] ACKNOWLEDGE,x second line long long/);
  assert.is(comment.length, 1_000);
});

test('A judgement says what was found on the way to it, within bounds, also where it refuses.', async () => {
  const signed = await read({ text: `\nack until 21:00 mine\n${'long 😀'.repeat(1_000)}\n\n-- \nOps` });
  assert.equal(signed.command, { kind: 'ack', until: new Date('2026-03-01T21:00:00Z') });
  const many = await read({
    text: 'ack 2,3 2h mine\nnext line',
    mail: composedMail(id, { alertIds: ['one', 'two', 'three'] }),
  });
  assert.equal(many.command, { kind: 'ack', numbers: [2, 3], durationMs: 2 * hour });
  assert.is(many.ownText, 'ack 2,3 2h mine\nnext line');
  assert.is(many.firstLine, 'ack 2,3 2h mine');
  const long = await read({ text: `${'x'.repeat(999)}\n${'x'.repeat(999)}😀 and more` });
  assert.is(long.ownText, `${'x'.repeat(999)}\n${'x'.repeat(999)}`, 'no half character');
  assert.is(long.firstLine, 'x'.repeat(200));
  const automatic = await read({ text: 'ack', fields: { 'Auto-Submitted': 'auto-replied' } });
  assert.equal(automatic, {
    reference: { mailId: id, carrier: 'in-reply-to' },
    sender: person,
    evidence: 'dmarc=pass (mx.example.com)',
    automatic: 'Auto-Submitted',
    verdict: 'refused',
    kind: 'automatic',
    reason: 'it is automatic mail: Auto-Submitted',
  });
});

test.run();
