import { type AddressInfo, createConnection, createServer } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { composeMail } from '../../../src/actions/email/compose-mail.js';
import type { MailView } from '../../../src/actions/email/mail-view.js';
import { createSmtpTransport } from '../../../src/actions/email/smtp-transport.js';
import { openTemplates } from '../../../src/actions/email/templates.js';
import { systemClock } from '../../../src/core/clock.js';
import {
  type SubmissionServer,
  type SubmissionServerOptions,
  startSubmissionServer,
} from '../../helpers/submission-server.js';
import { until } from '../../helpers/until.js';
import { inOutboxScene, type OutboxScene } from './outbox-scene.js';
import { rawMail, testAccount, testEvent, testLog, testNetwork, testTokens } from './parts.js';

// Who gets a mail by which transaction: many recipients, international addresses, and what is no address.

const forever = new AbortController().signal;
const startMs = Date.parse('2026-03-01T03:00:00Z');
const people = (count: number) => Array.from({ length: count }, (_, index) => `person${index}@example.com`);

async function inScene(
  to: readonly string[],
  options: SubmissionServerOptions,
  use: (scene: OutboxScene, server: SubmissionServer) => Promise<void>,
): Promise<void> {
  const server = await startSubmissionServer({ validate: async () => true, ...options });
  try {
    await inOutboxScene({ to, account: testAccount({ port: server.port }) }, (scene) => use(scene, server));
  } finally {
    await server.close();
  }
}

/** The recipients of all mails together, each as often as it was sent to. */
const taken = (server: SubmissionServer) => server.mails.flatMap(({ to }) => to).sort();

/** A server that takes so many recipients in one transaction, and says this to the next. */
const takingAtMost = (most: number, text: string): SubmissionServerOptions => ({
  rejectRecipient: (_address, taken) =>
    taken < most ? undefined : { code: Number(text.slice(0, 3)), text: text.slice(4) },
});

for (const reply of [
  '452 4.5.3 Too many recipients',
  '550 5.5.3 Too many recipients',
  '552 too many recipients',
])
  test(`A server that takes 100 recipients at once (${reply}) gets 300 in three transactions, the same mail.`, () =>
    inScene(people(300), takingAtMost(100, reply), async (scene, server) => {
      await scene.put('one');
      await until('an empty outbox', () => scene.waiting() === 0);
      assert.equal(taken(server), people(300).sort());
      assert.equal(
        server.mails.map(({ to }) => to.length),
        [100, 100, 100],
      );
      assert.is(new Set(server.mails.map(({ raw }) => raw)).size, 1);
      assert.equal(scene.told, []);
    }));

test('Whom the server puts off for an hour holds up the others no longer, and people are told who it is.', () => {
  const kim = 'kim@example.com';
  const full = 'full@example.com';
  const rejectRecipient = (address: string) =>
    address === full ? { code: 452, text: '4.2.2 The mailbox is over quota' } : undefined;
  return inScene([kim, full], { rejectRecipient }, async (scene, server) => {
    await scene.put('one');
    await until('the first try', () => scene.deferrals() > 0);
    await scene.forwardUntil('an hour', () => scene.clock.now().getTime() >= startMs + 55 * 60_000, 60_000);
    assert.equal([scene.waiting(), scene.told], [1, []]);
    await scene.forwardUntil('an empty outbox', () => scene.waiting() === 0, 60_000);
    assert.ok(scene.clock.now().getTime() < startMs + 90 * 60_000);
    assert.equal(taken(server), [kim]);
    assert.equal(scene.standing(), ['SMTP_REJECTED ops']);
    assert.match(scene.messages[0] ?? '', /did not reach full@example\.com: 452 4\.2\.2/);
  });
});

test('500 recipients go in one transaction where the server takes them.', () =>
  inScene(people(500), {}, async (scene, server) => {
    await scene.put('one');
    await until('an empty outbox', () => scene.waiting() === 0);
    assert.equal(
      server.mails.map(({ to }) => to.length),
      [500],
    );
    const { raw } = server.mails[0] ?? { raw: '' };
    assert.ok(raw.split('\r\n').every((line) => line.length < 998));
  }));

test('A server that refuses a mail for the number of its recipients gets half of them, and then the others.', () =>
  inScene(
    people(30),
    {
      rejectMail: ({ to }) => (to.length > 10 ? { code: 554, text: '5.5.3 Too many recipients' } : undefined),
    },
    async (scene, server) => {
      await scene.put('one');
      await until('an empty outbox', () => scene.waiting() === 0);
      assert.equal(taken(server), people(30).sort());
      assert.ok(server.mails.every(({ to }) => to.length <= 10));
    },
  ));

test('Where every recipient is refused, a person is told of action, alert and recipients.', () =>
  inScene(
    people(30),
    { rejectRecipient: () => ({ code: 550, text: '5.1.1 no such user' }) },
    async (scene, server) => {
      await scene.put('one');
      await until('the error', () => scene.messages.length === 1);
      const [message = ''] = scene.messages;
      assert.match(
        message,
        /^The mail "\[CRITICAL\] DiskFull on db-1[^"]*" of the action ops reached nobody: /,
      );
      assert.match(message, /person0@example\.com: 550 5\.1\.1 no such user; .*; and 20 more$/);
      assert.equal(scene.standing(), ['SMTP_REJECTED ops']);
      assert.is(server.count(), 0);
      await until('an empty outbox', () => scene.waiting() === 0);
    },
  ));

test('An international domain goes out in its ASCII form.', () =>
  inScene(['ops@bücher.example', 'a@example.com'], {}, async (scene, server) => {
    const wire = await tapped(server.port, async (port) => {
      const transport = transportAt(port);
      await transport.send(rawMail(['ops@bücher.example']), ['ops@bücher.example'], forever);
      await transport.close();
    });
    assert.match(wire, 'RCPT TO:<ops@xn--bcher-kva.example>\r\n');
    await scene.put('one');
    await until('an empty outbox', () => scene.waiting() === 0);
    assert.equal(scene.told, []);
    assert.match(server.mails.at(-1)?.raw ?? '', /^To: ops@xn--bcher-kva\.example, a@example\.com\r$/m);
  }));

const international = ['jörg@bücher.example', 'a@example.com', '用户@example.com'];

test('Recipients with letters beyond ASCII before the @ get the mail by SMTPUTF8, in a transaction of their own.', () =>
  inScene(international, {}, async (scene, server) => {
    await scene.put('one');
    await until('an empty outbox', () => scene.waiting() === 0);
    assert.equal(
      server.mails.map(({ to }) => to),
      [['a@example.com'], ['jörg@bücher.example', '用户@example.com']],
    );
    const [mail, other] = server.mails;
    assert.is(mail?.raw, other?.raw);
    assert.ok(
      [...(mail?.raw ?? '')].every((sign) => sign < '\x80'),
      'the message is in ASCII',
    );
    const [record] = await scene.mails();
    assert.ok(Object.values(record?.recipients ?? {}).every(({ status }) => status === 'accepted'));
  }));

test('Where the server has no SMTPUTF8, they are refused with words, and the others get theirs.', () =>
  inScene(international, { withoutSmtpUtf8: true }, async (scene, server) => {
    await scene.put('one');
    await until('an empty outbox', () => scene.waiting() === 0);
    assert.equal(taken(server), ['a@example.com']);
    assert.match(
      scene.messages.join(),
      /did not reach jörg@bücher\.example: not sent: the submission server takes no address with letters beyond ASCII/,
    );
    const [record] = await scene.mails();
    assert.is(record?.recipients['用户@example.com']?.status, 'rejected');
  }));

test('An international recipient that the server refuses is never taken for accepted.', () =>
  inScene(
    ['jörg@bücher.example', 'a@example.com'],
    {
      rejectRecipient: (address) => (address.startsWith('a@') ? undefined : { code: 550, text: '5.1.1 no' }),
    },
    async (scene, server) => {
      await scene.put('one');
      await until('an empty outbox', () => scene.waiting() === 0);
      assert.equal(taken(server), ['a@example.com']);
      const [record] = await scene.mails();
      assert.is(record?.recipients['jörg@bücher.example']?.status, 'rejected');
    },
  ));

test('What is no mail address is refused before the server hears of it.', async () => {
  const server = await startSubmissionServer({ validate: async () => true });
  const odd = [
    'a@example.com>\r\nRCPT TO:<evil@example.com',
    'a\r\nDATA\r\n@example.com',
    'a\0@example.com',
    'a b@example.com',
    'a@exa mple.com',
    '"a"@example.com',
    'a@',
    '@example.com',
    'nobody',
    '',
    '<a@example.com>',
    'a,b@example.com',
    'a@b@example.com',
    'a..b@example.com',
    'a@example.com;x',
    'a\u0085b@example.com',
    'a@\u202eexample.com\n',
  ];
  try {
    const wire = await tapped(server.port, async (port) => {
      const transport = transportAt(port);
      const { recipients } = await transport.send(
        rawMail(['good@example.com']),
        [...odd, 'good@example.com'],
        forever,
      );
      for (const name of odd) assert.is(recipients[name]?.status, 'rejected', JSON.stringify(name));
      assert.is(recipients['good@example.com']?.status, 'accepted');
      await transport.close();
    });
    assert.equal(
      wire.match(/^RCPT TO:.*$/gm)?.map((line) => line.trim()),
      ['RCPT TO:<good@example.com>'],
    );
    assert.equal(server.mails[0]?.to, ['good@example.com']);
  } finally {
    await server.close();
  }
});

test('No line break in what a monitor sends becomes a recipient or a header field.', async () => {
  const evil = 'x\r\nBcc: evil@example.com\r\nRCPT TO:<evil@example.com>\r\n.\r\nQUIT\r\n';
  const event = testEvent('fired', {
    labels: { alertname: evil, instance: evil, severity: evil, to: 'evil@example.com' },
    annotations: { summary: evil, to: 'evil@example.com', cc: evil },
    severity: evil,
    url: evil,
  });
  const plan = { id: 'mailid', action: 'ops', to: ['a@example.com'], account: testAccount({ port: 1 }) };
  const mail = await composeMail(
    { ...plan, events: [event], timeZone: 'UTC', now: new Date() },
    openTemplates<MailView>({ folder: undefined, onTrouble: () => Promise.resolve() }),
  );
  const header = mail.raw.slice(0, mail.raw.indexOf('\r\n\r\n'));
  assert.not.match(header, /^(bcc|cc|rcpt|quit|\.)/im);
  assert.equal(Object.keys(mail.recipients), ['a@example.com']);
  const server = await startSubmissionServer({ validate: async () => true });
  const transport = transportAt(server.port);
  try {
    await transport.send(mail, ['a@example.com'], forever);
    assert.equal(
      server.mails.map(({ to }) => to),
      [['a@example.com']],
    );
    assert.is(server.mails[0]?.raw, mail.raw);
  } finally {
    await transport.close();
    await server.close();
  }
});

/** What a client says to a server, both on loopback. */
async function tapped(serverPort: number, use: (port: number) => Promise<void>): Promise<string> {
  let said = '';
  const tap = createServer((client) => {
    const server = createConnection(serverPort, '127.0.0.1');
    client.on('data', (chunk: Buffer) => {
      said += chunk.toString('latin1');
    });
    client.pipe(server).pipe(client);
    for (const socket of [client, server]) socket.on('error', () => client.destroy());
  });
  await new Promise<void>((resolve) => tap.listen(0, '127.0.0.1', resolve));
  try {
    await use((tap.address() as AddressInfo).port);
  } finally {
    tap.close();
  }
  return said;
}

function transportAt(port: number) {
  return createSmtpTransport({
    account: testAccount({ port }),
    ...{ tokens: testTokens(), network: testNetwork(), clock: systemClock, log: testLog() },
    loginRemedy: 'Ask.',
  });
}

test.run();
