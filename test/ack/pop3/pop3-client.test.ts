import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openPop3, type Pop3Session } from '../../../src/ack/pop3/open-pop3.js';
import type { Pop3Limits } from '../../../src/ack/pop3/pop3-connection.js';
import { pop3Trouble } from '../../../src/ack/pop3/pop3-trouble.js';
import { Fault } from '../../../src/core/fault.js';
import { createNetwork } from '../../../src/network/create-network.js';
import { until } from '../../helpers/until.js';
import { me, tokenLogin } from '../scene.js';
import { type Script, startScriptedPop3, type Turn } from './scripted-pop3.js';

const password = 'the-secret-of-the-maildrop';
const token = 'the-secret-of-the-token';
const challenge = Buffer.from('{"status":"400","schemes":"Bearer","scope":"https://mail.example.com/"}');
const limits = { connectMs: 5_000, silenceMs: 5_000, answerMs: 10_000 };

interface Told {
  /** What the client said, its words of base64 put in plain. */
  readonly lines: readonly string[];
  readonly thrown?: unknown;
  /** What became of it. */
  readonly fault?: Fault;
}

/** Opens a session with a server and uses it; answers what the server was told, and what was thrown. */
async function talk(
  script: Script,
  use: (session: Pop3Session, server: Awaited<ReturnType<typeof startScriptedPop3>>) => Promise<void> = (
    session,
  ) => session.quit(),
  options: { token?: boolean; user?: string; pass?: string; limits?: Pop3Limits; ca?: false } = {},
): Promise<Told> {
  const server = await startScriptedPop3(script);
  server.append('Subject: one\r\n\r\nThe first.\r\n.\r\n..two\r\n');
  server.append('Subject: two\r\n\r\nThe second.\r\n');
  const login = options.token ? tokenLogin : ({ grant: 'password', password } as const);
  const account = server.account(login, options.user);
  const plain = (line: string) =>
    line
      .split(' ')
      .map((word) => (/^[A-Za-z0-9+/]{12,}=*$/.test(word) ? Buffer.from(word, 'base64').toString() : word))
      .join(' ');
  try {
    const session = await openPop3({
      account: options.ca === false && account.pop3 ? { ...account, pop3: withoutCa(account.pop3) } : account,
      credential: options.token ? { accessToken: token } : { pass: options.pass ?? password },
      network: createNetwork({ env: {} }),
      limits: options.limits ?? limits,
      signal: new AbortController().signal,
    });
    try {
      await use(session, server);
    } finally {
      session.close();
    }
    return { lines: server.lines.map(plain) };
  } catch (thrown) {
    const { fault } = pop3Trouble(thrown, account, 'What the provider wants.');
    for (const text of [fault.message, fault.remedy, JSON.stringify(fault)])
      assert.not.match(text, new RegExp(`${password}|${token}|${Buffer.from(token).toString('base64')}`));
    assert.match(fault.message, /^\P{Cc}{1,600}$/u);
    return { lines: server.lines.map(plain), thrown, fault };
  } finally {
    await server.close();
  }
}

function withoutCa<T extends { readonly ca?: readonly string[] }>({ ca: _, ...more }: T): Omit<T, 'ca'> {
  return more;
}

const says = ({ fault }: Told, code: string, text: RegExp) => {
  assert.is(fault?.code, code, fault?.message);
  assert.match(fault?.message ?? '', text);
};
const xoauth2 = `user=${me}\x01auth=Bearer ${token}\x01\x01`;
const bearer = `n,a=${me},\x01auth=Bearer ${token}\x01\x01`;
const bare = '-ERR unknown command\r\n';

test('A password is shown by AUTH PLAIN, or by USER and PASS where the server has no mechanism.', async () => {
  const plain = `\0${me}\0${password}`;
  assert.equal((await talk({})).lines, ['CAPA', 'AUTH PLAIN', plain, 'QUIT']);
  assert.equal((await talk({ capabilities: ['sasl plain'] })).lines, ['CAPA', 'AUTH PLAIN', plain, 'QUIT']);
  const legacy = ['CAPA', `USER ${me}`, `PASS ${password}`, 'QUIT'];
  assert.equal((await talk({ capabilities: ['SASL CRAM-MD5', 'USER'] })).lines, legacy);
  assert.equal((await talk({ capabilities: [] })).lines, legacy);
  assert.equal((await talk({ on: { CAPA: bare } })).lines, legacy, 'no CAPA');
});

test('A token is shown in two lines, or in one where the server refuses the bare command.', async () => {
  const inTwo = await talk({}, undefined, { token: true });
  assert.equal(inTwo.lines, ['CAPA', 'AUTH XOAUTH2', xoauth2, 'QUIT']);
  const oneLine = (turn: Turn) => (turn.line.split(' ').length === 2 ? turn.say(bare) : turn.honest());
  const inOne = await talk({ on: { AUTH: oneLine } }, undefined, { token: true });
  assert.equal(inOne.lines, ['CAPA', 'AUTH XOAUTH2', `AUTH XOAUTH2 ${xoauth2}`, 'QUIT']);
  const unannounced = await talk({ on: { CAPA: bare } }, undefined, { token: true });
  assert.equal(unannounced.lines, ['CAPA', 'AUTH XOAUTH2', xoauth2, 'QUIT']);
  const exchange = await talk({ on: { AUTH: '+\r\n' } }, undefined, { token: true });
  assert.equal(exchange.lines, ['CAPA', 'AUTH XOAUTH2', xoauth2, 'QUIT'], 'a plus alone');
});

test('OAUTHBEARER is taken where it is announced, and the user name cannot add to it.', async () => {
  const capabilities = ['SASL PLAIN XOAUTH2 OAUTHBEARER'];
  const { lines } = await talk({ capabilities }, undefined, { token: true });
  assert.equal(lines, ['CAPA', 'AUTH OAUTHBEARER', bearer, 'QUIT']);
  const odd = await talk({ capabilities }, undefined, { token: true, user: 'a,b=c@example.com' });
  assert.is(odd.lines[2], bearer.replace(me, 'a=2Cb=3Dc@example.com'));
});

test('A challenge that tells of an error is answered as the mechanism wants, and the refusal says why.', async () => {
  for (const [mechanism, empty] of [
    ['XOAUTH2', ''],
    ['OAUTHBEARER', 'AQ=='],
  ] as const) {
    let responses = 0;
    const RESPONSE = (turn: Turn) => {
      responses += 1;
      turn.say(responses === 1 ? `+ ${challenge.toString('base64')}\r\n` : '-ERR [AUTH] no\r\n');
    };
    const told = await talk({ capabilities: [`SASL ${mechanism}`], on: { RESPONSE } }, undefined, {
      token: true,
    });
    assert.is(told.lines.length, 4);
    assert.is(told.lines[3], empty);
    says(told, 'POP3_LOGIN_REFUSED', /\[AUTH\] no \{"status":"400"/);
  }
});

test('A login that is refused without a word, with a challenge only or with ever more of them ends.', async () => {
  const refuse = (RESPONSE: string) => talk({ on: { RESPONSE } }, undefined, { token: true });
  says(await refuse('-ERR\r\n'), 'POP3_LOGIN_REFUSED', /refuses the login of account alerts: -ERR$/);
  const endless = await refuse('+ \r\n');
  says(endless, 'POP3_LOGIN_REFUSED', /refuses the login of account alerts: \+$/);
  assert.is(endless.lines.length, 4);
  says(await refuse('+ !!!\r\n'), 'POP3_LOGIN_REFUSED', /: !!!/);
  const echoed = Buffer.from(`{"token":"${token}"}`).toString('base64');
  says(
    await refuse(`-ERR what is ${xoauth2.replaceAll('\x01', '')}${echoed}?\r\n`),
    'POP3_LOGIN_REFUSED',
    /:/,
  );
  const spoken = await refuse(`-ERR \x1b[2J\x07\x9bgone\x00\r\n`);
  says(spoken, 'POP3_LOGIN_REFUSED', /gone/);
});

test('A maildrop that somebody else holds, and a server that is short of something, are no refused logins.', async () => {
  const held = { on: { PASS: '-ERR [IN-USE] maildrop is locked\r\n' }, capabilities: [] };
  says(await talk(held), 'POP3_TEMPORARY', /\[IN-USE\] maildrop is locked/);
  const out = { on: { RESPONSE: '-ERR [SYS/TEMP] later\r\n' } };
  says(await talk(out), 'POP3_TEMPORARY', /\[SYS\/TEMP\] later/);
});

test('Control characters come into no command.', async () => {
  for (const user of ['a\r\nDELE 1', 'a\nb', 'a\0b', 'a\x01auth=Bearer x', 'a\x7fb', 'a\u0085b']) {
    for (const byToken of [true, false]) {
      const { lines, fault } = await talk({}, undefined, { token: byToken, user });
      assert.equal(lines, ['CAPA'], JSON.stringify(user));
      assert.match(fault?.message ?? '', /control characters/);
    }
  }
  for (const capabilities of [[], ['SASL PLAIN']]) {
    const injected = await talk({ capabilities }, undefined, { pass: `${password}\r\nDELE 1` });
    assert.equal(injected.lines, ['CAPA']);
    says(injected, 'POP3_TEMPORARY', /control characters/);
  }
  const international = await talk({ capabilities: [] }, undefined, { user: 'grüße@example.com' });
  assert.equal(international.lines, ['CAPA']);
  says(international, 'POP3_TEMPORARY', /a command is one line of ASCII/);
});

test('Mail is listed by unique-ids as RFC 1939 has them, and any other list is refused.', async () => {
  const list = async (text: string) => {
    let mails: unknown;
    const told = await talk({ on: { UIDL: `+OK\r\n${text}.\r\n` } }, async (session) => {
      mails = await session.uidl();
    });
    return { mails, told };
  };
  const longest = `!${'~'.repeat(69)}`;
  const good: Readonly<Record<string, readonly unknown[]>> = {
    '': [],
    '1 a\r\n': [{ number: 1, uid: 'a' }],
    [`7 ${longest}\r\n`]: [{ number: 7, uid: longest }],
    '2 b\r\n1 a\r\n': [
      { number: 2, uid: 'b' },
      { number: 1, uid: 'a' },
    ],
    '1  a \r\n': [{ number: 1, uid: 'a' }],
    '1 a\r\n2 a\r\n': [
      { number: 1, uid: 'a' },
      { number: 2, uid: 'a' },
    ],
  };
  for (const [text, mails] of Object.entries(good)) assert.equal((await list(text)).mails, mails, text);
  const bad = [
    ...['\r\n', '1\r\n', '1 \r\n', ' 1 a\r\n', 'a 1\r\n', '-1 a\r\n', '+1 a\r\n', '1.5 a\r\n', '0x1 a\r\n'],
    ...[
      '1e3 a\r\n',
      `1 ${longest}x\r\n`,
      '1 a b\r\n',
      '1\ta\r\n',
      '1 a\t\r\n',
      '1 \x00\r\n',
      '1 \x1b[2J\r\n',
    ],
    ...['1 a\n2 b\r\n', '1 a\r2 b\r\n', '1 \xe4\r\n', '12345678901 a\r\n', '1 a\r\n\r\n2 b\r\n', '..\r\n'],
    ...['1 a\r\n1 b\r\n', '1 a\r\n01 b\r\n'],
  ];
  for (const text of bad) {
    const { mails, told } = await list(text);
    assert.is(mails, undefined, JSON.stringify(text));
    says(told, 'POP3_TEMPORARY', /the server lists a mail (as "[ -~]{0,100}"|twice)$/);
  }
});

test('Headers and mails come without the dots that were put before their lines.', async () => {
  await talk({}, async (session) => {
    assert.is((await session.top(1, 1_000)).toString(), 'Subject: one\r\n\r\n');
    assert.is((await session.retr(1, 1_000)).toString(), 'Subject: one\r\n\r\nThe first.\r\n.\r\n..two\r\n');
    assert.is((await session.retr(1, 10)).toString(), 'Subject: o');
    assert.is((await session.top(2, 1_000)).toString(), 'Subject: two\r\n\r\n');
  });
});

test('Of a mail that has no end, takes too long or breaks off, what was to be kept is had all the same.', async () => {
  const start = `+OK\r\nSubject: one\r\n\r\n`;
  const flood = Buffer.alloc(1_048_576, 'x');
  const endings: Readonly<Record<string, (turn: Turn) => void>> = {
    'no end': ({ say, socket }) => {
      say(start);
      const more = () => {
        while (!socket.destroyed && socket.write(flood));
      };
      socket.on('drain', more);
      more();
    },
    'nothing more': ({ say }) => say(start),
    'a lost connection': ({ say, socket }) => {
      say(start);
      socket.end();
    },
  };
  const brief = { connectMs: 5_000, silenceMs: 300, answerMs: 3_000 };
  for (const [name, RETR] of Object.entries(endings)) {
    let had = '';
    const { fault } = await talk(
      { on: { RETR } },
      async (session) => {
        had = (await session.retr(1, 10)).toString();
        await session.top(1, 10);
      },
      { limits: brief },
    );
    assert.is(had, 'Subject: o', name);
    assert.is(fault?.code, 'POP3_TEMPORARY', 'the connection is over');
    const { thrown } = await talk(
      { on: { RETR } },
      async (session) => void (await session.retr(1, 200 * 1_048_576)),
      { limits: brief },
    );
    assert.ok(thrown, `${name}: it was not all`);
  }
});

test('Commands are sent ahead only where the server says that it takes them.', async () => {
  for (const [capabilities, ahead] of [
    [['TOP', 'UIDL', 'PIPELINING'], 5],
    [['TOP', 'UIDL'], 1],
  ] as const) {
    const tops: Turn[] = [];
    await talk({ capabilities, on: { TOP: (turn) => tops.push(turn) } }, async (session, { lines }) => {
      const numbers = [1, 2, 1, 2, 1];
      const asked = Promise.all(numbers.map((number) => session.top(number, 100)));
      await until('the commands', () => tops.length === ahead);
      // Whatever was on the way has come with the answer to the first.
      for (let answered = 0; answered < numbers.length; answered += 1) {
        await until('a command', () => tops.length > answered);
        assert.is(tops.length, Math.min(answered + ahead, 5));
        tops[answered]?.honest();
      }
      const subjects = (await asked).map((header) => header.toString().slice(9, 12));
      assert.equal(subjects, ['one', 'two', 'one', 'two', 'one']);
      assert.equal(
        lines.filter((line) => line.startsWith('TOP')),
        numbers.map((number) => `TOP ${number} 0`),
      );
    });
  }
});

test('Of what stood in a batch, what is refused is refused alone.', async () => {
  await talk({}, async (session) => {
    const asked = await Promise.allSettled([1, 9, 2].map((number) => session.top(number, 100)));
    assert.equal(
      asked.map((each) => (each.status === 'fulfilled' ? each.value.toString() : String(each.reason))),
      ['Subject: one\r\n\r\n', 'Pop3Refusal: TOP: no such message', 'Subject: two\r\n\r\n'],
    );
  });
});

test('A mail that is marked is removed by QUIT, and not where the mark is taken back or the session is only closed.', async () => {
  const remove = async (use: (session: Pop3Session) => Promise<void>) => {
    let removed: readonly string[] = [];
    await talk({}, async (session, server) => {
      await use(session);
      removed = server.removed;
    });
    return removed;
  };
  const quit = async (session: Pop3Session) => {
    await session.dele(2);
    await session.quit();
  };
  assert.equal(await remove(quit), ['mail-2']);
  const takenBack = async (session: Pop3Session) => {
    await session.dele(2);
    await session.rset();
    await session.quit();
  };
  assert.equal(await remove(takenBack), []);
  assert.equal(await remove((session) => session.dele(2)), []);
});

test('TLS begins with the connection, or after STLS, and what the server can do is asked for again.', async () => {
  assert.equal((await talk({ security: 'tls' })).lines.length, 4);
  const { lines } = await talk({ security: 'starttls' });
  assert.equal(lines, ['CAPA', 'STLS', 'CAPA', 'AUTH PLAIN', `\0${me}\0${password}`, 'QUIT']);
});

test('Nothing that was said before TLS counts after it.', async () => {
  const tops: Turn[] = [];
  let asked = 0;
  const CAPA = (turn: Turn) => {
    asked += 1;
    if (asked === 1) turn.say('+OK\r\nSASL OAUTHBEARER\r\nPIPELINING\r\nLOGIN-DELAY 3600\r\nSTLS\r\n.\r\n');
    else turn.honest();
  };
  const script: Script = {
    security: 'starttls',
    capabilities: ['TOP', 'UIDL'],
    on: { CAPA, TOP: (turn) => tops.push(turn) },
  };
  const { lines, thrown } = await talk(script, async (session) => {
    assert.not.ok(session.capabilities.has('LOGIN-DELAY'));
    const both = Promise.all([session.top(1, 100), session.top(2, 100)]);
    both.catch(() => undefined);
    await until('a command', () => tops.length > 0);
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.is(tops.length, 1, 'it sends ahead because somebody said so before TLS');
    tops[0]?.honest();
    await until('the other command', () => tops.length > 1);
    tops[1]?.honest();
    await both;
  });
  assert.is(thrown, undefined, String(thrown));
  assert.equal(lines.slice(0, 5), ['CAPA', 'STLS', 'CAPA', `USER ${me}`, `PASS ${password}`]);
});

test('What stands behind the answer to STLS ends the connection, and nothing is shown to it.', async () => {
  const injections = [
    ...['+OK go\r\n+OK in\r\n', '+OK go\r\n+', '+OK go\r\n\r\n', '+OK go\r\n-ERR no\r\n', '+OK go\r\n\0'],
    '+OK go\r\n+OK\r\nSASL PLAIN\r\n.\r\n+OK in\r\n+OK in\r\n',
  ];
  for (const text of injections) {
    const STLS = (turn: Turn) => {
      turn.say(text);
      turn.secure();
    };
    const told = await talk({ security: 'starttls', on: { STLS } });
    assert.equal(told.lines, ['CAPA', 'STLS'], JSON.stringify(text));
    says(told, 'POP3_TLS', /the server says what nobody asked for/);
  }
});

test('Without TLS there is no login where the settings want it.', async () => {
  const brief = { connectMs: 200, silenceMs: 200, answerMs: 400 };
  const begin = (STLS: Script['on']) =>
    talk({ security: 'starttls', on: STLS ?? {} }, undefined, { limits: brief });
  says(await begin({ STLS: '-ERR not\x1b[2J today\r\n' }), 'POP3_TLS', /not \[2J today/);
  says(await begin({ STLS: bare }), 'POP3_TLS', /unknown command/);
  says(await begin({ STLS: '+ \r\n' }), 'POP3_TLS', /STLS: \+/);
  says(await begin({ STLS: '+OK but no\r\n' }), 'POP3_TLS', /no TLS in 0.2 seconds/);
  says(await begin({ STLS: () => undefined }), 'POP3_TLS', /no answer in 0.2 seconds/);
  const stranger = await talk({ security: 'starttls' }, undefined, { ca: false });
  says(stranger, 'POP3_TLS', /self.signed/i);
  const implicit = await talk({ security: 'tls' }, undefined, { ca: false });
  says(implicit, 'POP3_TLS', /self.signed/i);
  for (const { lines } of [stranger, implicit]) assert.not.match(lines.join(), /AUTH|USER|PASS/);
});

test('Each step has a time limit, also where the server says a little all the time.', async () => {
  const brief = { connectMs: 200, silenceMs: 150, answerMs: 400 };
  const use = async (session: Pop3Session) => void (await session.uidl());
  const silent = await talk({ on: { UIDL: () => undefined } }, use, { limits: brief });
  says(silent, 'POP3_TEMPORARY', /no answer in 0.15 seconds/);
  const half = await talk({ on: { UIDL: '+OK\r\n1 a\r\n.' } }, use, { limits: brief });
  says(half, 'POP3_TEMPORARY', /no answer in 0.15 seconds/);
  const drip = (turn: Turn) => {
    turn.say('+OK\r\n');
    const timer = setInterval(() => turn.say('1'), 20);
    turn.socket.once('close', () => clearInterval(timer));
  };
  const slow = await talk({ on: { UIDL: drip } }, use, { limits: brief });
  says(slow, 'POP3_TEMPORARY', /no whole answer in 0.4 seconds/);
  const greeting = await talk({ greeting: () => undefined }, use, { limits: brief });
  says(greeting, 'POP3_TEMPORARY', /no answer in 0.15 seconds/);
});

test('A greeting that refuses is told.', async () => {
  says(
    await talk({ greeting: '-ERR too many connections\r\n' }),
    'POP3_TEMPORARY',
    /the connection: too many/,
  );
  says(await talk({ greeting: '+ what\r\n' }), 'POP3_TEMPORARY', /the connection: what/);
});

test('Where nobody answers, that is told.', async () => {
  const server = await startScriptedPop3();
  const account = server.account();
  await server.close();
  const opened = openPop3({
    ...{ account, limits, network: createNetwork({ env: {} }), credential: { pass: password } },
    signal: new AbortController().signal,
  });
  await opened.then(
    () => assert.unreachable(),
    (thrown) => {
      assert.instance(thrown, Fault);
      assert.is(thrown.code, 'POP3_UNREACHABLE');
    },
  );
});

test('A connection that ends, or is ended, ends every command.', async () => {
  const lost = await talk({ on: { TOP: ({ socket }) => socket.destroy() } }, async (session) => {
    const asked = await Promise.allSettled([1, 2].map((number) => session.top(number, 100)));
    for (const each of asked) assert.is(each.status, 'rejected');
    await session.uidl();
  });
  says(lost, 'POP3_TEMPORARY', /the server closed the connection/);
  const closed = await talk({ on: { TOP: () => undefined } }, async (session) => {
    const asked = session.top(1, 100);
    session.close();
    await asked;
  });
  says(closed, 'POP3_TEMPORARY', /the connection is closed/);
});

test('A server that speaks while nothing is asked is not believed.', async () => {
  const told = await talk({}, async (session, { lines }) => {
    await session.uidl();
    assert.ok(lines.includes('UIDL'));
  });
  assert.is(told.thrown, undefined);
  const twice = (turn: Turn) => {
    turn.honest();
    turn.honest();
  };
  const spoken = await talk({ on: { UIDL: twice } }, async (session) => {
    await session.uidl();
    await until('its end', async () => {
      try {
        await session.top(1, 100);
        return false;
      } catch (thrown) {
        if (/nobody asked for/.test(String(thrown))) throw thrown;
        return false;
      }
    });
  });
  says(spoken, 'POP3_TEMPORARY', /the server says what nobody asked for/);
});

test.run();
