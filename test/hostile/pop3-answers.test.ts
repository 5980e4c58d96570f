import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readHeaderFields } from '../../src/ack/header-fields.js';
import { maildropType } from '../../src/ack/pop3/maildrop.js';
import { createPop3Mailbox } from '../../src/ack/pop3/pop3-mailbox.js';
import { findReference } from '../../src/ack/reference/find-reference.js';
import { createNetwork } from '../../src/network/create-network.js';
import { startScriptedPop3 } from '../ack/pop3/scripted-pop3.js';
import { openScene, references } from '../ack/scene.js';
import { quietLog } from '../helpers/quiet-log.js';
import { until } from '../helpers/until.js';
import { letter } from './mails/hostile-mail.js';
import { mailAttacks } from './pop3/mail-attacks.js';
import type { Attack } from './pop3/sayings.js';
import { sessionAttacks } from './pop3/session-attacks.js';
import { type Suffered, sufferAll } from './suffer-all.js';
import { createVictim, fastClock } from './victim.js';

// Each attack has a maildrop, a store and a host of its own. A stranger's mail and a reply are there when it begins,
// another reply comes when it is over; the host is to be told of each once, and never of a mail that is in no list.
// What the server did is told in a fault of ours, and nothing that it said goes into that as it is.

const [early, late, unasked] = ['early00000000', 'late000000000', 'unasked000000'];
const password = 'the-secret-of-the-maildrop';
const limits = { connectMs: 500, silenceMs: 500, answerMs: 1_200 };
const patienceMs = 15_000;
const onTime = /no (whole )?answer in|no TLS in/;

/** What is wrong with what came of an attack, and what it cost. */
async function suffer(attack: Attack): Promise<Suffered> {
  const clock = fastClock();
  const scene = await openScene();
  const { connections = 1 } = attack;
  const server = await startScriptedPop3({ ...attack, connections });
  const account = server.account({ grant: 'password', password });
  const messages: string[] = [];
  const listen = (_: unknown, message: string) => messages.push(message);
  const log = { ...quietLog, debug: listen, info: listen, warn: listen };
  const mailbox = createPop3Mailbox({
    account: account.pop3 ? { ...account, pop3: { ...account.pop3, pollMs: 2_000 } } : account,
    tokens: { getToken: () => Promise.reject(new Error('no tokens here')) },
    network: createNetwork({ env: {} }),
    maildrops: scene.store.collection('maildrops', maildropType),
    systemErrors: scene.systemErrors,
    clock,
    log,
    loginRemedy: '',
    limits,
    isOurs: (header) => findReference(readHeaderFields(header), references) !== undefined,
  });
  const { start, times } = createVictim(mailbox, scene, clock, log);
  const faults: string[] = [];
  const stopping = new AbortController();
  const begunAt = performance.now();
  const begun = process.cpuUsage();
  server.append('From: Somebody <somebody@example.net>\r\nSubject: Hello\r\n\r\nHow are you?\r\n.\r\n');
  server.append(letter(early));
  const ended = start(stopping.signal);
  const standing = () => {
    const codes = new Map(scene.changes.map((change) => [change.split(' ')[1], change.split(' ')[0]]));
    return [...codes].flatMap(([code, last]) => (last === 'cleared' ? [] : [code]));
  };
  try {
    const isOver = () => server.connections() > connections;
    await until('the end of the attack', isOver, patienceMs);
    server.append(letter(late));
    const isRead = () =>
      (attack.hides || times(early) > 0) && times(late) > 0 && mailbox.state().state === 'watching';
    await until('both replies', isRead, patienceMs);
    await until('the end of all system errors', () => standing().length === 0, 2_000);
  } catch (thrown) {
    faults.push(
      `${String(thrown)} early ${times(early)}, late ${times(late)}, ${standing()} ${messages.slice(-2)}`,
    );
  }
  const { user, system } = process.cpuUsage(begun);
  const [cpuMs, ms] = [(user + system) / 1_000, performance.now() - begunAt];
  stopping.abort();
  await ended;
  if (times(early) > 1 || times(late) > 1) faults.push('the host was told twice');
  if (times(unasked) > 0) faults.push('it acted on a mail that is in no list');
  if (server.removed.length > 0 || server.lines.some((line) => line.startsWith('DELE')))
    faults.push('it removed a mail');
  const told = messages.filter((message) => message.includes('POP3 server'));
  const { says } = attack;
  if (says && !told.some((message) => says.test(message))) faults.push(`it says ${JSON.stringify(told)}`);
  // An honest server may be late on a busy machine.
  if (!says && told.some((message) => !onTime.test(message))) faults.push(`it complains: ${told[0]}`);
  for (const message of told) {
    if (/\p{Cc}/u.test(message) || message.length > 600) faults.push(`it repeats ${JSON.stringify(message)}`);
    if (message.includes(password) || message.includes(Buffer.from(password).toString('base64').slice(0, 20)))
      faults.push('it shows the password');
  }
  await server.close();
  await scene.remove();
  return { faults, cpuMs, ms };
}

test('No answer of a POP3 server acknowledges wrongly, or keeps a reply from being read.', async () => {
  const attacks = [...sessionAttacks, ...mailAttacks(letter(unasked))];
  assert.equal(await sufferAll(attacks, suffer), []);
});

test.run();
