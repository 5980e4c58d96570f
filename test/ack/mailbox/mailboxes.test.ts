import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Account } from '../../../src/core/account.js';
import { Fault } from '../../../src/core/fault.js';
import type { Reply } from '../../../src/core/mail.js';
import type { TokenSource } from '../../../src/core/token.js';
import { createNetwork } from '../../../src/network/create-network.js';
import { testCertificate } from '../../helpers/certificate.js';
import { fakeClock } from '../../helpers/fake-clock.js';
import { freePort } from '../../helpers/free-port.js';
import { until } from '../../helpers/until.js';
import { me, openScene, type Scene, tokenLogin } from '../scene.js';
import { type Kind, type KindServer, type KindServerOptions, type KindSetup, kinds } from './kinds.js';

// What holds however mail is read: each of these tests runs with IMAP and with POP3.

interface Context {
  scene: Scene;
  ends: (() => Promise<void>)[];
}

const mail = (subject: string) => `From: a@example.com\r\nSubject: ${subject}\r\n\r\nHello ${subject}\r\n`;
const subjectOf = ({ header }: Reply) => /^Subject: (.*)\r$/m.exec(header.toString())?.[1];

/** Starts to watch, asking for the next mail at once; the watch ends with the test at the latest. */
function watch({ scene, ends }: Context, kind: Kind, account: Account, setup: KindSetup = {}) {
  const mailbox = kind.create(scene, account, setup);
  const stopping = new AbortController();
  const seen: Reply[] = [];
  const ended = (async () => {
    for await (const reply of mailbox.watch(stopping.signal)) seen.push(reply);
  })();
  const stop = async () => {
    stopping.abort();
    await ended;
  };
  ends.unshift(stop);
  return {
    mailbox,
    seen,
    stop,
    subjects: () => seen.map(subjectOf),
    watching: () => until('the mailbox to be watched', () => mailbox.state().state === 'watching'),
  };
}

async function start({ ends }: Context, kind: Kind, more: Partial<KindServerOptions> = {}) {
  const server = await kind.start({ users: { [me]: 'secret' }, ...more });
  ends.push(server.close);
  return server;
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

const looked = (server: KindServer, kind: Kind) =>
  until('a look', () =>
    server.commands.some((line) => (kind.name === 'IMAP' ? line === 'IDLE' : line === 'QUIT')),
  );

for (const kind of kinds) {
  const test = suite<Context>(`${kind.name} mailbox`);
  test.before.each(async (context) => {
    context.scene = await openScene();
    context.ends = [];
  });
  test.after.each(async ({ scene, ends }) => {
    for (const end of ends) await end();
    await scene.remove();
  });

  test('The very first start begins at the end: 10,000 old mails are not read.', async (context) => {
    const server = await start(context, kind);
    const at = new Date(Date.now() - 600_000);
    for (let index = 0; index < 10_000; index += 1) server.append(mail(`old ${index}`), at);
    const watcher = watch(context, kind, kind.account(server.port));
    await looked(server, kind);
    server.append(mail('new'));
    await until('the new mail', () => watcher.seen.length > 0);
    assert.equal(watcher.subjects(), ['new']);
    // POP3 does not tell when mail came: it looks at the last ones.
    assert.ok(server.commands.filter((line) => kind.reads.header.test(line)).length <= 51);
  });

  test('What comes between the very first start and the first login is not missed.', async (context) => {
    const server = await start(context, kind);
    server.append(mail('old'), new Date(Date.now() - 600_000));
    const nobody = await start(context, kind, { users: { [me]: 'another password' } });
    const refused = watch(context, kind, kind.account(nobody.port));
    await until('a refused login', () => nobody.logins.refused > 0);
    await refused.stop();
    server.append(mail('early'));
    const watcher = watch(context, kind, kind.account(server.port));
    await until('the early mail', () => watcher.seen.length > 0);
    assert.equal(watcher.subjects(), ['early']);
  });

  test('The header alone is read, the source on demand, capped, and only of the newest mail.', async (context) => {
    const server = await start(context, kind);
    const first = watch(context, kind, kind.account(server.port));
    await looked(server, kind);
    await first.stop();
    const one = server.append(mail('one'));
    const big = server.append(`${mail('big')}${'x'.repeat(5_000_000)}`);
    const kept: Reply[] = [];
    const stopping = new AbortController();
    const mailbox = kind.create(context.scene, kind.account(server.port));
    for await (const reply of mailbox.watch(stopping.signal)) {
      kept.push(reply);
      assert.is(server.commands.filter((line) => kind.reads.source.test(line)).length, kept.length - 1);
      if (kept.length === 1) assert.is((await reply.source(1_000)).toString(), one);
      else {
        assert.is((await reply.source(100_000)).toString(), big.slice(0, 100_000));
        await (kept[0] as Reply).source(10).then(
          () => assert.unreachable(),
          (error: Error) => assert.match(error.message, /newest/),
        );
        stopping.abort();
      }
    }
    assert.is(kept.length, 2);
    assert.is(kept[0]?.place.account, 'alerts');
    assert.ok(Math.abs(Date.now() - (kept[0]?.receivedAt.getTime() ?? 0)) < 10_000);
  });

  test('After a restart it goes on after the last mail that is on record, and that one only comes again.', async (context) => {
    const server = await start(context, kind);
    const first = watch(context, kind, kind.account(server.port));
    await looked(server, kind);
    server.append(mail('one'));
    await until('one', () => first.seen.length === 1);
    await first.stop();
    for (const name of ['two', 'three', 'four']) server.append(mail(name));

    // This consumer leaves while it holds three: two is on record, three is not.
    const second = kind.create(context.scene, kind.account(server.port));
    const held: unknown[] = [];
    for await (const reply of second.watch(new AbortController().signal)) {
      held.push(subjectOf(reply));
      if (held.length === 2) break;
    }
    assert.equal(held, ['two', 'three']);
    assert.is(second.state().state, 'stopped');

    const third = watch(context, kind, kind.account(server.port));
    await until('four', () => third.seen.length === 2);
    assert.equal(third.subjects(), ['three', 'four']);
  });

  test('A lost connection is made again, quietly, and nothing is missed.', async (context) => {
    const server = await start(context, kind);
    const watcher = watch(context, kind, kind.account(server.port));
    await looked(server, kind);
    for (const name of ['one', 'two', 'three']) {
      const { accepted } = server.logins;
      server.drop();
      server.append(mail(name));
      await until('another login', () => server.logins.accepted > accepted);
    }
    await until('the mails', () => watcher.seen.length === 3);
    assert.equal(watcher.subjects(), ['one', 'two', 'three']);
    assert.equal(context.scene.changes, []);
  });

  test('Done is harmless when repeated, of nobody, and in between two looks.', async (context) => {
    const server = await start(context, kind);
    const watcher = watch(context, kind, kind.account(server.port));
    await looked(server, kind);
    server.append(mail('one'));
    await until('the mail', () => watcher.seen.length === 1);
    const { place } = watcher.seen[0] as Reply;
    await Promise.all([watcher.mailbox.done(place), watcher.mailbox.done(place)]);
    await watcher.mailbox.done({ account: 'alerts', position: '2:2' });
    server.append(mail('two'));
    await until('the watch to go on', () => watcher.seen.length === 2);
  });

  test('Every connection logs in with a token that was just asked for.', async (context) => {
    const tokens = countedTokens();
    const used: string[] = [];
    const server = await start(context, kind, {
      users: { [me]: '' },
      validate: async (_, token) => used.push(token) > 0,
    });
    watch(context, kind, kind.account(server.port, {}, tokenLogin), { tokens: tokens.source });
    await until('a login', () => used.length > 0);
    tokens.next();
    if (kind.name === 'IMAP') server.drop();
    await until('another login', () => used.at(-1) === 't2');
    assert.equal([...new Set(used)], ['t1', 't2']);
    assert.equal([...new Set(tokens.asked)], [undefined]);
  });

  test('A token that is refused before its time is renewed by force, once.', async (context) => {
    const tokens = countedTokens();
    const server = await start(context, kind, {
      users: { [me]: '' },
      validate: async (_, token) => token === 't2',
    });
    watch(context, kind, kind.account(server.port, {}, tokenLogin), { tokens: tokens.source });
    await until('a login', () => server.logins.accepted > 0);
    assert.equal(tokens.asked.slice(0, 2), [undefined, 't1']);
    assert.equal(context.scene.changes, []);
  });

  test('A login that stays refused is a system error, with the remedy, and the first success clears it.', async (context) => {
    const tokens = countedTokens();
    let good = false;
    const server = await start(context, kind, { users: { [me]: '' }, validate: async () => good });
    const { mailbox } = watch(context, kind, kind.account(server.port, {}, tokenLogin), {
      tokens: tokens.source,
    });
    await until('the error', () => context.scene.changes.length > 0);
    const [error] = context.scene.systemErrors.list();
    assert.is(error?.code, `${kind.name}_LOGIN_REFUSED`);
    assert.is(error?.subject, 'alerts');
    assert.is(error?.remedy, 'Ask an administrator.');
    assert.match(error?.message ?? '', /Invalid credentials|Authentication failed/);
    assert.not.match(JSON.stringify(error), /\bt[12]\b/);
    // No second renewal by force for the same refusal.
    mailbox.wake();
    await until('another login', () => server.logins.refused >= 3);
    assert.equal(tokens.asked.slice(0, 3), [undefined, 't1', undefined]);
    assert.is(tokens.asked.filter(Boolean).length, 1);
    good = true;
    mailbox.wake();
    await until('it to be cleared', () => context.scene.changes.length === 2);
    assert.equal(context.scene.changes, [
      `raised ${kind.name}_LOGIN_REFUSED`,
      `cleared ${kind.name}_LOGIN_REFUSED`,
    ]);
  });

  test('A password that is refused is a system error, and is not hammered.', async (context) => {
    const server = await start(context, kind, { users: { [me]: 'another' } });
    const clock = fakeClock();
    const { mailbox } = watch(context, kind, kind.account(server.port), { clock });
    await until('the error', () => context.scene.changes.length > 0);
    for (let minute = 0; minute < 60; minute += 1) {
      await clock.forward(60_000);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    assert.ok(server.logins.refused > 5 && server.logins.refused < 25, `${server.logins.refused}`);
    assert.match(mailbox.state().detail ?? '', /refuses the login/);
  });

  test('Without an authorization it waits, raises nothing, and a new sign-in is noticed at once.', async (context) => {
    const server = await start(context, kind, { users: { [me]: '' }, validate: async () => true });
    let signedIn = false;
    let asked = 0;
    const clock = fakeClock();
    const getToken: TokenSource['getToken'] = async (account) => {
      asked += 1;
      if (!signedIn)
        throw new Fault('OAUTH_AUTHORIZATION_REQUIRED', { account, detail: 'no grant', user: me });
      return { token: 't', expiresAt: new Date(clock.now().getTime() + 3_600_000) };
    };
    const account = kind.account(server.port, {}, tokenLogin);
    const { mailbox, watching } = watch(context, kind, account, { clock, tokens: { getToken } });
    await until('the reason', () => mailbox.state().detail);
    assert.match(mailbox.state().detail ?? '', /not authorized/);
    for (let second = 0; second < 600; second += 10) await clock.forward(10_000);
    assert.ok(asked >= 12 && asked < 40, `${asked}`);
    assert.equal(context.scene.changes, []);
    signedIn = true;
    mailbox.wake();
    await watching();
  });

  test('A server that cannot be reached for five minutes is a system error, cleared when it is back.', async (context) => {
    const clock = fakeClock();
    const port = await freePort();
    const { mailbox } = watch(context, kind, kind.account(port), { clock });
    await until('the reason', () => mailbox.state().detail);
    for (let second = 0; second < 280; second += 10) {
      await clock.forward(10_000);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    assert.equal(context.scene.changes, []);
    assert.ok(mailbox.unreadSince());
    await until('the error', async () => {
      await clock.forward(10_000);
      return context.scene.changes.length > 0;
    });
    assert.equal(context.scene.changes, [`raised ${kind.name}_UNREACHABLE`]);
    await start(context, kind, { port });
    await until('it to be cleared', async () => {
      await clock.forward(10_000);
      return context.scene.changes.length > 1;
    });
    assert.equal(context.scene.changes, [
      `raised ${kind.name}_UNREACHABLE`,
      `cleared ${kind.name}_UNREACHABLE`,
    ]);
    assert.is(mailbox.unreadSince(), undefined);
  });

  test('TLS from the first byte or later and a private CA are honoured; what is not trusted is told.', async (context) => {
    const { key, cert } = await testCertificate();
    for (const mode of ['tls', 'starttls'] as const) {
      const server = await start(context, kind, { tls: { mode, key, cert } });
      const at = (more: object) => kind.account(server.port, { host: 'localhost', security: mode, ...more });
      const good = watch(context, kind, at({ ca: [cert] }));
      await good.watching();
      await good.stop();
      const byName = watch(context, kind, at({ host: '127.0.0.1', serverName: 'localhost' }), {
        network: createNetwork({ env: {}, ca: [cert] }),
      });
      await byName.watching();
      await byName.stop();
      const bad = watch(context, kind, at({}));
      await until('a reason', () => bad.mailbox.state().detail);
      assert.match(
        bad.mailbox.state().detail ?? '',
        new RegExp(`^No TLS with the ${kind.name} server localhost`),
      );
      await bad.stop();
    }
    const plain = await start(context, kind);
    const refused = watch(context, kind, kind.account(plain.port, { security: 'starttls' }));
    await until('a reason', () => refused.mailbox.state().detail);
    assert.is(plain.logins.accepted + plain.logins.refused, 0);
  });

  test('Stopping is quick, wherever it stands.', async (context) => {
    const server = await start(context, kind);
    for (const port of [server.port, 1]) {
      const watcher = watch(context, kind, kind.account(port));
      if (port === server.port) await looked(server, kind);
      else await until('a reason', () => watcher.mailbox.state().detail);
      const startedAt = performance.now();
      await watcher.stop();
      assert.ok(performance.now() - startedAt < 500);
      assert.is(watcher.mailbox.state().state, 'stopped');
    }
    const closed = watch(context, kind, kind.account(server.port));
    await closed.watching();
    await closed.mailbox.close();
    await closed.stop();
  });

  test.run();
}
