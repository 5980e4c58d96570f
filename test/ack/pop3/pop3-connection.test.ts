import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openPop3, type Pop3Session } from '../../../src/ack/pop3/open-pop3.js';
import { Fault } from '../../../src/core/fault.js';
import { createNetwork } from '../../../src/network/create-network.js';
import { until } from '../../helpers/until.js';
import { me } from '../scene.js';
import { type Script, startScriptedPop3, type Turn } from './scripted-pop3.js';
import { bare, limits, password, says, talk } from './talk.js';

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
  const brief = { connectMs: 500, silenceMs: 500, answerMs: 1_000 };
  const begin = (STLS: Script['on']) =>
    talk({ security: 'starttls', on: STLS ?? {} }, undefined, { limits: brief });
  says(await begin({ STLS: '-ERR not\x1b[2J today\r\n' }), 'POP3_TLS', /not \[2J today/);
  says(await begin({ STLS: bare }), 'POP3_TLS', /unknown command/);
  says(await begin({ STLS: '+ \r\n' }), 'POP3_TLS', /STLS: \+/);
  says(await begin({ STLS: '+OK but no\r\n' }), 'POP3_TLS', /no TLS in 0.5 seconds/);
  says(await begin({ STLS: () => undefined }), 'POP3_TLS', /no answer in 0.5 seconds/);
  const stranger = await talk({ security: 'starttls' }, undefined, { ca: false });
  says(stranger, 'POP3_TLS', /self.signed/i);
  const implicit = await talk({ security: 'tls' }, undefined, { ca: false });
  says(implicit, 'POP3_TLS', /self.signed/i);
  for (const { lines } of [stranger, implicit]) assert.not.match(lines.join(), /AUTH|USER|PASS/);
});

test('Each step has a time limit, also where the server says a little all the time.', async () => {
  const brief = { connectMs: 1_000, silenceMs: 500, answerMs: 1_500 };
  const use = async (session: Pop3Session) => void (await session.uidl());
  const silent = await talk({ on: { UIDL: () => undefined } }, use, { limits: brief });
  says(silent, 'POP3_TEMPORARY', /no answer in 0.5 seconds/);
  const half = await talk({ on: { UIDL: '+OK\r\n1 a\r\n.' } }, use, { limits: brief });
  says(half, 'POP3_TEMPORARY', /no answer in 0.5 seconds/);
  const drip = (turn: Turn) => {
    turn.say('+OK\r\n');
    const timer = setInterval(() => turn.say('1'), 20);
    turn.socket.once('close', () => clearInterval(timer));
  };
  const slow = await talk({ on: { UIDL: drip } }, use, { limits: brief });
  says(slow, 'POP3_TEMPORARY', /no whole answer in 1.5 seconds/);
  const greeting = await talk({ greeting: () => undefined }, use, { limits: brief });
  says(greeting, 'POP3_TEMPORARY', /no answer in 0.5 seconds/);
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
