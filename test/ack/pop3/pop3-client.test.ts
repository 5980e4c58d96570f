import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Pop3Session } from '../../../src/ack/pop3/open-pop3.js';
import type { Turn } from './scripted-pop3.js';
import { says, talk } from './talk.js';

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
  const brief = { connectMs: 5_000, silenceMs: 700, answerMs: 5_000 };
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

test.run();
