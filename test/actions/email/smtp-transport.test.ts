import { connect, createServer, type Server, type Socket } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createSmtpTransport } from '../../../src/actions/email/smtp-transport.js';
import type { Account } from '../../../src/core/account.js';
import { systemClock } from '../../../src/core/clock.js';
import { Fault } from '../../../src/core/fault.js';
import type { Transport } from '../../../src/core/mail.js';
import { testCertificate } from '../../helpers/certificate.js';
import {
  type SubmissionServer,
  type SubmissionServerOptions,
  startSubmissionServer,
} from '../../helpers/submission-server.js';
import { until } from '../../helpers/until.js';
import { faultOf, rawMail, type TestTokens, testAccount, testLog, testNetwork, testTokens } from './parts.js';

const forever = new AbortController().signal;
const to = ['a@example.com', 'b@example.com'];

interface Setup {
  readonly server: SubmissionServer;
  readonly transport: Transport;
  readonly tokens: TestTokens;
  readonly log: ReturnType<typeof testLog>;
}

async function setup<T>(
  options: SubmissionServerOptions,
  use: (setup: Setup) => Promise<T>,
  account: (port: number) => Account = (port) => testAccount({ port }),
): Promise<T> {
  const server = await startSubmissionServer(options);
  const tokens = testTokens();
  const log = testLog();
  const transport = transportFor(account(server.port), tokens, log);
  try {
    return await use({ server, transport, tokens, log });
  } finally {
    await transport.close();
    await server.close();
  }
}

function transportFor(account: Account, tokens = testTokens(), log = testLog(), proxy?: string): Transport {
  return createSmtpTransport({
    account,
    tokens,
    network: testNetwork(proxy),
    clock: systemClock,
    log,
    loginRemedy: 'Ask the administrator.',
    limits: { connectMs: 1_500, greetingMs: 1_500, silenceMs: 2_000 },
  });
}

const accepts = (good: string) => async (_user: string, token: string) => token === good;

test('a mail leaves with the access token, byte for byte', () =>
  setup({ validate: accepts('token-1') }, async ({ server, transport }) => {
    const mail = rawMail(to, '.a line with a dot\r\n..two');
    const result = await transport.send(mail, to, forever);
    assert.equal(server.mails[0]?.raw, mail.raw);
    assert.equal(server.mails[0]?.from, 'alerts@example.com');
    assert.equal(server.mails[0]?.to, to);
    assert.is(result.recipients['a@example.com']?.status, 'accepted');
    assert.is(result.recipients['b@example.com']?.reply, '250 2.0.0 OK queued');
  }));

test('it goes to the recipients that are named only', () =>
  setup({ validate: accepts('token-1') }, async ({ server, transport }) => {
    const result = await transport.send(rawMail(to), ['b@example.com'], forever);
    assert.equal(server.mails[0]?.to, ['b@example.com']);
    assert.equal(Object.keys(result.recipients), ['b@example.com']);
  }));

test('a connection takes no other mail before the result of the last is on record', () =>
  setup({ validate: accepts('token-1') }, async ({ server, transport }) => {
    const writing: (() => void)[] = [];
    const slowDisk = () => new Promise<void>((resolve) => writing.push(resolve));
    const sends = Array.from({ length: 7 }, () => transport.send(rawMail(to), to, forever, slowDisk));
    for (const taken of [3, 6, 7]) {
      await server.waitForMail(taken);
      await until('the results', () => writing.length === (taken === 7 ? 1 : 3));
      // A fourth connection, or a mail behind the first on its connection, would come now.
      await new Promise((resolve) => setTimeout(resolve, 50));
      assert.is(server.mails.length, taken);
      for (const end of writing.splice(0)) end();
    }
    await Promise.all(sends);
  }));

test('a straight 535 has the token renewed once, and the mail leaves', () =>
  setup({ validate: accepts('token-2') }, async ({ server, transport, tokens }) => {
    await transport.send(rawMail(to), to, forever);
    assert.is(tokens.renewals(), 1);
    assert.is(server.mails.length, 1);
    assert.equal(server.logins, ['token-1', 'token-2']);
  }));

test('a 334 challenge has the token renewed once, and the mail leaves', () =>
  setup({ validate: accepts('token-2'), challenge: true }, async ({ server, transport, tokens }) => {
    await transport.send(rawMail(to), to, forever);
    assert.is(tokens.renewals(), 1);
    assert.is(server.mails.length, 1);
  }));

test('many mails at once have a refused token renewed once', () =>
  setup({ validate: accepts('token-2') }, async ({ server, transport, tokens }) => {
    await Promise.all(Array.from({ length: 20 }, () => transport.send(rawMail(to), to, forever)));
    assert.is(tokens.renewals(), 1);
    assert.is(server.mails.length, 20);
    assert.ok(server.connections() <= 12, `${server.connections()} connections`);
  }));

for (const challenge of [false, true])
  test(`a token that is refused twice is a fault with the remedy (${challenge ? '334' : '535'})`, () =>
    setup({ validate: accepts('never'), challenge }, async ({ server, transport, tokens }) => {
      const fault = await faultOf(transport.send(rawMail(to), to, forever));
      assert.is(fault.code, 'SMTP_LOGIN_REFUSED');
      assert.is(fault.remedy, 'Ask the administrator.');
      assert.match(String(fault.facts['reply']), /^535/);
      assert.is(tokens.renewals(), 1);
      const logins = server.logins.length;
      assert.ok(logins <= 3, `${logins} logins`);
      // The next mail tries once, without another renewal of a token that is fresh.
      await faultOf(transport.send(rawMail(to), to, forever));
      assert.is(tokens.renewals(), challenge ? tokens.renewals() : 1);
      assert.ok(server.logins.length <= logins + 2);
      assert.not.match(fault.message, /token-/);
    }));

test('a login that a policy forbids is not renewed', () =>
  setup(
    {
      validate: accepts('never'),
      loginRefusal: {
        code: 535,
        text: '5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant.',
      },
    },
    async ({ transport, tokens }) => {
      const fault = await faultOf(transport.send(rawMail(to), to, forever));
      assert.is(fault.code, 'SMTP_LOGIN_REFUSED');
      assert.match(String(fault.facts['reply']), /SmtpClientAuthentication is disabled/);
      assert.is(tokens.renewals(), 0);
    },
  ));

test('a login that the server cannot check now is deferred', () =>
  setup(
    {
      validate: accepts('never'),
      loginRefusal: { code: 454, text: '4.7.0 Temporary authentication failure' },
    },
    async ({ transport, tokens }) => {
      const fault = await faultOf(transport.send(rawMail(to), to, forever));
      assert.is(fault.code, 'SMTP_DEFERRED');
      assert.ok(fault.transient);
      assert.is(tokens.renewals(), 0);
    },
  ));

test('a fault of the token source passes through as itself', () =>
  setup({ validate: accepts('token-1') }, async ({ transport, tokens }) => {
    const fault = new Fault('OAUTH_AUTHORIZATION_REQUIRED', { account: 'alerts', user: 'x', detail: 'y' });
    tokens.fail(fault);
    assert.is(await faultOf(transport.send(rawMail(to), to, forever)), fault);
    assert.is(await faultOf(transport.verify(forever)), fault);
    assert.is(fault.code, 'OAUTH_AUTHORIZATION_REQUIRED');
    tokens.fail(undefined);
    await transport.verify(forever);
    await transport.send(rawMail(to), to, forever);
  }));

test('a password logs in, a wrong one is refused', async () => {
  const password = { user: 'alerts@example.com', pass: 's3cret' };
  await setup(
    { password },
    async ({ server, transport }) => {
      await transport.verify(forever);
      await transport.send(rawMail(to), to, forever);
      assert.is(server.mails.length, 1);
    },
    (port) => testAccount({ port }, 's3cret'),
  );
  await setup(
    { password },
    async ({ transport }) => {
      const fault = await faultOf(transport.verify(forever));
      assert.is(fault.code, 'SMTP_LOGIN_REFUSED');
      assert.not.match(`${fault.message} ${JSON.stringify(fault.facts)}`, /wr0ng/);
    },
    (port) => testAccount({ port }, 'wr0ng'),
  );
});

test('some recipients refused: each has its own status', () =>
  setup(
    {
      validate: accepts('token-1'),
      rejectRecipient: (address) =>
        address.startsWith('a')
          ? { code: 550, text: '5.1.1 no such user' }
          : address.startsWith('b')
            ? { code: 450, text: '4.2.0 greylisted' }
            : undefined,
    },
    async ({ server, transport }) => {
      const all = [...to, 'C@example.com'];
      const { recipients } = await transport.send(rawMail(all), all, forever);
      assert.is(recipients['a@example.com']?.status, 'rejected');
      assert.match(recipients['a@example.com']?.reply ?? '', /^550 5\.1\.1 no such user/);
      assert.is(recipients['b@example.com']?.status, 'deferred');
      assert.is(recipients['C@example.com']?.status, 'accepted');
      assert.equal(server.mails[0]?.to, ['C@example.com']);
    },
  ));

test('all recipients refused is a result, and the connection is used again', () =>
  setup(
    {
      validate: accepts('token-1'),
      rejectRecipient: (address) =>
        address.startsWith('a')
          ? { code: 550, text: '5.1.1 no such user' }
          : address.startsWith('b')
            ? { code: 451, text: '4.7.0 later' }
            : undefined,
    },
    async ({ server, transport }) => {
      const { recipients } = await transport.send(rawMail(to), to, forever);
      assert.is(recipients['a@example.com']?.status, 'rejected');
      assert.is(recipients['b@example.com']?.status, 'deferred');
      for (let again = 0; again < 4; again += 1)
        await transport.send(rawMail(['c@example.com']), ['c@example.com'], forever);
      // The second mail may come while the first connection is being reset.
      assert.ok(server.connections() <= 2);
    },
  ));

test('a refused sender or message is a fault: deferred for 4xx, rejected for 5xx', async () => {
  const replies = [
    { code: 451, text: '4.7.0 busy', fault: 'SMTP_DEFERRED' },
    { code: 432, text: '4.3.2 Concurrent connections limit exceeded', fault: 'SMTP_DEFERRED' },
    { code: 550, text: '5.7.60 SendAsDenied', fault: 'SMTP_SENDER_REFUSED' },
    { code: 554, text: '5.2.0 SubmissionQuotaExceededException', fault: 'SMTP_DEFERRED' },
  ];
  for (const { code, text, fault: expected } of replies)
    for (const option of ['rejectSender', 'rejectMail'])
      await setup(
        { validate: accepts('token-1'), [option]: () => ({ code, text }) },
        async ({ transport }) => {
          const fault = await faultOf(transport.send(rawMail(to), to, forever));
          assert.is(fault.code, expected, `${option} ${code} ${text}`);
          assert.match(String(fault.facts['reply']), new RegExp(`^${code} ${text.slice(0, 5)}`));
        },
      );
});

test('the Message-ID that the server put in place of ours is kept', () =>
  setup(
    {
      validate: accepts('token-1'),
      acceptance: () => '2.0.0 OK <AM0.123@AM0PR01.eurprd01.prod.outlook.com> [Hostname=AM0PR01]',
    },
    async ({ transport }) => {
      const result = await transport.send(rawMail(to), to, forever);
      assert.is(result.serverMessageId, '<AM0.123@AM0PR01.eurprd01.prod.outlook.com>');
    },
  ));

test('STARTTLS and TLS with a private CA, and not without it', async () => {
  const certificate = await testCertificate();
  for (const security of ['starttls', 'tls'] as const) {
    const options = {
      validate: accepts('token-1'),
      tls: certificate,
      starttls: security === 'starttls',
    };
    const server = { host: 'localhost', security } as const;
    await setup(
      options,
      async ({ transport }) => {
        await transport.verify(forever);
        await transport.send(rawMail(to), to, forever);
      },
      (port) => testAccount({ port, ...server, ca: [certificate.cert] }),
    );
    await setup(
      options,
      async ({ transport, server: { mails } }) => {
        assert.is((await faultOf(transport.send(rawMail(to), to, forever))).code, 'SMTP_TLS');
        assert.is(mails.length, 0);
      },
      (port) => testAccount({ port, ...server }),
    );
    await setup(
      options,
      async ({ transport }) => {
        assert.is((await faultOf(transport.verify(forever))).code, 'SMTP_TLS');
      },
      (port) => testAccount({ port, ...server, ca: [certificate.cert], serverName: 'mail.example.com' }),
    );
  }
});

test('where STARTTLS is required, nothing is said to a server without it', () =>
  setup(
    { validate: accepts('token-1') },
    async ({ server, transport }) => {
      assert.is((await faultOf(transport.send(rawMail(to), to, forever))).code, 'SMTP_TLS');
      assert.is(server.logins.length, 0);
    },
    (port) => testAccount({ port, security: 'starttls' }),
  ));

test('a server that offers no login gets no mail', () =>
  setup({}, async ({ server, transport }) => {
    assert.is((await faultOf(transport.send(rawMail(to), to, forever))).code, 'SMTP_LOGIN_REFUSED');
    assert.is(server.mails.length, 0);
  }));

test('a server that is not there, says nothing, or says nonsense is unreachable', async () => {
  const closed = await listen(() => {});
  const port = portOf(closed);
  await new Promise((resolve) => closed.close(resolve));
  const speeches: ((socket: Socket) => void)[] = [
    () => {},
    (socket) => socket.end(),
    (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'),
    (socket) => socket.end('554 5.3.2 no service here\r\n'),
  ];
  const absent = transportFor(testAccount({ port }));
  const fault = await faultOf(absent.send(rawMail(to), to, forever));
  assert.is(fault.code, 'SMTP_UNREACHABLE');
  assert.is(fault.facts['port'], port);
  await absent.close();
  for (const speech of speeches) {
    const server = await listen(speech);
    const transport = transportFor(testAccount({ port: portOf(server) }));
    assert.is((await faultOf(transport.send(rawMail(to), to, forever))).code, 'SMTP_UNREACHABLE');
    assert.is((await faultOf(transport.verify(forever))).code, 'SMTP_UNREACHABLE');
    await transport.close();
    server.close();
  }
});

test('stop ends a send and a verify that hang', async () => {
  const sockets: Socket[] = [];
  const server = await listen((socket) => sockets.push(socket));
  const transport = transportFor(testAccount({ port: portOf(server) }));
  const stop = new AbortController();
  const attempts = [
    faultOf(transport.send(rawMail(to), to, stop.signal)),
    faultOf(transport.verify(stop.signal)),
  ];
  setTimeout(() => stop.abort(), 20);
  for (const fault of await Promise.all(attempts)) assert.ok(fault.transient);
  await transport.close();
  for (const socket of sockets) socket.destroy();
  server.close();
});

test('a verify after the stop that fails later is an unhandled rejection of nobody', async () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => unhandled.push(reason);
  process.on('unhandledRejection', note);
  let isOver = false;
  const server = await listen((socket) => {
    socket.end('421 4.3.2 shutting down\r\n');
    socket.on('close', () => {
      isOver = true;
    });
  });
  const transport = transportFor(testAccount({ port: portOf(server) }));
  try {
    assert.ok((await faultOf(transport.verify(AbortSignal.abort()))).transient);
    await until('the end of the session', () => isOver);
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(unhandled, []);
  } finally {
    process.off('unhandledRejection', note);
    await transport.close();
    server.close();
  }
});

test('it goes through an HTTP proxy by CONNECT', () =>
  setup({ validate: accepts('token-1') }, async ({ server, tokens, log }) => {
    const asked: string[] = [];
    const proxy = await listen((client) => {
      client.once('data', (request) => {
        asked.push(request.toString('latin1').split('\r\n')[0] ?? '');
        const target = connect(server.port, '127.0.0.1', () => {
          client.write('HTTP/1.1 200 OK\r\n\r\n');
          client.pipe(target).pipe(client);
        });
        target.on('error', () => client.destroy());
        client.on('error', () => target.destroy());
      });
    });
    const transport = transportFor(
      testAccount({ port: server.port }),
      tokens,
      log,
      `http://127.0.0.1:${portOf(proxy)}`,
    );
    await transport.send(rawMail(to), to, forever);
    assert.match(asked[0] ?? '', `CONNECT 127.0.0.1:${server.port} HTTP/1.1`);
    await transport.close();
    proxy.close();
  }));

test('an international domain goes out in its ASCII form and keeps its status', () =>
  setup(
    {
      validate: accepts('token-1'),
      rejectRecipient: (address) => (address.startsWith('b') ? { code: 550, text: '5.1.1 no' } : undefined),
    },
    async ({ server, transport }) => {
      const all = ['a@bücher.example', 'b@bücher.example'];
      const { recipients } = await transport.send(rawMail(all), all, forever);
      assert.is(recipients['a@bücher.example']?.status, 'accepted');
      assert.is(recipients['b@bücher.example']?.status, 'rejected');
      assert.is(server.mails.length, 1);
    },
  ));

function listen(answer: (socket: Socket) => void): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      answer(socket);
      socket.resume();
    });
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

test.run();
