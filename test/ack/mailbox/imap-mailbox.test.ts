import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createImapMailbox, type ImapMailboxSetup } from '../../../src/ack/mailbox/imap-mailbox.js';
import { positionType } from '../../../src/ack/mailbox/mailbox-position.js';
import { systemClock } from '../../../src/core/clock.js';
import type { Reply } from '../../../src/core/mail.js';
import { createNetwork } from '../../../src/network/create-network.js';
import { startImapServer, type TestImapServer } from '../../helpers/imap-server.js';
import { quietLog } from '../../helpers/quiet-log.js';
import { until } from '../../helpers/until.js';
import { accountAt, me, openScene, type Scene } from '../scene.js';

const test = suite<{ scene: Scene; server: TestImapServer; stops: (() => Promise<void>)[] }>('imap mailbox');

test.before.each(async (context) => {
  context.scene = await openScene();
  context.server = await startImapServer({ users: { [me]: 'secret' } });
  context.stops = [];
});
test.after.each(async ({ scene, server, stops }) => {
  for (const stop of stops) await stop();
  await server.close();
  await scene.remove();
});

/** Watches a mailbox, asking for the next mail at once. */
function watch(scene: Scene, port: number, more: Partial<ImapMailboxSetup> = {}) {
  const mailbox = createImapMailbox({
    account: accountAt(port),
    settings: { done: 'move', moveTo: 'Acknowledged' },
    tokens: { getToken: () => Promise.reject(new Error('no tokens here')) },
    network: createNetwork({ env: {} }),
    positions: scene.store.collection('positions', positionType),
    systemErrors: scene.systemErrors,
    clock: systemClock,
    log: quietLog,
    loginRemedy: 'Ask an administrator.',
    ...more,
  });
  const stopping = new AbortController();
  const seen: Reply[] = [];
  const ended = (async () => {
    for await (const reply of mailbox.watch(stopping.signal)) seen.push(reply);
  })();
  return {
    mailbox,
    seen,
    subjects: () => seen.map(subjectOf),
    watching: () => until('the mailbox to be watched', () => mailbox.state().state === 'watching'),
    async stop() {
      stopping.abort();
      await ended;
    },
  };
}

const subjectOf = (reply: Reply) => /^Subject: (.*)\r$/m.exec(reply.header.toString())?.[1];
const mail = (subject: string) => `From: a@example.com\r\nSubject: ${subject}\r\n\r\nHello ${subject}\r\n`;

test('A mail is handed out within milliseconds of the IDLE notice, header first, and is left unseen.', async ({
  scene,
  server,
  stops,
}) => {
  const watcher = watch(scene, server.port);
  stops.push(watcher.stop);
  await until('IDLE', () => server.commands.includes('IDLE'));
  const times: number[] = [];
  for (let index = 0; index < 10; index += 1) {
    const startedAt = performance.now();
    server.append(mail(`${index}`));
    await until('the mail', () => watcher.seen.length > index);
    times.push(performance.now() - startedAt);
  }
  times.sort((a, b) => a - b);
  assert.ok((times[5] ?? Infinity) < 60, `${times}`);
  const [first] = watcher.seen;
  assert.is(first?.place.account, 'alerts');
  assert.is(first?.place.position, 'INBOX:1:1');
  assert.ok(Math.abs(Date.now() - (first?.receivedAt.getTime() ?? 0)) < 10_000);
  assert.equal(
    server.mails().flatMap((each) => each.flags),
    [],
  );
  assert.not.ok(server.commands.some((line) => line.includes('BODY.PEEK[]')));
});

test('A lost connection is made again, quietly, and nothing is missed.', async ({ scene, server, stops }) => {
  const watcher = watch(scene, server.port);
  stops.push(watcher.stop);
  await until('IDLE', () => server.commands.includes('IDLE'));
  for (const reason of ['Session invalidated - AccessTokenExpired', 'Connection is closed. 13', undefined]) {
    const before = server.logins.accepted;
    server.drop(reason);
    server.append(mail(`after ${reason}`));
    await until('another login', () => server.logins.accepted > before);
  }
  await until('the mails', () => watcher.seen.length === 3);
  assert.is(new Set(watcher.subjects()).size, 3);
  assert.equal(scene.changes, []);
});

test('Without IDLE it asks as often as the settings say.', async ({ scene, stops }) => {
  const server = await startImapServer({ users: { [me]: 'secret' }, without: ['IDLE'] });
  const watcher = watch(scene, server.port, { account: accountAt(server.port, { pollMs: 100 }) });
  stops.push(watcher.stop, server.close);
  await watcher.watching();
  await until('some polls', () => server.commands.filter((line) => line === 'NOOP').length > 2);
  server.append(mail('polled'));
  await until('the mail', () => watcher.seen.length > 0);
  assert.equal(watcher.subjects(), ['polled']);
  assert.not.ok(server.commands.includes('IDLE'));
});

test('When the server numbers its mail anew, the mail of the last 30 days comes again, and no older.', async ({
  scene,
  server,
  stops,
}) => {
  const day = 86_400_000;
  server.append(mail('ancient'), { at: new Date(Date.now() - 40 * day) });
  server.append(mail('recent'), { at: new Date(Date.now() - 10 * day) });
  const first = watch(scene, server.port);
  await first.watching();
  server.append(mail('read'));
  await until('the mail', () => first.seen.length === 1);
  await first.stop();

  server.renumber(77);
  server.append(mail('unread'));
  const second = watch(scene, server.port);
  await until('three mails', () => second.seen.length === 3);
  assert.equal(second.subjects(), ['recent', 'read', 'unread']);
  assert.is(second.seen[0]?.place.position, 'INBOX:77:2');
  server.append(mail('later'));
  await until('later', () => second.seen.length === 4);
  await second.stop();

  const third = watch(scene, server.port);
  stops.push(third.stop);
  await third.watching();
  server.append(mail('last'));
  await until('last', () => third.seen.length === 1);
  assert.equal(third.subjects(), ['last']);
});

test('Done moves a mail, makes the mailbox when it is missing, and is harmless when repeated.', async ({
  scene,
  server,
  stops,
}) => {
  const watcher = watch(scene, server.port);
  stops.push(watcher.stop);
  await until('IDLE', () => server.commands.includes('IDLE'));
  for (const name of ['one', 'two', 'three']) server.append(mail(name));
  await until('the mails', () => watcher.seen.length === 3);
  const [one, , three] = watcher.seen as [Reply, Reply, Reply];
  await watcher.mailbox.done(one.place);
  await Promise.all([watcher.mailbox.done(three.place), watcher.mailbox.done(one.place)]);
  assert.is(server.mails().length, 1);
  assert.equal(
    server.mails('Acknowledged').map((each) => each.raw),
    [mail('one'), mail('three')],
  );
  // Gone, of another numbering, of nobody: all fine.
  await watcher.mailbox.done({ account: 'alerts', position: '1:999' });
  await watcher.mailbox.done({ account: 'alerts', position: '2:2' });
  assert.is(server.mails().length, 1);
  server.append(mail('four'));
  await until('the watch to go on', () => watcher.seen.length === 4);
});

test('Marking many mails done one after another does not cost the IDLE.', async ({
  scene,
  server,
  stops,
}) => {
  const watcher = watch(scene, server.port);
  stops.push(watcher.stop);
  for (let index = 0; index < 15; index += 1) {
    await until('IDLE', () => server.commands.at(-1) === 'IDLE');
    server.append(mail(`${index}`));
    await until('the mail', () => watcher.seen.length > index);
    await until('IDLE', () => server.commands.at(-1) === 'IDLE');
    await watcher.mailbox.done((watcher.seen[index] as Reply).place);
  }
  assert.is(server.mails('Acknowledged').length, 15);
});

test('Done works after a restart, and says so when there is no connection.', async ({
  scene,
  server,
  stops,
}) => {
  const first = watch(scene, server.port);
  await first.watching();
  server.append(mail('one'));
  await until('one', () => first.seen.length === 1);
  await first.stop();
  const [one] = first.seen as [Reply];
  await first.mailbox.done(one.place).then(
    () => assert.unreachable(),
    (error) => assert.is(error.code, 'IMAP_TEMPORARY'),
  );
  const second = watch(scene, server.port);
  stops.push(second.stop);
  await second.watching();
  await second.mailbox.done(one.place);
  assert.is(server.mails('Acknowledged').length, 1);
});

test('Done gives a keyword where the settings or the server want it so, and else leaves it to the ledger.', async ({
  stops,
}) => {
  for (const [done, without, allowed, moved, flags] of [
    ['keyword', [], true, 0, ['$Acknowledged']],
    ['move', ['MOVE'], true, 1, undefined],
    // Without UIDPLUS too, an expunge would take other people's mail along.
    ['move', ['MOVE', 'UIDPLUS'], true, 0, ['$Acknowledged']],
    ['keyword', [], false, 0, []],
    ['move', ['MOVE', 'UIDPLUS'], false, 0, []],
    ['ledger', [], true, 0, []],
  ] as const) {
    const server = await startImapServer({ users: { [me]: 'secret' }, without });
    const warnings: string[] = [];
    const own = await openScene();
    const watcher = watch(own, server.port, {
      settings: { done, moveTo: 'Done' },
      log: { ...quietLog, warn: (_, message) => warnings.push(message) },
    });
    stops.push(watcher.stop, server.close, own.remove);
    server.keywords(allowed);
    const at = new Date(Date.now() - 600_000);
    server.append(mail('somebody deletes this'), { at, flags: ['\\Deleted'] });
    await watcher.watching();
    server.append(mail('one'));
    server.append(mail('two'));
    await until('the mails', () => watcher.seen.length === 2);
    for (const reply of watcher.seen) await watcher.mailbox.done(reply.place);
    const name = `${done} without ${without}`;
    assert.is(server.mails('Done').length, moved * 2, name);
    assert.ok(
      server.mails().some((each) => each.flags.includes('\\Deleted')),
      name,
    );
    if (flags) assert.equal(server.mails()[1]?.flags, flags, name);
    assert.is(new Set(warnings).size, warnings.length, 'each told once');
  }
});

test.run();
