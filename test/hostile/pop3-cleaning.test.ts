import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { maildropType } from '../../src/ack/pop3/maildrop.js';
import { createPop3Mailbox } from '../../src/ack/pop3/pop3-mailbox.js';
import { createNetwork } from '../../src/network/create-network.js';
import { type Saying, type Script, startScriptedPop3 } from '../ack/pop3/scripted-pop3.js';
import { openScene } from '../ack/scene.js';
import { quietLog } from '../helpers/quiet-log.js';
import { until } from '../helpers/until.js';
import { closes, silent } from './pop3/sayings.js';
import { fastClock } from './victim.js';

const limits = { connectMs: 500, silenceMs: 500, answerMs: 1_200 };
/** It came a minute ago, which is old enough. */
const ours = () =>
  `Date: ${new Date(Date.now() - 60_000).toUTCString()}\r\nX-Ours: yes\r\nSubject: ours\r\n\r\nack\r\n`;
const stranger = 'Subject: not ours\r\n\r\nHello.\r\n';

/** Honest until the header of our mail is asked for once more, which is when it is to be removed. */
const once = (saying: Saying): Saying => {
  let asked = 0;
  return (turn) => {
    asked += 1;
    // Two headers to see what is recent, two to read them.
    if (asked !== 5) turn.honest();
    else if (typeof saying === 'string') turn.say(saying);
    else saying(turn);
  };
};
const twice: Saying = ({ say, honestText, honest }) => {
  say(honestText());
  honest();
};

/** What a server does while our mail is removed, and whether it goes in the end, on the same day. */
const table: Readonly<Record<string, readonly [on: NonNullable<Script['on']>, goes: boolean]>> = {
  'it shows the header of a stranger': [{ TOP: once(`+OK\r\n${stranger.slice(0, 20)}\r\n\r\n.\r\n`) }, false],
  'it shows no header': [{ TOP: once('+OK\r\n.\r\n') }, false],
  'it shows the header twice': [{ TOP: once(twice) }, true],
  'it does not show the header': [{ TOP: once('-ERR no\r\n') }, false],
  'it says nothing of the header': [{ TOP: once(silent) }, true],
  'it refuses to mark it': [{ DELE: '-ERR no\r\n' }, false],
  'it refuses to mark it, and to take marks back': [{ DELE: '-ERR no\r\n', RSET: '-ERR no\r\n' }, true],
  'it refuses to mark it, and says nothing more': [{ DELE: '-ERR no\r\n', RSET: silent }, true],
  'it says nothing of the mark': [{ DELE: silent }, true],
  'it closes instead': [{ DELE: closes }, true],
  'it asks back': [{ DELE: '+ sure?\r\n' }, false],
  'it refuses to end': [{ QUIT: '-ERR some messages not removed\r\n' }, true],
  'it does not end': [{ QUIT: silent }, true],
  'it calls each mail by the name of the other': [{ UIDL: '+OK\r\n1 mail-2\r\n2 mail-1\r\n.\r\n' }, true],
};

test('Whatever a server says while our mail is removed, no mail of anybody else is.', async () => {
  for (const [name, [on, goes]] of Object.entries(table)) {
    const scene = await openScene();
    const server = await startScriptedPop3({ on, connections: 1 });
    const account = server.account();
    const stopping = new AbortController();
    server.append(stranger);
    const uid = server.append(ours());
    const mailbox = createPop3Mailbox({
      account: account.pop3 ? { ...account, pop3: { ...account.pop3, pollMs: 2_000 } } : account,
      tokens: { getToken: () => Promise.reject(new Error('no tokens here')) },
      network: createNetwork({ env: {} }),
      maildrops: scene.store.collection('maildrops', maildropType),
      systemErrors: scene.systemErrors,
      clock: fastClock(),
      log: quietLog,
      loginRemedy: '',
      limits,
      isOurs: (header) => header.includes('X-Ours'),
      clean: {
        olderThanMs: 1,
        ownMail: { isDone: async (header) => header.includes('X-Ours'), isSent: async () => false },
      },
    });
    const seen: string[] = [];
    const reading = (async () => {
      for await (const { header } of mailbox.watch(stopping.signal))
        seen.push(/Subject: (.*)\r/.exec(header.toString())?.[1] ?? '');
    })();
    if (goes) await until(`its removal (${name})`, () => server.removed.length > 0);
    await until(`two sessions more (${name})`, () => server.connections() >= 3);
    server.append('Subject: late\r\n\r\n\r\n');
    await until(`the mail that came later (${name})`, () => seen.includes('late'));
    stopping.abort();
    await reading;
    assert.equal([...server.removed], goes ? [uid] : [], name);
    assert.is(seen.filter((subject) => subject === 'ours').length, 1, name);
    await server.close();
    await scene.remove();
  }
  console.log(`${Object.keys(table).length} ways`);
});

test.run();
