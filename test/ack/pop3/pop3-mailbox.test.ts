import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { maildropType } from '../../../src/ack/pop3/maildrop.js';
import { createPop3Mailbox, type Pop3MailboxSetup } from '../../../src/ack/pop3/pop3-mailbox.js';
import { systemClock } from '../../../src/core/clock.js';
import type { Reply } from '../../../src/core/mail.js';
import { createNetwork } from '../../../src/network/create-network.js';
import { fakeClock } from '../../helpers/fake-clock.js';
import { startPop3Server, type TestPop3Server } from '../../helpers/pop3-server.js';
import { quietLog } from '../../helpers/quiet-log.js';
import { until } from '../../helpers/until.js';
import { pop3AccountAt } from '../mailbox/kinds.js';
import { me, openScene, type Scene } from '../scene.js';

const day = 86_400_000;
const test = suite<{ scene: Scene; server: TestPop3Server; stops: (() => Promise<void>)[] }>('pop3 mailbox');

test.before.each(async (context) => {
  context.scene = await openScene();
  context.server = await startPop3Server({ users: { [me]: 'secret' } });
  context.stops = [];
});
test.after.each(async ({ scene, server, stops }) => {
  for (const stop of stops) await stop();
  await server.close();
  await scene.remove();
});

const mail = (subject: string, ...header: readonly string[]) =>
  ['From: a@example.com', `Subject: ${subject}`, ...header, '', `Hello ${subject}`, ''].join('\r\n');
const subjectOf = ({ header }: Reply) => /^Subject: (.*)\r$/m.exec(header.toString())?.[1];

/** Watches a maildrop, asking for the next mail when `take` has returned. */
function watch(
  { scene, server, stops }: { scene: Scene; server: TestPop3Server; stops: (() => Promise<void>)[] },
  setup: Partial<Pop3MailboxSetup> = {},
  take: (reply: Reply) => Promise<void> = async () => {},
) {
  const mailbox = createPop3Mailbox({
    account: pop3AccountAt(server.port),
    tokens: { getToken: () => Promise.reject(new Error('no tokens here')) },
    network: createNetwork({ env: {} }),
    maildrops: scene.store.collection('maildrops', maildropType),
    systemErrors: scene.systemErrors,
    clock: systemClock,
    log: quietLog,
    loginRemedy: 'Ask an administrator.',
    ...setup,
  });
  const stopping = new AbortController();
  const seen: Reply[] = [];
  const ended = (async () => {
    for await (const reply of mailbox.watch(stopping.signal)) {
      await take(reply);
      seen.push(reply);
    }
  })();
  const stop = async () => {
    stopping.abort();
    await ended;
  };
  stops.push(stop);
  return { mailbox, seen, stop, subjects: () => seen.map(subjectOf) };
}

const looks = (server: TestPop3Server) => server.commands.filter((line) => line === 'QUIT').length;

/** Waits until the maildrop was looked into once more from the beginning to the end. */
async function anotherLook(server: TestPop3Server, turn: () => unknown = () => undefined) {
  const before = looks(server);
  await until('another look', async () => {
    await turn();
    return looks(server) > before + 1;
  });
}

test('A look that finds nothing new lists the mails and nothing else.', async (context) => {
  const { server } = context;
  for (const name of ['one', 'two']) server.append(mail(name), { at: new Date(Date.now() - day) });
  watch(context);
  await anotherLook(server);
  server.commands.splice(0);
  await anotherLook(server);
  await anotherLook(server);
  assert.equal([...new Set(server.commands)].sort(), ['CAPA', 'QUIT', 'UIDL']);
});

test("Of other people's mail the header alone is read, and everything stays where it is.", async (context) => {
  const { server } = context;
  const watcher = watch(context);
  await anotherLook(server);
  server.append(mail('of a stranger'));
  server.append(mail('another'));
  const before = server.mails();
  await until('the mails', () => watcher.seen.length === 2);
  for (const { place } of watcher.seen) await watcher.mailbox.done(place);
  await anotherLook(server);
  assert.equal(server.mails(), before);
  assert.not.ok(server.commands.some((line) => /^(RETR|DELE)/.test(line)));
  assert.equal(
    watcher.seen.map(({ place }) => place.position),
    server.mails().map(({ uid }) => `pop3:${uid}`),
  );
});

test('A maildrop that another program holds is tried again, and is an error after five minutes only.', async (context) => {
  const { server, scene } = context;
  const clock = fakeClock();
  server.lock(true);
  const watcher = watch(context, { clock });
  await until('the reason', () => watcher.mailbox.state().detail);
  assert.match(watcher.mailbox.state().detail ?? '', /\[IN-USE\]/);
  for (let second = 0; second < 280; second += 10) {
    await clock.forward(10_000);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  assert.equal(scene.changes, []);
  await until('the error', async () => {
    await clock.forward(10_000);
    return scene.changes.length > 0;
  });
  assert.equal(scene.changes, ['raised POP3_TEMPORARY']);
  server.lock(false);
  await until('it to be cleared', async () => {
    await clock.forward(10_000);
    return scene.changes.length > 1;
  });
  assert.is(server.logins.refused, 0);
});

/** The record of maildrops on a disk that can be full. */
function onSmallDisk({ store }: Scene) {
  const maildrops = store.collection('maildrops', maildropType);
  const disk = {
    isFull: false,
    refused: 0,
    maildrops: {
      ...maildrops,
      async put(...[name, drop]: Parameters<typeof maildrops.put>) {
        if (!disk.isFull) return maildrops.put(name, drop);
        disk.refused += 1;
        throw new Error('ENOSPC: no space left on device');
      },
    },
  };
  return disk;
}

test('A record that cannot be written is a system error after five minutes, and ends by itself; no mail comes twice.', async (context) => {
  const { server, scene } = context;
  const clock = fakeClock();
  const disk = onSmallDisk(scene);
  const ours = { clock, isOurs: () => true };
  const watcher = watch(context, { ...ours, maildrops: disk.maildrops });
  const turn = () => clock.forward(10_000);
  await until('the first look', async () => {
    await turn();
    return looks(server) > 0;
  });

  disk.isFull = true;
  server.append(mail('one'));
  await until('the error', async () => {
    await turn();
    return scene.changes.length > 0;
  });
  assert.equal(scene.changes, ['raised POP3_TEMPORARY']);
  assert.match(scene.systemErrors.list()[0]?.message ?? '', /ENOSPC/);
  server.append(mail('two'));
  await until('the second mail', async () => {
    await turn();
    return watcher.seen.length === 2;
  });

  disk.isFull = false;
  await until('it to be cleared', async () => {
    await turn();
    return scene.changes.includes('cleared POP3_TEMPORARY');
  });
  server.append(mail('three'));
  await until('the third mail', async () => {
    await turn();
    return watcher.seen.length === 3;
  });
  await anotherLook(server, turn);
  assert.equal(watcher.subjects(), ['one', 'two', 'three']);
  assert.is(watcher.mailbox.unreadSince(), undefined);
  await watcher.stop();

  const next = watch(context, ours);
  await anotherLook(server, turn);
  assert.equal(next.subjects(), []);
});

test('A disk that is full from the first moment keeps back nothing that came meanwhile.', async (context) => {
  const { server, scene } = context;
  const clock = fakeClock(new Date());
  const disk = onSmallDisk(scene);
  disk.isFull = true;
  const watcher = watch(context, { clock, maildrops: disk.maildrops });
  await until('the full disk', () => disk.refused > 0);
  server.append(mail('meanwhile'), { at: clock.now() });
  await clock.forward(20 * 60_000);
  disk.isFull = false;
  await anotherLook(server, () => clock.forward(10_000));
  assert.equal(watcher.subjects(), ['meanwhile']);
});

test('When all unique-ids change, every mail is handed out once more, and none twice.', async (context) => {
  const { server } = context;
  const watcher = watch(context);
  await anotherLook(server);
  for (const name of ['one', 'two', 'three']) server.append(mail(name));
  await until('the mails', () => watcher.seen.length === 3);
  server.renumber();
  await until('the mails again', () => watcher.seen.length === 6);
  await anotherLook(server);
  assert.equal(watcher.subjects(), ['one', 'two', 'three', 'one', 'two', 'three']);
});

test('What is no longer there is forgotten, so that what is known does not grow.', async (context) => {
  const { server, scene } = context;
  const watcher = watch(context);
  const known = () => scene.store.collection('maildrops', maildropType).get('alerts');
  for (let round = 0; round < 3; round += 1) {
    for (const name of ['one', 'two']) server.append(mail(name));
    await until('the mails', () => watcher.seen.length === 2 * (round + 1));
    await until('them on record', async () => (await known())?.known.length === 2);
    server.clear();
    await until('them forgotten', async () => (await known())?.known.length === 0);
  }
});

test('A mail that the server refuses to hand out is set aside after three times, and told; what stands around it is read.', async (context) => {
  const { server, scene } = context;
  const watcher = watch(context);
  await anotherLook(server);
  server.append(mail('one'));
  const { uid } = server.append(mail('broken'));
  server.refused.add(uid);
  server.append(mail('three'));
  await until('the mails', () => {
    watcher.mailbox.wake();
    return watcher.subjects().includes('three');
  });
  await anotherLook(server);
  assert.equal(scene.changes, ['raised ACK_UNREADABLE']);
  const [error] = scene.systemErrors.list();
  assert.is(error?.subject, `alerts/pop3-${uid}`);
  assert.match(error?.message ?? '', /no such mail/);
  assert.is(watcher.subjects().filter((subject) => subject === 'three').length, 1);
});

test('Several mails that the server refuses are set aside after as many looks as one.', async (context) => {
  const { server, scene } = context;
  const watcher = watch(context);
  await anotherLook(server);
  server.append(mail('one'));
  for (const name of ['broken', 'corrupt', 'damaged']) server.refused.add(server.append(mail(name)).uid);
  server.append(mail('last'));
  const before = server.logins.accepted;
  await until('the mails', () => {
    watcher.mailbox.wake();
    return watcher.subjects().includes('last');
  });
  // One of them may have begun before they came.
  assert.ok(server.logins.accepted - before <= 4, `${server.logins.accepted - before} looks`);
  await anotherLook(server);
  assert.equal(
    scene.systemErrors
      .list()
      .map(({ subject }) => subject)
      .sort(),
    ['alerts/pop3-uid2', 'alerts/pop3-uid3', 'alerts/pop3-uid4'],
  );
  assert.is(watcher.subjects().filter((subject) => subject === 'last').length, 1);
});

test('When a mail came is told by its topmost Received, and is never before the last look.', async (context) => {
  const { server } = context;
  const watcher = watch(context);
  await anotherLook(server);
  const at = new Date(Date.now() - 2_000);
  server.append(mail('late'), { at });
  server.append(mail('of last year'), { at: new Date(Date.now() - 365 * day) });
  server.append(mail('of next year'), { at: new Date(Date.now() + 365 * day) });
  await until('the mails', () => watcher.seen.length === 3);
  const [late, past, future] = watcher.seen.map(({ receivedAt }) => receivedAt.getTime());
  assert.is(late, Math.floor(at.getTime() / 1_000) * 1_000);
  assert.ok((past ?? 0) > Date.now() - 10 * 60_000);
  assert.ok((future ?? Infinity) <= Date.now());
});

test('Only our own mail of that age goes, and only when the session ends well.', async (context) => {
  const { server, scene } = context;
  const clock = fakeClock(new Date());
  const watcher = watch(context, {
    account: pop3AccountAt(server.port, { pollMs: 365 * day }),
    clock,
    isOurs: (header) => header.includes('X-Ours: yes'),
    clean: {
      olderThanMs: 30 * day,
      ownMail: { isDone: async (header) => header.includes('X-Done'), isSent: async () => false },
    },
  });
  const look = async () => {
    const before = looks(server);
    await until('another look', () => {
      watcher.mailbox.wake();
      return looks(server) > before + 1;
    });
  };
  await look();
  server.append(mail('a reply that is done', 'X-Ours: yes', 'X-Done: yes'));
  server.append(mail('a reply that is not', 'X-Ours: yes'));
  server.append(mail('of a stranger', 'X-Done: yes'));
  await look();
  assert.is(watcher.seen.length, 3);
  await clock.forward(29 * day);
  await look();
  assert.is(server.mails().length, 3);
  await clock.forward(2 * day);
  await look();
  assert.equal(
    server.mails().map(({ raw }) => /^Subject: (.*)\r$/m.exec(raw)?.[1]),
    ['a reply that is not', 'of a stranger'],
  );
  assert.equal(scene.changes, []);
  assert.is(watcher.seen.length, 3);
});

test.run();
