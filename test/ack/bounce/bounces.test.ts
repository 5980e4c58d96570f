import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { isBounce } from '../../../src/ack/bounce/is-bounce.js';
import { readBounce } from '../../../src/ack/bounce/read-bounce.js';
import { readHeaderFields } from '../../../src/ack/header-fields.js';
import { createReferences } from '../../../src/ack/reference/reference.js';
import type { ComposedMail } from '../../../src/core/mail.js';
import { until } from '../../helpers/until.js';
import { type BounceForm, type BounceOptions, bounceForms, writeBounce } from '../../helpers/write-bounce.js';
import { composedMail, person, references, replyTo } from '../scene.js';
import { a, b, settled, stage } from '../stage.js';

const context: { ends: (() => Promise<void>)[] } = { ends: [] };
const test = suite('bounces', context);
test.after.each(async (on) => {
  for (const end of on.ends.splice(0).reverse()) await end();
});

const second = 'second@example.com';

/** One of our mails as it left. */
function rawOf(id: string, more: readonly string[] = []): string {
  const { messageId, root } = references.mint(id, 'example.com');
  return [
    'From: alerts@example.com',
    `To: ${person}`,
    'Subject: [CRITICAL] DiskFull on db1 [#abc]',
    `Message-ID: ${messageId}`,
    `References: ${root}`,
    'Auto-Submitted: auto-generated',
    `X-Ackmail-Mail: ${id}`,
    ...more,
    '',
    'The disk is full.',
    '',
  ].join('\r\n');
}

function bounceOf(id: string, form: BounceForm = 'postfix', options: Partial<BounceOptions> = {}): string {
  return writeBounce(form, rawOf(id), { recipient: person, ...options });
}

/** The stage with what a bounce of the mail a needs, before it is read. */
async function bouncing(on: typeof context, recipients: ComposedMail['recipients'] = {}) {
  const scene = await stage(on);
  await scene.mails.put(
    a,
    composedMail(a, { recipients: { [person]: { status: 'accepted' }, ...recipients } }),
  );
  await scene.start();
  const statusOf = async (name = person) => (await scene.mails.get(a))?.recipients[name];
  const errors = () => scene.scene.systemErrors.list();
  return { ...scene, statusOf, errors };
}

for (const form of bounceForms)
  test(`a bounce in the form of ${form} is its recipient's failure`, async (on) => {
    const { server, statusOf, errors, unreached, calls, answers, marked, scene } = await bouncing(on);
    server.append(bounceOf(a, form));
    await until('the mark', () => marked() === 1);
    const status = await statusOf();
    assert.is(status?.status, 'bounced');
    assert.match(status?.reply ?? '', '550 5.1.1');
    assert.equal(
      errors().map(({ code, subject, severity }) => [code, subject, severity]),
      [['SMTP_BOUNCED', person, 'critical']],
    );
    assert.match(errors()[0]?.message ?? '', /^Mail to ops@example\.com came back: .*550 5\.1\.1 .*DiskFull/);
    assert.match(errors()[0]?.remedy ?? '', 'there is no such mailbox');
    assert.equal(unreached, [`ops alert-${a}`]);
    assert.equal([calls.length, answers.length], [0, 0]);
    const [noted] = await scene.history('bounced');
    assert.equal(noted?.['missed'], [person]);
    assert.match(String(noted?.['detail']), '5.1.1');
  });

test('one of several who had a mail: a warning, and nobody else is woken', async (on) => {
  const { server, statusOf, errors, unreached, marked } = await bouncing(on, {
    [second]: { status: 'accepted' },
  });
  server.append(bounceOf(a, 'exchange'));
  await until('the mark', () => marked() === 1);
  assert.is((await statusOf())?.status, 'bounced');
  assert.is((await statusOf(second))?.status, 'accepted');
  assert.equal([errors()[0]?.severity, unreached.length], ['warning', 0]);
  server.append(bounceOf(a, 'postfix', { recipient: second }));
  await until('the mark', () => marked() === 2);
  assert.equal(unreached, [`ops alert-${a}`]);
  assert.is(errors().length, 2);
});

test('what is delayed is noted, what is delivered is not, and neither is a failure', async (on) => {
  const { server, statusOf, errors, marked, scene } = await bouncing(on);
  server.append(bounceOf(a, 'postfix', { action: 'delayed', status: '4.4.1' }));
  server.append(bounceOf(a, 'postfix', { action: 'relayed', status: '2.0.0' }));
  await until('the marks', () => marked() === 2);
  assert.equal([(await statusOf())?.status, errors().length], ['accepted', 0]);
  assert.equal((await scene.history('delayed'))[0]?.['deferred'], [person]);
});

test('addresses in their codes, in capitals, in brackets and in ASCII are found on record', async (on) => {
  const names = ['ops+disk@example.com', 'jörg@bücher.example'];
  const { server, statusOf, marked } = await bouncing(
    on,
    Object.fromEntries(names.map((name) => [name, { status: 'accepted' as const }])),
  );
  const writes = [
    [names[0], 'rfc822; ops+2Bdisk@example.com'],
    [names[1], 'utf-8; j\\x{F6}rg@xn--bcher-kva.example'],
    [person, 'RFC822;<OPS@Example.COM>'],
  ] as const;
  for (const [recipient = '', written] of writes)
    server.append(bounceOf(a, 'gmail', { recipient, written, status: '5.2.2' }));
  await until('the marks', () => marked() === 3);
  for (const name of [...names, person]) assert.is((await statusOf(name))?.status, 'bounced', name);
});

test('a forged bounce harms nobody but a recipient who had the mail', async (on) => {
  const scene = await bouncing(on, { [second]: { status: 'deferred' } });
  const { server, mails, errors, unreached, replies, marked } = scene;
  const before = await mails.get(a);
  const own = references.mint(a, 'example.com');
  const other = createReferences({ key: Buffer.alloc(32, 9), installation: 'two' }).mint(a, 'example.com');
  // Nobody on record, and somebody whom it did not leave for yet.
  server.append(bounceOf(a, 'gmail', { recipient: 'boss@example.com' }));
  server.append(bounceOf(a, 'postfix', { recipient: second }));
  // Another installation's, one whose record is gone, none at all, and one in a place that does not count.
  server.append(
    writeBounce('postfix', rawOf(a).replaceAll(own.subaddress, other.subaddress), { recipient: person }),
  );
  server.append(bounceOf('ccccccccccccc'));
  const stranger = 'Message-ID: <other@example.com>\r\nSubject: x\r\n\r\nx';
  server.append(writeBounce('postfix', stranger, { recipient: person }));
  server.append(
    writeBounce('postfix', stranger, { recipient: person, diagnostic: `smtp; ${own.messageId}` }),
  );
  // What a colleague wrote in the thread, and sent from the mailbox of the alerts.
  const colleague = `Message-ID: <theirs@example.com>\r\nReferences: ${own.root} ${own.messageId}\r\n\r\nx`;
  server.append(writeBounce('postfix', colleague, { recipient: person }));
  await settled(scene);
  assert.equal(await mails.get(a), before);
  assert.equal([errors().length, unreached.length], [0, 0]);
  await until('the mark of the last reply alone', () => marked() === 1);
  const kept = await Promise.all((await replies.names()).map(replies.get));
  assert.equal(
    kept
      .filter((record) => record?.verdict === 'refused')
      .map((record) => record?.reason)
      .sort(),
    [
      ...['it names nobody who had that mail', 'it names nobody who had that mail'],
      'its mail is no longer on record',
    ],
  );
});

test('An automatic reply, a bounce or our own mail never acknowledges and is never answered.', async (on) => {
  const scene = await bouncing(on);
  const { server, calls, answers, marked } = scene;
  const { messageId, root, subaddress } = references.mint(a, 'example.com');
  const header = [`To: alerts+${subaddress}@example.com`, `In-Reply-To: ${messageId}`, `References: ${root}`];
  for (const form of bounceForms)
    for (const words of ['ack', 'help', 'ack 2 5'])
      server.append(
        bounceOf(a, form, { header })
          .replace('This message was created', `${words}\r\n\r\nThis message was created`)
          .replace(/(charset=us-ascii\r\n\r\n)/, `$1${words}\r\n\r\n`),
      );
  await settled(scene);
  await until('the marks', () => marked() === bounceForms.length * 3 + 1);
  assert.equal(
    calls.map(({ comment }) => comment),
    ['end'],
  );
  assert.is(answers.length, 0);
});

test('a bounce that a person might have written is judged as a reply, and refused', async (on) => {
  const scene = await bouncing(on);
  const type = 'multipart/report; report-type=delivery-status; boundary=x';
  const failed = 'X-Failed-Recipients';
  scene.server.append(replyTo(a, 'ack', { 'Return-Path': `<${person}>`, 'Content-Type': type }));
  scene.server.append(replyTo(a, 'ack', { [failed]: person }));
  await settled(scene);
  assert.is(scene.errors().length, 0);
  const refused = await scene.scene.history('refused');
  assert.equal(
    refused.map(({ reason }) => reason),
    ['it is automatic mail: a report', 'it is automatic mail: the field x-failed-recipients'],
  );
  assert.equal(
    scene.calls.map(({ comment }) => comment),
    ['end'],
  );
});

test('what a server says is shown without links, on one line, and cut', async (on) => {
  const { server, statusOf, errors, marked } = await bouncing(on);
  const evil = 'smtp; 550 5.7.1 Sign in at https://evil.example/login\r\n now; \u202e x '.concat(
    'y'.repeat(900),
  );
  server.append(bounceOf(a, 'postfix', { diagnostic: evil, status: '5.7.1' }));
  await until('the mark', () => marked() === 1);
  const reply = (await statusOf())?.reply ?? '';
  assert.match(reply, /^550 5\.7\.1 Sign in at … now, {1,2}x yyy/);
  assert.ok(reply.length <= 300);
  assert.not.match(errors()[0]?.message ?? '', /https|[\n\u202e]/);
  assert.match(errors()[0]?.remedy ?? '', 'Ask the person another way');
});

test('the same bounce twice is one failure, and a reply of theirs ends it', async (on) => {
  const scene = await bouncing(on);
  const { server, errors, unreached, marked } = scene;
  const bounce = bounceOf(a);
  server.append(bounce);
  server.append(bounce);
  await until('the marks', () => marked() === 2);
  assert.equal([errors().length, errors()[0]?.count, unreached.length], [1, 1, 1]);
  server.append(replyTo(b, 'On it.'));
  await until('its end', () => errors().length === 0);
});

test('a bounce of an answer of ours is no failure of the alert, and nothing answers it', async (on) => {
  const { server, statusOf, errors, answers, marked } = await bouncing(on);
  const own = references.mint(a, 'example.com');
  const answer = [
    'From: alerts@example.com',
    `Message-ID: <answer-abc@example.com>`,
    `In-Reply-To: ${own.messageId}`,
    `References: ${own.root} ${own.messageId}`,
    'Auto-Submitted: auto-replied',
    `X-Ackmail-Mail: ${a}`,
    '',
    'Which?',
  ].join('\r\n');
  server.append(writeBounce('postfix', answer, { recipient: person }));
  server.append(writeBounce('gmail', answer, { recipient: person }));
  await until('the marks', () => marked() === 2);
  assert.equal([(await statusOf())?.status, errors().length, answers.length], ['accepted', 0, 0]);
});

test('a bounce that the mailbox does not hand out is passed over after three tries, and what follows is read', async (on) => {
  const scene = await bouncing(on);
  const { server } = scene;
  // A part with more header than any has.
  const broken = bounceOf(a).replace('Content-Description: ', `X-Long: ${'x'.repeat(70_000)}\r\nX-Y: `);
  server.append(broken);
  await settled(scene);
  assert.is(scene.errors().length, 0);
});

test('of many who bounce at once, twenty are told', async (on) => {
  const names = Array.from({ length: 30 }, (_, index) => `r${index}@example.com`);
  const { server, errors, marked, mails } = await bouncing(
    on,
    Object.fromEntries(names.map((name) => [name, { status: 'accepted' as const }])),
  );
  const groups = names
    .map((name) => `Final-Recipient: rfc822; ${name}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n`)
    .join('');
  server.append(bounceOf(a).replace('Final-Recipient: ', `${groups}Final-Recipient: `));
  await until('the mark', () => marked() === 1);
  assert.is(errors().length, 20);
  const after = Object.values((await mails.get(a))?.recipients ?? {});
  assert.ok(after.every(({ status }) => status === 'bounced'));
});

test('a report has a null return path, one type, and says what it reports', () => {
  const is = (...lines: string[]) => isBounce(readHeaderFields(Buffer.from(`${lines.join('\r\n')}\r\n\r\n`)));
  const type = 'Content-Type: multipart/report; report-type=delivery-status; boundary=x';
  assert.ok(is(type));
  assert.ok(
    is('Return-Path: <>', 'Content-Type: Multipart/Report;\r\n boundary=x; Report-Type="Delivery-Status"'),
  );
  assert.not.ok(is('Return-Path: <eve@example.com>', type));
  assert.not.ok(is(type, 'Content-Type: text/plain'));
  assert.not.ok(is('Content-Type: multipart/report; report-type=disposition-notification; boundary=x'));
  assert.not.ok(is('Content-Type: multipart/mixed; boundary="; report-type=delivery-status"'));
  assert.not.ok(is('X-Failed-Recipients: a@example.com', 'From: eve@example.com'));
});

test('hostile reports are read in time', async () => {
  const header = 'Content-Type: multipart/report; report-type=delivery-status; boundary=x\r\n\r\n';
  const bodies = [
    '\n \t'.repeat(80_000),
    `--x\r\nContent-Type: message/delivery-status\r\n\r\n${'\r\n \r'.repeat(50_000)}`,
    `--x\r\nContent-Type: message/delivery-status\r\n\r\n${'Final-Recipient: rfc822; a@b\r\n\r\n'.repeat(7_000)}`,
    `--x\r\nContent-Type: text/rfc822-headers\r\n\r\nReferences: ${'<'.repeat(250_000)}`,
    `--x\r\nContent-Type: text/plain\r\n\r\n${'message-id:\n\n'.repeat(20_000)}`,
    '--x\r\n\r\n'.repeat(400),
  ];
  for (const body of bodies) {
    const source = Buffer.from(header + body).subarray(0, 262_144);
    const startedAt = Date.now();
    assert.is(await readBounce(source, readHeaderFields(source), references), undefined);
    assert.ok(
      Date.now() - startedAt < 1_000,
      `${Date.now() - startedAt} ms: ${JSON.stringify(body.slice(0, 60))}`,
    );
  }
});

test.run();
