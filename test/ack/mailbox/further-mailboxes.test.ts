import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { positionType } from '../../../src/ack/mailbox/mailbox-position.js';
import { testImapLogin } from '../../../src/ack/mailbox/test-imap-login.js';
import { systemClock } from '../../../src/core/clock.js';
import type { Reply } from '../../../src/core/mail.js';
import { createNetwork } from '../../../src/network/create-network.js';
import { startImapServer, type TestImapServer } from '../../helpers/imap-server.js';
import { until } from '../../helpers/until.js';
import { accountAt, me, openScene, type Scene } from '../scene.js';
import { watched } from './watched.js';

const test = suite<{ scene: Scene; server: TestImapServer; stops: (() => Promise<void>)[] }>(
  'further mailboxes',
);

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

const mail = (subject: string) => `From: a@example.com\r\nSubject: ${subject}\r\n\r\nHello ${subject}\r\n`;
const pollMs = 50;

function watch({ scene, server }: { scene: Scene; server: TestImapServer }, more = {}, settings = {}) {
  const account = accountAt(server.port, { others: ['Junk'], pollMs, ...more });
  return watched(scene, { account, ...settings });
}
const idles = (server: TestImapServer) => server.commands.filter((line) => line === 'IDLE').length;

test('Several mailboxes are read by one connection, each from its own beginning, and done is done in each.', async (context) => {
  const { server, stops } = context;
  const at = new Date(Date.now() - 600_000);
  server.create('Junk');
  server.append(mail('old'), { at });
  for (let index = 0; index < 3; index += 1) server.append(mail('old junk'), { at, mailbox: 'Junk' });
  const watcher = watch(context);
  stops.push(watcher.stop);
  await watcher.watching();
  await until('IDLE', () => idles(server) > 0);
  server.append(mail('in junk'), { mailbox: 'Junk' });
  await until('the mail in Junk', () => watcher.seen.length === 1);
  server.append(mail('in inbox'));
  await until('the mail in INBOX', () => watcher.seen.length === 2);
  assert.equal(watcher.subjects(), ['in junk', 'in inbox']);
  assert.equal(
    watcher.seen.map(({ place }) => place.position),
    ['Junk:1:4', 'INBOX:1:2'],
  );
  for (const { place } of watcher.seen) await watcher.mailbox.done(place);
  assert.equal(
    server.mails('Acknowledged').map(({ raw }) => raw),
    [mail('in junk'), mail('in inbox')],
  );
  assert.equal([server.mails('Junk').length, server.mails().length], [3, 1]);
  assert.is(server.logins.accepted, 1);
});

test('Looking into a further mailbox, and marking mail done there, costs no news of the first one.', async (context) => {
  const { server, stops } = context;
  server.create('Junk');
  for (let index = 0; index < 10; index += 1) server.append(mail(`junk ${index}`), { mailbox: 'Junk' });
  // No look into Junk comes to the rescue.
  const watcher = watch(context, { pollMs: 60_000 });
  stops.push(watcher.stop);
  await until('the mails in Junk', () => watcher.seen.length === 10);
  await until('IDLE', () => server.commands.at(-1) === 'IDLE');
  server.append(mail('inbox'));
  await until('the mail in INBOX', () => watcher.seen.length === 11);
  for (let round = 0; round < 10; round += 1) {
    await until('IDLE', () => server.commands.at(-1) === 'IDLE');
    const marking = watcher.mailbox.done((watcher.seen[round] as Reply).place);
    server.append(mail(`inbox ${round}`));
    await until('the mail in INBOX', () => watcher.seen.length === 12 + round);
    await marking;
  }
  assert.is(server.mails('Acknowledged').length, 10);
  assert.is(new Set(watcher.subjects()).size, 21);
});

test('A further mailbox in which nothing happens is only asked after.', async (context) => {
  const { server, stops } = context;
  server.create('Junk');
  server.append(mail('old'), { at: new Date(Date.now() - 600_000), mailbox: 'Junk' });
  const watcher = watch(context);
  stops.push(watcher.stop);
  const asked = () => server.commands.filter((line) => line.startsWith('STATUS')).length;
  await until('some looks', () => asked() > 5);
  assert.is(server.commands.filter((line) => /^SELECT Junk/.test(line)).length, 1);
});

test('Junk is the mailbox that the server marks so, where none has that name.', async (context) => {
  const { server, stops } = context;
  server.create('Unwanted');
  server.create('Abfall', '\\Junk');
  const watcher = watch(context);
  stops.push(watcher.stop);
  await watcher.watching();
  await until('IDLE', () => idles(server) > 0);
  server.append(mail('marked'), { mailbox: 'Abfall' });
  await until('the mail', () => watcher.seen.length === 1);
  await watcher.mailbox.done((watcher.seen[0] as Reply).place);
  assert.is(server.mails('Acknowledged').length, 1);
  assert.equal(context.scene.changes, []);
});

test('A further mailbox that is missing is a system error of its own, and the first one is read all the same.', async (context) => {
  const { server, stops, scene } = context;
  const watcher = watch(context, { others: ['Odd & Ends', 'Junk'] });
  stops.push(watcher.stop);
  await until('the errors', () => scene.changes.length === 2);
  assert.equal(
    scene.systemErrors.list().map(({ code, subject, severity }) => `${code} ${subject} ${severity}`),
    ['IMAP_MAILBOX_MISSING alerts/Odd & Ends warning', 'IMAP_MAILBOX_MISSING alerts/Junk warning'],
  );
  server.append(mail('in inbox'));
  await until('the mail', () => watcher.seen.length === 1);
  server.create('Junk');
  await until('its end', () => scene.changes.includes('cleared IMAP_MAILBOX_MISSING'));
  assert.equal(
    scene.systemErrors.list().map(({ subject }) => subject),
    ['alerts/Odd & Ends'],
  );
  assert.is(watcher.mailbox.state().state, 'watching');
  assert.is(server.logins.accepted, 1);
  server.append(mail('in junk'), { mailbox: 'Junk' });
  await until('the mail', () => watcher.seen.length === 2);
  await watcher.stop();
  // Once it is no longer asked for, nothing stands for it.
  const again = watch(context);
  stops.push(again.stop);
  await until('no error', () => scene.systemErrors.list().length === 0);
});

test('The first mailbox, renamed away and made again, is another one: noticed when IDLE is issued anew.', async (context) => {
  const { server, stops, scene } = context;
  server.create('Alerts');
  server.renumber(5, 'Alerts');
  const watcher = watch(context, { mailbox: 'Alerts', others: [] }, { limits: { idleMs: 100 } });
  stops.push(watcher.stop);
  await until('IDLE', () => idles(server) > 0);
  server.append(mail('before'), { mailbox: 'Alerts' });
  await until('the mail', () => watcher.seen.length === 1);
  server.rename('Alerts', 'Old alerts');
  await until('the error', () => scene.changes.includes('raised IMAP_MAILBOX_MISSING'));
  server.create('Alerts');
  server.renumber(6, 'Alerts');
  server.append(mail('after'), { mailbox: 'Alerts' });
  await until('the mail', () => {
    watcher.mailbox.wake();
    return watcher.seen.length === 2;
  });
  assert.equal(watcher.subjects(), ['before', 'after']);
  assert.is(watcher.seen[1]?.place.position, 'Alerts:6:1');
  await until('its end', () => scene.changes.includes('cleared IMAP_MAILBOX_MISSING'));
  // Its mail is in a mailbox that is no longer of that name and number.
  await watcher.mailbox.done((watcher.seen[0] as Reply).place);
  assert.is(server.mails('Old alerts').length, 1);
});

test('A further mailbox that is numbered anew is read again for 30 days.', async (context) => {
  const { server, stops } = context;
  server.create('Junk');
  const watcher = watch(context);
  stops.push(watcher.stop);
  await watcher.watching();
  server.append(mail('one'), { mailbox: 'Junk' });
  await until('the mail', () => watcher.seen.length === 1);
  server.renumber(9, 'Junk');
  await until('the mail again', () => watcher.seen.length === 2);
  assert.equal(
    watcher.seen.map(({ place }) => place.position),
    ['Junk:1:1', 'Junk:9:1'],
  );
  // Which mail it was can no longer be told.
  await watcher.mailbox.done((watcher.seen[0] as Reply).place);
  assert.is(server.mails('Junk').length, 1);
});

test('Positions survive a restart, another order of the mailboxes, and what the version before kept.', async (context) => {
  const { server, scene } = context;
  server.create('Junk');
  const positions = scene.store.collection('positions', positionType);
  for (const name of ['1', '2', '3']) server.append(mail(name));
  // As the version before kept it, for the one mailbox that there was.
  await positions.put('alerts', positionType.parse({ mailbox: 'INBOX', uidValidity: '1', lastUid: 2 }));
  const first = watch(context);
  await until('the mail', () => first.seen.length === 1);
  server.append(mail('junk'), { mailbox: 'Junk' });
  await until('the mail', () => first.seen.length === 2);
  // A place of the version before names no mailbox.
  await first.mailbox.done({ account: 'alerts', position: '1:3' });
  assert.equal(
    server.mails('Acknowledged').map(({ raw }) => raw),
    [mail('3')],
  );
  await first.stop();
  server.append(mail('4'));
  server.append(mail('junk 2'), { mailbox: 'Junk' });
  for (const [mailbox, other] of [
    ['Junk', 'INBOX'],
    ['INBOX', 'Junk'],
  ] as const) {
    const next = watch(context, { mailbox, others: [other] });
    await until('IDLE', () => server.commands.at(-1) === 'IDLE');
    if (mailbox === 'Junk') {
      await until('the mails', () => next.seen.length === 2);
      assert.equal(next.subjects(), ['junk 2', '4']);
    } else assert.equal(next.subjects(), []);
    await next.stop();
  }
});

test('A test of the login opens each mailbox, and names the one that does not open.', async ({ server }) => {
  server.create('Abfall', '\\Junk');
  server.append(mail('one'), { mailbox: 'Abfall' });
  const login = (others: string[]) =>
    testImapLogin({
      account: accountAt(server.port, { others }),
      tokens: { getToken: () => Promise.reject(new Error('no tokens here')) },
      network: createNetwork({ env: {} }),
      clock: systemClock,
      loginRemedy: '',
      signal: new AbortController().signal,
    });
  assert.is(await login(['Junk']), `${me} is logged in, INBOX holds 0 mails, Junk holds 1 mails`);
  const fault = await login(['Junk', 'Nowhere']).then(
    () => undefined,
    (thrown: Error) => thrown,
  );
  assert.match(fault?.message ?? '', /does not open the mailbox Nowhere/);
});

test.run();
