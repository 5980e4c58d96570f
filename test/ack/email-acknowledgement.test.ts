import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createReferences } from '../../src/ack/reference/reference.js';
import { until } from '../helpers/until.js';
import { firingAlert, key, person, references, replyTo } from './scene.js';
import { a, b, settled, stage } from './stage.js';

const test = suite<{ ends: (() => Promise<void>)[] }>('email acknowledgement');

test.before.each((context) => {
  context.ends = [];
});
test.after.each(async ({ ends }) => {
  for (const end of ends) await end();
});

test('A reply becomes an acknowledgement, and then its mail is moved.', async (context) => {
  const on = await stage(context);
  const run = await on.start();
  on.server.append(
    replyTo(a, 'ack 2h\n\nOn Sun, Mar 1, 2026 at 3:00 AM Alerts wrote:\n> unack\n', {
      'Message-ID': '<m1@x>',
    }),
  );
  await until('the mail to be moved', () => on.marked() === 1);
  const [call] = on.calls;
  assert.is(call?.kind, 'acknowledge');
  assert.equal(call?.alertIds, [`alert-${a}`]);
  assert.is(call?.author, person);
  assert.is(call?.comment, '');
  assert.ok(Math.abs((call?.at.getTime() ?? 0) - Date.now()) < 10_000);
  assert.is((call?.expiresAt?.getTime() ?? 0) - (call?.at.getTime() ?? 0), 2 * 3_600_000);
  assert.is(run.pending(), 0);
  await until('the record to be closed', async () =>
    (await on.replies.names()).every((name) => !name.startsWith('open.')),
  );
  const [entry] = await on.scene.history('acknowledged');
  assert.is(entry?.['author'], person);
  assert.is(entry?.['outcome'], 'acknowledged');
  assert.equal(
    on.server.mails('Acknowledged').flatMap((mail) => mail.flags),
    [],
  );
});

test('What was found in a reply is kept with its record, of a refused one too, and what it says is not in the log.', async (context) => {
  const lines: string[] = [];
  const note = (facts: object, message: string) => lines.push(JSON.stringify({ ...facts, message }));
  const on = await stage(context, { log: { debug: note, info: note, warn: note, error: note } });
  await on.start();
  on.server.append(replyTo(a, 'ack until 21:00 the platypus bit a cable', { Date: undefined }));
  on.server.append(replyTo(a, 'ack the platypus', { 'Auto-Submitted': 'auto-replied' }));
  on.server.append(replyTo(a, 'ack the platypus', { From: 'evil@example.org' }));
  await settled(on);
  const kept = await Promise.all((await on.replies.names()).map((name) => on.replies.get(name)));
  const findings = kept.map((record) => record?.findings);
  const reference = { mailId: a, carrier: 'in-reply-to' };
  const evidence = 'dmarc=pass (mx.example.com)';
  const taken = findings.find((each) => each?.command?.kind === 'ack');
  assert.equal(taken, {
    ...{ reference, sender: person, evidence, ownText: 'ack until 21:00 the platypus bit a cable' },
    firstLine: 'ack until 21:00 the platypus bit a cable',
    command: { kind: 'ack', until: taken?.command?.until },
  });
  assert.instance(taken?.command?.until, Date);
  assert.equal(
    findings.find((each) => each?.automatic),
    { reference, sender: person, evidence, automatic: 'Auto-Submitted' },
  );
  assert.equal(
    findings.find((each) => each?.sender === 'evil@example.org'),
    { reference, sender: 'evil@example.org', evidence },
  );
  assert.ok(lines.length > 0);
  assert.not.match(lines.join('\n'), /platypus/);
});

test('A reply is marked done only after the host took its acknowledgement.', async (context) => {
  const on = await stage(context);
  await on.start();
  const waiting: (() => void)[] = [];
  on.state.host = (call) =>
    call.alertIds.includes(`alert-${a}`)
      ? new Promise((resolve) => waiting.push(() => resolve('acknowledged')))
      : Promise.resolve('acknowledged');
  on.server.append(replyTo(a, 'ack'));
  await until('the host to be asked', () => waiting.length === 1);
  await settled(on);
  await until('the other mail to be moved', () => on.marked() === 1);
  assert.is(on.server.mails().length, 1);
  assert.equal(on.server.mails()[0]?.flags, []);
  waiting[0]?.();
  await until('it to be moved', () => on.marked() === 2);
});

test('The same reply twice acknowledges once.', async (context) => {
  const on = await stage(context);
  const first = await on.start();
  const reply = replyTo(a, 'ack', { 'Message-ID': '<same@client.example.com>' });
  on.server.append(reply);
  on.server.append(reply);
  await until('both to be moved', () => on.marked() >= 1 && on.calls.length >= 1);
  on.server.append(reply.replace('Message-ID: <same@', 'Message-ID:\r\n <same@'));
  await settled(on);
  assert.is(on.calls.filter((call) => call.alertIds.includes(`alert-${a}`)).length, 1);
  await first.stop();

  // The server numbers its mail anew, so all of it comes again.
  on.server.renumber(5);
  on.server.append(reply);
  const second = await on.start();
  await settled(on);
  await second.stop();
  assert.is(on.calls.filter((call) => call.alertIds.includes(`alert-${a}`)).length, 1);

  // Where the program dies between the host and the record, the host is asked again, with the same source.
  on.state.host = () => new Promise(() => undefined);
  const third = await on.start();
  on.server.append(replyTo(b, 'ack', { 'Message-ID': '<other@client.example.com>' }));
  const before = on.calls.length;
  await until('the host to be asked', () => on.calls.length > before);
  await third.stop();
  on.state.host = async () => 'duplicate';
  await on.start();
  await until('it to be asked again', () => on.calls.length > before + 1);
  assert.equal(on.calls[before], on.calls[before + 1]);
});

test('Without a Message-ID too the same reply acknowledges once.', async (context) => {
  const on = await stage(context);
  await on.start();
  const reply = replyTo(a, 'ack', { 'Message-ID': undefined });
  on.server.append(reply);
  await until('it to be moved', () => on.marked() === 1);
  on.server.append(reply);
  await settled(on);
  await until('all to be moved', () => on.marked() === 3);
  assert.is(on.calls.length, 2);
});

test('An unsigned, altered or expired reference never acknowledges; neither does a sender who is not allowed or not authenticated.', async (context) => {
  const on = await stage(context);
  await on.start();
  const { subaddress } = references.mint(a, 'example.com');
  const gone = 'ccccccccccccc';
  const other = createReferences({ key, installation: 'two' }).mint(a, 'example.com');
  const hostile = [
    ...Array.from(subaddress, (character, index) => {
      const altered =
        subaddress.slice(0, index) + (character === 'a' ? 'b' : 'a') + subaddress.slice(index + 1);
      return replyTo(a, 'ack').replaceAll(subaddress, altered);
    }),
    replyTo(a, 'ack').replaceAll(subaddress, a),
    replyTo(a, 'ack').replaceAll(subaddress, other.subaddress),
    replyTo(gone, 'ack'),
    replyTo(a, 'ack', { From: 'evil@example.org' }),
    replyTo(a, 'ack', { From: `${person}, evil@example.org` }),
    replyTo(a, 'ack').replace('\r\nSubject', '\r\nFrom: evil@example.org\r\nSubject'),
    replyTo(a, 'ack').replace('dmarc=pass', 'dmarc=fail'),
    replyTo(a, 'ack').replace(/^Authentication-Results.*\r\n/, ''),
  ];
  for (const mail of hostile) on.server.append(mail);
  await settled(on);
  assert.is(on.calls.length, 1);
  const refused = await on.scene.history('refused');
  assert.equal(
    refused.map(({ refusal }) => refusal),
    ['old', 'stranger', 'sender', 'sender', 'unauthenticated', 'unauthenticated'],
  );
  assert.match(`${refused.at(-2)?.['reason']}`, /nothing shows that ops@example\.com sent it: dmarc=fail/);
  assert.ok(refused.every((entry) => typeof entry['reason'] === 'string' && entry['mail'] !== undefined));
  await until('the last mail to be moved', () => on.marked() === 1);
  assert.is(on.server.mails().length, hostile.length);
});

test('An automatic reply is refused, and the copy of a reply that came by a list does not stand in its way.', async (context) => {
  const on = await stage(context);
  await on.start();
  const fields = { 'Message-ID': '<both@client.example.com>' };
  on.server.append(replyTo(a, 'ack', { ...fields, 'List-Id': '<ops.example.com>' }));
  on.server.append(replyTo(a, 'ack', fields));
  await until('the reply', () => on.calls.length === 1);
  assert.is((await on.scene.history('refused')).length, 1);
});

test('Mail that carries no verified reference of this installation is left as it was.', async (context) => {
  const on = await stage(context);
  const other = createReferences({ key: Buffer.alloc(32, 9), installation: 'one' });
  const plain = 'From: a@example.org\r\nTo: alerts@example.com\r\nSubject: lunch\r\n\r\nack\r\n';
  const foreign = [
    plain,
    replyTo(a, 'ack').replaceAll(references.mint(a, 'x').subaddress, other.mint(a, 'x').subaddress),
    plain.replace('lunch', `Re: [CRITICAL] x [${references.mint(a, 'x').subjectTag}]`),
    plain.replace('ack', references.mint(a, 'example.com').messageId),
    'no header at all',
    '\r\n\r\nan empty header',
    '',
    `References: ${'<someone@example.org> '.repeat(5_000)}\r\n\r\nack`,
    Buffer.from(Array.from({ length: 3_000 }, (_, index) => (index * 31) % 256)),
    `${plain}${'x'.repeat(2_000_000)}`,
  ];
  on.server.append(plain, { flags: ['\\Seen', '\\Flagged'] });
  await on.start();
  for (const mail of foreign) on.server.append(mail);
  const before = on.server.mails();
  await settled(on);
  await until('the last mail to be moved', () => on.marked() === 1);
  assert.equal(on.server.mails(), before);
  assert.is(on.server.commands.filter((line) => line.includes('BODY.PEEK[]')).length, 1);
  assert.is(on.server.commands.filter((line) => /STORE|EXPUNGE|COPY|DELETE/.test(line)).length, 0);
  assert.is((await on.replies.names()).length, 1);
  assert.is(on.calls.length, 1);
});

test('A reply of 40 MB is read like any other.', async (context) => {
  const on = await stage(context);
  await on.start();
  const log = Buffer.alloc(30_000_000, 'log ')
    .toString('base64')
    .replace(/(.{76})/g, '$1\r\n');
  const body = [
    '--x\r\nContent-Type: text/plain\r\n\r\nack 1h see the log',
    `--x\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename=log.txt\r\nContent-Transfer-Encoding: base64\r\n\r\n${log}`,
    '--x--\r\n',
  ].join('\r\n');
  const reply = replyTo(a, 'BODY', { 'Content-Type': 'multipart/mixed; boundary=x' }).replace(
    'BODY',
    () => body,
  );
  assert.ok(reply.length > 40_000_000);
  on.server.append(reply);
  await until('the reply', () => on.calls.length === 1);
  assert.is(on.calls[0]?.comment, 'see the log');
  await until('it to be moved', () => on.marked() === 1);
});

test('Only one of two replies acknowledges, the other is a comment, once the host has said so.', async (context) => {
  const on = await stage(context, { allow: ['*@example.com'] });
  await on.start();
  on.state.host = async (call) => {
    if (call.kind === 'acknowledge')
      for (const id of call.alertIds) on.alerts.set(id, firingAlert(id, { status: 'acknowledged' }));
    return 'acknowledged';
  };
  on.server.append(replyTo(a, 'mine'));
  await until('the first', () => on.calls.length === 1);
  on.server.append(replyTo(a, 'me too', { From: 'other@example.com' }));
  await until('the second', () => on.calls.length === 2);
  assert.equal(
    on.calls.map((call) => `${call.kind} by ${call.author}: ${call.comment}`),
    ['acknowledge by ops@example.com: mine', 'comment by other@example.com: me too'],
  );
});

test.run();
