import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createImapMailbox, type ImapMailboxSetup } from '../../../src/ack/mailbox/imap-mailbox.js';
import { positionType } from '../../../src/ack/mailbox/mailbox-position.js';
import type { Account } from '../../../src/core/account.js';
import { systemClock } from '../../../src/core/clock.js';
import type { TokenSource } from '../../../src/core/token.js';
import { createNetwork } from '../../../src/network/create-network.js';
import { fakeClock } from '../../helpers/fake-clock.js';
import { startImapServer } from '../../helpers/imap-server.js';
import { quietLog } from '../../helpers/quiet-log.js';
import { until } from '../../helpers/until.js';
import { accountAt, me, openScene, type Scene, tokenLogin } from '../scene.js';
import { type Script, startScriptedImap } from './scripted-imap.js';

const test = suite<{ scene: Scene; ends: (() => Promise<void>)[] }>('imap login');

test.before.each(async (context) => {
  context.scene = await openScene();
  context.ends = [];
});
test.after.each(async ({ scene, ends }) => {
  for (const end of ends) await end();
  await scene.remove();
});

type Context = { scene: Scene; ends: (() => Promise<void>)[] };

function mailboxOf({ scene }: Context, account: Account, more: Partial<ImapMailboxSetup> = {}) {
  return createImapMailbox({
    account,
    settings: { done: 'move', moveTo: 'Acknowledged' },
    tokens: { getToken: () => Promise.reject(new Error('no tokens here')) },
    network: createNetwork({ env: {} }),
    positions: scene.store.collection('positions', positionType),
    systemErrors: scene.systemErrors,
    clock: systemClock,
    log: quietLog,
    loginRemedy: 'Turn on IMAP for the mailbox.',
    ...more,
  });
}

/** Starts to watch; the watch ends with the test. */
function watch(context: Context, account: Account, more: Partial<ImapMailboxSetup> = {}) {
  const { ends } = context;
  const mailbox = mailboxOf(context, account, more);
  const stopping = new AbortController();
  const ended = (async () => {
    for await (const _ of mailbox.watch(stopping.signal));
  })();
  ends.unshift(async () => {
    stopping.abort();
    await ended;
  });
  return mailbox;
}

/** Tokens `t1`, `t2`, …: a new one when one is refused or when the test says so. */
function countedTokens() {
  let current = 1;
  const asked: (string | undefined)[] = [];
  const source: TokenSource = {
    async getToken(_, options) {
      asked.push(options?.renew);
      if (options?.renew === `t${current}`) current += 1;
      return { token: `t${current}`, expiresAt: new Date(Date.now() + 3_600_000) };
    },
  };
  return { source, asked, next: () => (current += 1) };
}

async function scripted(context: Context, script: Script) {
  const server = await startScriptedImap(script);
  context.ends.push(server.close);
  return server;
}

test('The end of a token and the recycling of connections are normal life: no waiting, no error, nothing in the log.', async (context) => {
  const server = await startImapServer({ users: { [me]: '' }, validate: async () => true });
  context.ends.push(server.close);
  const clock = fakeClock();
  const told: string[] = [];
  const tell = (_: object, message: string) => void told.push(message);
  const mailbox = watch(context, accountAt(server.port, {}, tokenLogin), {
    clock,
    tokens: countedTokens().source,
    log: { ...quietLog, info: tell, warn: tell, error: tell },
  });
  await until('watching', () => mailbox.state().state === 'watching');
  for (const reason of ['Session invalidated - AccessTokenExpired', 'Connection is closed. 13']) {
    await until('IDLE', () => server.commands.at(-1) === 'IDLE');
    await clock.forward(6_000);
    await until('IDLE', () => server.commands.at(-1) === 'IDLE');
    const { accepted } = server.logins;
    server.drop(reason);
    // No time passes: it is not waited for.
    await until('another login', () => server.logins.accepted > accepted);
  }
  assert.equal(told, []);
  assert.equal(context.scene.changes, []);
});

test('A mailbox that is missing is a system error that names it.', async (context) => {
  const server = await startImapServer({ users: { [me]: 'secret' } });
  context.ends.push(server.close);
  watch(context, accountAt(server.port, { mailbox: 'Nowhere' }));
  await until('the error', () => context.scene.changes.length > 0);
  const [error] = context.scene.systemErrors.list();
  assert.is(error?.code, 'IMAP_MAILBOX_MISSING');
  assert.match(error?.message ?? '', /Nowhere/);
});

test('Exchange says "authenticated but not connected": tried three times before a person is asked.', async (context) => {
  let good = false;
  const server = await scripted(context, (command) =>
    !good && command.startsWith('NAMESPACE')
      ? ['TAG BAD User is authenticated but not connected.']
      : undefined,
  );
  const mailbox = watch(context, accountAt(server.port));
  for (const time of [1, 2, 3]) {
    await until('a try', () => server.connections() === time);
    if (time < 3) assert.equal(context.scene.changes, []);
    await until('its end', () => server.sockets.size === 0);
    if (time < 3) mailbox.wake();
  }
  await until('the error', () => context.scene.changes.length > 0);
  assert.match(context.scene.systemErrors.list()[0]?.message ?? '', /not connected/);
  good = true;
  mailbox.wake();
  await until('it to be cleared', () => context.scene.changes.length > 1);
});

test('What says nothing of the credentials never asks a person to sign in.', async (context) => {
  for (const answer of [
    'TAG NO [UNAVAILABLE] Temporary authentication failure',
    'TAG NO [ALERT] Too many simultaneous connections. (Failure)',
    'TAG NO [INUSE] locked',
    '* BYE Connection is closed. 14',
  ]) {
    const server = await scripted(context, (command) =>
      command.startsWith('AUTHENTICATE') ? [answer] : undefined,
    );
    const tokens = countedTokens();
    const mailbox = watch(context, accountAt(server.port, {}, tokenLogin), { tokens: tokens.source });
    await until(`the reason of ${answer}`, () => mailbox.state().detail);
    assert.match(mailbox.state().detail ?? '', /broke off/, answer);
    assert.equal(tokens.asked, [undefined]);
  }
  assert.equal(context.scene.changes, []);
});

test('A throttled connection waits as long as it is told.', async (context) => {
  const clock = fakeClock();
  const server = await scripted(context, (command) =>
    command.startsWith('SELECT')
      ? ['TAG BAD Request is throttled. Suggested Backoff Time: 400000 milliseconds']
      : undefined,
  );
  const mailbox = watch(context, accountAt(server.port), { clock, limits: { silenceMs: 400 } });
  await until('the reason', () => mailbox.state().detail);
  await clock.forward(390_000);
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.is(server.connections(), 1);
  await clock.forward(15_000);
  await until('the next try', () => server.connections() === 2);
});

test('A connection that has died without a word is noticed, idle or not.', async (context) => {
  const silent = new Set<number>();
  for (const command of ['IDLE', 'UID SEARCH']) {
    const server = await scripted(context, (line, connection) => {
      if (silent.has(connection)) return [];
      if (!line.startsWith(command)) return undefined;
      silent.add(connection);
      return line === 'IDLE' ? ['+ idling'] : [];
    });
    watch(context, accountAt(server.port), { limits: { silenceMs: 200 } });
    await until(`another connection after a silent ${command}`, () => server.connections() > 1);
    silent.clear();
  }
});

test('IDLE is re-issued in time, and the mailbox looked into, though the server says nothing or only chatters.', async (context) => {
  const server = await scripted(context, (command, _, socket) => {
    if (command === 'IDLE') setInterval(() => socket.write('* OK Still here\r\n'), 20).unref();
    return undefined;
  });
  watch(context, accountAt(server.port), { limits: { idleMs: 100 } });
  await until('some turns', () => server.commands.filter((command) => command === 'IDLE').length > 3);
  assert.ok(server.commands.filter((command) => command.startsWith('UID SEARCH')).length >= 3);
  assert.is(server.connections(), 1);
});

test('An IDLE that is refused, or ends at once, is no IDLE: it asks from time to time.', async (context) => {
  for (const answer of [['TAG NO not now'], ['+ idling', 'TAG OK done already']]) {
    const server = await scripted(context, (command) => (command === 'IDLE' ? answer : undefined));
    watch(context, accountAt(server.port, { pollMs: 50 }));
    await until('polls', () => server.commands.filter((command) => command === 'NOOP').length > 3);
    assert.ok(server.commands.filter((command) => command === 'IDLE').length <= 11);
    assert.is(server.connections(), 1);
  }
});

test('A server that hands out what nobody asked for, or far too much, does no harm.', async (context) => {
  let wild = true;
  const server = await scripted(context, (command) => {
    if (command.startsWith('UID SEARCH')) return ['* SEARCH 7 3 7 1', 'TAG OK done'];
    if (!command.startsWith('UID FETCH')) return undefined;
    if (wild) return [`* 1 FETCH (UID 1 BODY[HEADER]<0> {4000000000}`];
    const header = 'Subject: x\r\n\r\n';
    return [
      `* 9 FETCH (UID 99 BODY[HEADER]<0> {${header.length}}\r\n${header})`,
      `* 2 FETCH (UID 3 BODY[HEADER]<0> {${header.length}}\r\n${header})`,
      '* 1 FETCH (UID 1 BODY[HEADER]<0> NIL)',
      'TAG OK done',
    ];
  });
  const mailbox = watch(context, accountAt(server.port));
  await until('the wild literal to be refused', () => server.connections() > 1);
  wild = false;
  // What it says is there and leaves out is asked for three times.
  await until('the mails', async () => {
    mailbox.wake();
    return (await lastUid(context)) === 7;
  });
});

/** A mailbox of some mails, of which the server refuses to hand out some. */
function exchange(last: number, isRefused: (uid: number) => boolean): Script {
  return (command) => {
    if (command.startsWith('UID SEARCH')) {
      const first = Number(/UID (\d+):/.exec(command)?.[1] ?? 1);
      const uids = Array.from({ length: Math.max(0, last + 1 - first) }, (_, index) => first + index);
      return [`* SEARCH ${uids.join(' ')}`.trimEnd(), 'TAG OK done'];
    }
    if (!command.startsWith('UID FETCH')) return undefined;
    const [, set = ''] = /^UID FETCH (\S+)/.exec(command) ?? [];
    const uids = set.split(',').flatMap((range) => {
      const [from = 0, to = from] = range.split(':').map(Number);
      return Array.from({ length: to - from + 1 }, (_, index) => from + index);
    });
    if (uids.some(isRefused))
      return ['TAG NO The requested message could not be converted to an RFC-822 compatible format.'];
    const header = 'Subject: x\r\n\r\n';
    return [
      ...uids.map((uid) => `* ${uid} FETCH (UID ${uid} BODY[HEADER]<0> {${header.length}}\r\n${header})`),
      'TAG OK done',
    ];
  };
}

async function lastUid({ scene }: Context) {
  const position = await scene.store.collection('positions', positionType).get('alerts');
  return position && 'lastUid' in position ? position.lastUid : 0;
}

test('A mail that the server refuses to hand out is set aside after three times, and told; what stands around it is read.', async (context) => {
  const server = await scripted(
    context,
    exchange(3, (uid) => uid === 2),
  );
  const positions = context.scene.store.collection('positions', positionType);
  await positions.put('alerts', { mailbox: 'INBOX', uidValidity: '1', lastUid: 0 });
  const mailbox = watch(context, accountAt(server.port));
  await until('the mails', async () => {
    mailbox.wake();
    return (await lastUid(context)) === 3;
  });
  assert.equal(context.scene.changes, ['raised ACK_UNREADABLE']);
  const [error] = context.scene.systemErrors.list();
  assert.is(error?.subject, 'alerts/inbox-1-2');
  assert.match(error?.message ?? '', /could not be converted/);
  assert.is(server.connections(), 3);
});

test('A server that hands out nothing is a system error after five minutes, and nothing is set aside for an hour.', async (context) => {
  let broken = true;
  const server = await scripted(
    context,
    exchange(2, () => broken),
  );
  const clock = fakeClock();
  const positions = context.scene.store.collection('positions', positionType);
  await positions.put('alerts', { mailbox: 'INBOX', uidValidity: '1', lastUid: 0 });
  watch(context, accountAt(server.port), { clock });
  const forward = (minutes: number) => {
    const end = clock.now().getTime() + minutes * 60_000;
    return until(`${minutes} minutes`, async () => {
      await clock.forward(10_000);
      return clock.now().getTime() >= end;
    });
  };
  await forward(4);
  assert.equal(context.scene.changes, []);
  await forward(50);
  assert.ok(server.connections() > 20, `${server.connections()}`);
  assert.is(await lastUid(context), 0);
  assert.equal(context.scene.changes, ['raised IMAP_TEMPORARY']);
  broken = false;
  await until('the mails', async () => {
    await clock.forward(10_000);
    return (await lastUid(context)) === 2;
  });
  await until('it to be cleared', () => context.scene.changes.includes('cleared IMAP_TEMPORARY'));
  assert.is(context.scene.changes.length, 2);
});

test('A disk that is full from the first moment makes no mail of that time an old one.', async (context) => {
  const clock = fakeClock();
  const first = clock.now();
  const positions = context.scene.store.collection('positions', positionType);
  const disk = { isFull: true };
  const put: typeof positions.put = async (...written) => {
    if (disk.isFull) throw new Error('ENOSPC: no space left on device');
    return positions.put(...written);
  };
  const mailbox = mailboxOf(context, accountAt(9), { clock, positions: { ...positions, put } });
  const stopping = new AbortController();
  const begin = () => mailbox.watch(stopping.signal)[Symbol.asyncIterator]().next();
  const refused = await begin().catch((thrown: unknown) => thrown);
  assert.match(String(refused), 'ENOSPC');
  await clock.forward(20 * 60_000);
  disk.isFull = false;
  const ended = begin();
  const stored = async () => positions.get('alerts');
  await until('the position', async () => (await stored()) !== undefined);
  assert.equal(await stored(), { mailbox: 'INBOX', since: first });
  stopping.abort();
  await ended;
});

test('A position that cannot be written is a system error after five minutes.', async (context) => {
  const server = await scripted(
    context,
    exchange(2, () => false),
  );
  const clock = fakeClock();
  const positions = context.scene.store.collection('positions', positionType);
  await positions.put('alerts', { mailbox: 'INBOX', uidValidity: '1', lastUid: 0 });
  const full = { ...positions, put: () => Promise.reject(new Error('ENOSPC: no space left on device')) };
  watch(context, accountAt(server.port), { clock, positions: full });
  await until('the error', async () => {
    await clock.forward(10_000);
    return context.scene.changes.length > 0;
  });
  assert.equal(context.scene.changes, ['raised IMAP_TEMPORARY']);
  assert.match(context.scene.systemErrors.list()[0]?.message ?? '', /ENOSPC/);
});

test.run();
