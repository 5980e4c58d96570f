import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createImapMailbox, type ImapMailboxSetup } from '../../../src/ack/mailbox/imap-mailbox.js';
import { positionType } from '../../../src/ack/mailbox/mailbox-position.js';
import { systemClock } from '../../../src/core/clock.js';
import type { Reply } from '../../../src/core/mail.js';
import { createNetwork } from '../../../src/network/create-network.js';
import { testCertificate } from '../../helpers/certificate.js';
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

test('The very first start begins at the end: 10,000 old mails are not read.', async ({
  scene,
  server,
  stops,
}) => {
  const at = new Date(Date.now() - 600_000);
  for (let index = 0; index < 10_000; index += 1) server.append(mail(`old ${index}`), { at });
  const startedAt = performance.now();
  const watcher = watch(scene, server.port);
  stops.push(watcher.stop);
  await watcher.watching();
  await until('IDLE', () => server.commands.includes('IDLE'));
  assert.ok(performance.now() - startedAt < 3_000);
  server.append(mail('new'));
  await until('the new mail', () => watcher.seen.length > 0);
  assert.equal(watcher.subjects(), ['new']);
  assert.is(server.commands.filter((line) => /^UID FETCH .*HEADER/.test(line)).length, 1);
});

test('What comes between the very first start and the first login is not missed.', async ({
  scene,
  server,
  stops,
}) => {
  server.append(mail('old'), { at: new Date(Date.now() - 600_000) });
  const nobody = await startImapServer({ users: { [me]: 'another password' } });
  const refused = watch(scene, nobody.port);
  await until('a refused login', () => nobody.logins.refused > 0);
  await refused.stop();
  await nobody.close();
  server.append(mail('early'));
  const watcher = watch(scene, server.port);
  stops.push(watcher.stop);
  await until('the early mail', () => watcher.seen.length > 0);
  assert.equal(watcher.subjects(), ['early']);
});

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

test('The source is fetched on demand, capped, and only of the newest mail.', async ({ scene, server }) => {
  server.append(mail('old'));
  const { stop } = watch(scene, server.port);
  const positions = scene.store.collection('positions', positionType);
  await until('the old mail on record', async () => {
    const position = await positions.get('alerts');
    return position && 'lastUid' in position && position.lastUid === 1;
  });
  await stop();
  server.append(mail('one'));
  server.append(`${mail('big')}${'x'.repeat(5_000_000)}`);
  const again = createWatcher(scene, server.port);
  const signal = new AbortController();
  const kept: Reply[] = [];
  for await (const reply of again.watch(signal.signal)) {
    kept.push(reply);
    if (kept.length === 1) assert.is((await reply.source(1_000)).toString(), mail('one'));
    else {
      const source = await reply.source(100_000);
      assert.is(source.length, 100_000);
      await (kept[0] as Reply).source(10).then(
        () => assert.unreachable(),
        (error: Error) => assert.match(error.message, /newest/),
      );
      signal.abort();
    }
  }
  assert.is(kept.length, 2);
});

function createWatcher(scene: Scene, port: number) {
  return createImapMailbox({
    account: accountAt(port),
    settings: { done: 'move', moveTo: 'Acknowledged' },
    tokens: { getToken: () => Promise.reject(new Error('no tokens here')) },
    network: createNetwork({ env: {} }),
    positions: scene.store.collection('positions', positionType),
    systemErrors: scene.systemErrors,
    clock: systemClock,
    log: quietLog,
    loginRemedy: '',
  });
}

test('After a restart it goes on after the last mail that is on record, and that one only comes again.', async ({
  scene,
  server,
  stops,
}) => {
  const first = watch(scene, server.port);
  await first.watching();
  server.append(mail('one'));
  await until('one', () => first.seen.length === 1);
  await first.stop();
  for (const name of ['two', 'three', 'four']) server.append(mail(name));

  // This consumer leaves while it holds three: two is on record, three is not.
  const second = createWatcher(scene, server.port);
  const held: unknown[] = [];
  for await (const reply of second.watch(new AbortController().signal)) {
    held.push(subjectOf(reply));
    if (held.length === 2) break;
  }
  assert.equal(held, ['two', 'three']);
  assert.is(second.state().state, 'stopped');

  const third = watch(scene, server.port);
  stops.push(third.stop);
  await until('four', () => third.seen.length === 2);
  assert.equal(third.subjects(), ['three', 'four']);
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

test('TLS, STARTTLS and a private CA are honoured; what is not trusted is told.', async ({
  scene,
  stops,
}) => {
  const { key, cert } = await testCertificate();
  for (const mode of ['tls', 'starttls'] as const) {
    const server = await startImapServer({ users: { [me]: 'secret' }, tls: { mode, key, cert } });
    stops.push(server.close);
    const at = (more: object) => accountAt(server.port, { host: 'localhost', security: mode, ...more });
    const good = watch(scene, server.port, { account: at({ ca: [cert] }) });
    await good.watching();
    await good.stop();
    const byName = watch(scene, server.port, {
      account: at({ host: '127.0.0.1', serverName: 'localhost' }),
      network: createNetwork({ env: {}, ca: [cert] }),
    });
    await byName.watching();
    await byName.stop();
    const bad = watch(scene, server.port, { account: at({}) });
    await until('a reason', () => bad.mailbox.state().detail);
    assert.match(bad.mailbox.state().detail ?? '', /^No TLS with the IMAP server localhost/);
    await bad.stop();
  }
  const plain = await startImapServer({ users: { [me]: 'secret' } });
  stops.push(plain.close);
  const refused = watch(scene, plain.port, { account: accountAt(plain.port, { security: 'starttls' }) });
  await until('a reason', () => refused.mailbox.state().detail);
  assert.is(plain.logins.accepted, 0);
  await refused.stop();
});

test('Stopping is quick, wherever it stands.', async ({ scene, server }) => {
  for (const port of [server.port, 1]) {
    const watcher = watch(scene, port);
    if (port === server.port) await until('IDLE', () => server.commands.includes('IDLE'));
    else await until('a reason', () => watcher.mailbox.state().detail);
    const startedAt = performance.now();
    await watcher.stop();
    assert.ok(performance.now() - startedAt < 500);
    assert.is(watcher.mailbox.state().state, 'stopped');
  }
  const closed = watch(scene, server.port);
  await closed.watching();
  await closed.mailbox.close();
  await closed.stop();
});

test.run();
