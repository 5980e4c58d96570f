import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readHeaderFields } from '../../../src/ack/header-fields.js';
import { createCleaning } from '../../../src/ack/mailbox/cleaning.js';
import { imapTrouble } from '../../../src/ack/mailbox/imap-trouble.js';
import { createLane } from '../../../src/ack/mailbox/lane.js';
import { openImap } from '../../../src/ack/mailbox/open-imap.js';
import { createOwnMail } from '../../../src/ack/own-mail.js';
import { replyKey } from '../../../src/ack/reply-key.js';
import { type ReplyRecord, replyType } from '../../../src/ack/reply-record.js';
import { createNetwork } from '../../../src/network/create-network.js';
import { fakeClock } from '../../helpers/fake-clock.js';
import { type ImapServerOptions, startImapServer, type TestImapServer } from '../../helpers/imap-server.js';
import { quietLog } from '../../helpers/quiet-log.js';
import { until } from '../../helpers/until.js';
import { accountAt, me, openScene, person, references, replyTo } from '../scene.js';
import { watched } from './watched.js';

const test = suite<{ ends: (() => Promise<void>)[] }>('cleaning');

test.before.each((context) => {
  context.ends = [];
});
test.after.each(async ({ ends }) => {
  for (const end of ends) await end();
});

const day = 86_400_000;
const mailId = 'aaaaaaaaaaaaa';
const { root, messageId } = references.mint(mailId, 'example.com');

/** A copy of a mail that we sent. */
function sent(fields: Readonly<Record<string, string>> = {}): string {
  const all = {
    From: `Alerts <${me}>`,
    To: person,
    Subject: '[CRITICAL] DiskFull',
    'Message-ID': messageId,
    References: root,
    'X-Ackmail-Mail': mailId,
    ...fields,
  };
  const header = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${header.join('')}\r\nThe disk is full.\r\n`;
}

const foreign = [
  { raw: 'From: a@example.com\r\nSubject: Old\r\n\r\nHello.\r\n' },
  { raw: 'From: b@example.com\r\nSubject: To be deleted\r\n\r\nNot yet.\r\n', flags: ['\\Deleted'] },
  { raw: 'From: c@example.com\r\nSubject: Marked\r\n\r\nNo.\r\n', flags: ['\\Seen', '$Acknowledged'] },
  // By nobody's reference, by another mail's, by somebody else, twice, and a reply.
  { raw: sent({ References: `<${'a'.repeat(43)}.root@example.com>` }) },
  { raw: sent({ 'X-Ackmail-Mail': 'bbbbbbbbbbbbb' }), flags: ['\\Deleted'] },
  { raw: sent({ From: 'Mallory <mallory@example.net>' }) },
  { raw: sent({ 'x-ackmail-mail ': mailId }) },
  { raw: replyTo(mailId, 'A reply that is not on record.') },
];

/** A server whose mailboxes hold other people's mail, all of it old. */
async function open(
  ends: (() => Promise<void>)[],
  options: Partial<ImapServerOptions> = {},
  done: 'move' | 'keyword' | 'ledger' = 'move',
) {
  const server = await startImapServer({ users: { [me]: 'secret' }, ...options });
  const scene = await openScene();
  ends.push(server.close, scene.remove);
  const replies = scene.store.collection('replies', replyType);
  const old = { at: new Date(Date.now() - 40 * day) };
  for (const name of ['Acknowledged', 'Gesendet', 'Archive'])
    server.create(name, name === 'Gesendet' ? '\\Sent' : undefined);
  const boxes = ['INBOX', 'Acknowledged', 'Gesendet', 'Archive'];
  for (const mailbox of boxes)
    for (const { raw, flags = [] } of foreign) server.append(raw, { mailbox, flags, ...old });
  const keep = async (raw: string, more: Partial<ReplyRecord> = {}) => {
    const header = Buffer.from(raw.slice(0, raw.indexOf('\r\n\r\n') + 4));
    await replies.put(replyKey(readHeaderFields(header), header), {
      ...{ place: { account: 'alerts', position: 'INBOX:1:1' }, mailId, readAt: old.at },
      ...{ verdict: 'acknowledge', reason: 'it says so', author: person, outcome: 'acknowledged' },
      acknowledgement: {
        ...{ kind: 'acknowledge', alertIds: ['1'], author: person, comment: '', at: old.at, source: 's' },
      },
      ...more,
    });
    return raw;
  };
  const dump = () => boxes.map((name) => server.mails(name).map((mail) => ({ ...mail })));
  const told: string[] = [];
  const tell = (_: object, message: string) => void told.push(message);
  const rules = {
    olderThanMs: 30 * day,
    ownMail: createOwnMail({ replies, references, ownAddresses: [me.toUpperCase()] }),
  };
  const settings = { done, moveTo: 'Acknowledged' };
  const log = { ...quietLog, warn: tell };
  const account = accountAt(server.port);
  /** A day goes by. */
  const clock = fakeClock();
  const cleaning = createCleaning({
    ...{ account: 'alerts', mailboxes: ['INBOX'], settings, clean: rules, clock, log },
    trouble: (thrown) => imapTrouble(thrown, account, ''),
  });
  const clean = async () => {
    const { imap } = account;
    if (!imap) throw new Error('no server');
    const client = await openImap({
      ...{ server: imap, credential: { pass: 'secret' }, readOnly: false },
      ...{ network: createNetwork({ env: {} }), signal: new AbortController().signal },
      limits: { connectMs: 10_000, silenceMs: 10_000, idleMs: 60_000, taskMs: 10_000 },
    });
    await clock.set(new Date(Math.max(Date.now(), clock.now().getTime() + day)));
    const lane = createLane(client, 'INBOX', false, 10_000);
    do await cleaning.step(client, lane);
    while (cleaning.nextStep() <= clock.now());
    client.close();
  };
  return { server, scene, old, keep, dump, clean, told, rules };
}

const isPlainExpunge = (line: string) => /^(EXPUNGE|CLOSE)/.test(line);
const subjectsLeft = (server: TestImapServer, name: string) => server.mails(name).length - foreign.length;

test('Only our own mail goes, by its UID: that of others is left byte for byte and flag for flag.', async ({
  ends,
}) => {
  const { server, old, keep, dump, clean } = await open(ends);
  const before = dump();
  const recent = { at: new Date(Date.now() - 20 * day) };
  for (const mailbox of ['INBOX', 'Gesendet']) {
    server.append(sent(), { mailbox, ...old });
    server.append(sent(), { mailbox, flags: ['\\Seen'], ...old });
  }
  const done = await keep(replyTo(mailId, 'On it.'));
  server.append(done, { mailbox: 'Acknowledged', ...old });
  await clean();
  assert.equal(dump(), before);
  assert.not.ok(server.commands.some(isPlainExpunge));

  // What is younger, what was not taken, what was asked back, and what lies elsewhere.
  server.append(sent(), recent);
  server.append(sent(), { mailbox: 'Archive', ...old });
  server.append(await keep(replyTo(mailId, 'New.')), { mailbox: 'Acknowledged', ...recent });
  for (const more of [{ outcome: 'not-taken' }, { mailId: 'bbbbbbbbbbbbb' }] as const)
    server.append(await keep(replyTo(mailId, 'No.'), more), { mailbox: 'Acknowledged', ...old });
  server.append(done, old);
  await clean();
  assert.equal(
    ['INBOX', 'Archive', 'Acknowledged', 'Gesendet'].map((name) => subjectsLeft(server, name)),
    [2, 1, 3, 0],
  );
});

test('Where replies are marked by a keyword, those that are on record go from the mailbox itself.', async ({
  ends,
}) => {
  const { server, old, keep, dump, clean } = await open(ends, {}, 'keyword');
  const before = dump();
  server.append(await keep(replyTo(mailId, 'On it.')), { flags: ['$Acknowledged'], ...old });
  await clean();
  assert.equal(dump(), before);
});

test('Without UIDPLUS nothing is removed, and that is told once.', async ({ ends }) => {
  const { server, old, dump, clean, told } = await open(ends, { without: ['UIDPLUS'] });
  server.append(sent(), old);
  const before = dump();
  await clean();
  assert.equal(dump(), before);
  assert.is(told.length, 1);
  assert.match(told[0] ?? '', /UIDPLUS/);
  assert.not.ok(server.commands.some((line) => /EXPUNGE|STORE|CLOSE/.test(line)));
});

test('Without a mailbox for what we sent, or for what is done, the others are cleaned.', async ({ ends }) => {
  const { server, old, clean } = await open(ends);
  server.remove('Acknowledged');
  server.remove('Gesendet');
  server.append(sent(), old);
  await clean();
  assert.is(subjectsLeft(server, 'INBOX'), 0);
});

test('It is done beside the reading, which goes on.', async ({ ends }) => {
  const { server, scene, old, rules } = await open(ends);
  for (let index = 0; index < 250; index += 1) server.append(sent(), old);
  const watcher = watched(scene, { account: accountAt(server.port), clean: rules });
  ends.unshift(watcher.stop);
  await until('the end', () => subjectsLeft(server, 'INBOX') === 0);
  server.append('From: a@example.com\r\nSubject: new\r\n\r\nHello.\r\n');
  await until('the mail', () => watcher.seen.length === 1);
  assert.is(server.logins.accepted, 1);
});

test.run();
