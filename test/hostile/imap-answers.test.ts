import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createImapMailbox } from '../../src/ack/mailbox/imap-mailbox.js';
import { positionType } from '../../src/ack/mailbox/mailbox-position.js';
import { createNetwork } from '../../src/network/create-network.js';
import { accountAt, openScene } from '../ack/scene.js';
import { quietLog } from '../helpers/quiet-log.js';
import { until } from '../helpers/until.js';
import { attacksOf } from './imap/attacks.js';
import { type Attack, startHostileServer } from './imap/hostile-server.js';
import { letter } from './mails/hostile-mail.js';
import { type Suffered, sufferAll } from './suffer-all.js';
import { createVictim, fastClock } from './victim.js';

// Each attack has a mailbox, a store and a host of its own. A reply is there when it begins, another one comes when it
// is over; the host is to be told of each once, and never of a mail that is not in the mailbox.

const [early, late, unasked] = ['early00000000', 'late000000000', 'unasked000000'];
const limits = { connectMs: 250, silenceMs: 250, taskMs: 250, idleMs: 40_000 };
const patienceMs = 15_000;

/** What is wrong with what came of an attack, and what it cost. */
async function suffer(attack: Attack): Promise<Suffered> {
  const clock = fastClock();
  const scene = await openScene();
  const server = await startHostileServer(attack, () => clock.now());
  const mailbox = createImapMailbox({
    account: accountAt(server.port),
    settings: { done: 'move', moveTo: 'Acknowledged' },
    tokens: { getToken: () => Promise.reject(new Error('no tokens here')) },
    network: createNetwork({ env: {} }),
    positions: scene.store.collection('positions', positionType),
    systemErrors: scene.systemErrors,
    clock,
    log: quietLog,
    loginRemedy: '',
    limits,
  });
  const { start, times } = createVictim(mailbox, scene, clock);
  const faults: string[] = [];
  const stopping = new AbortController();
  const begunAt = performance.now();
  const begun = process.cpuUsage();
  const uids = new Set([server.append(letter(early))]);
  const ended = start(stopping.signal);
  try {
    const isOver = () => times(early) > 0 || server.connections() > (attack.connections ?? 1);
    await until('the end of the attack', isOver, attack.hides ? 300 : patienceMs).catch(() => {});
    uids.add(server.append(letter(late)));
    const isRead = () => (attack.hides || times(early) > 0) && times(late) > 0;
    await until('both replies', isRead, patienceMs);
  } catch {
    faults.push(`an honest reply was not read: early ${times(early)}, late ${times(late)}`);
  }
  const { user, system } = process.cpuUsage(begun);
  const [cpuMs, ms] = [(user + system) / 1_000, performance.now() - begunAt];
  stopping.abort();
  await ended;
  if (times(early) > 1 || times(late) > 1) faults.push('the host was told twice');
  if (times(unasked) > 0) faults.push('it acted on a mail that nobody asked for');
  const others = [...server.touched].filter((uid) => !uids.has(uid));
  if (others.length > 0) faults.push(`it marked the mails ${others}`);
  await server.close();
  await scene.remove();
  return { faults, cpuMs, ms };
}

test('No answer of a server acknowledges wrongly, or keeps a reply from being read.', async () => {
  const attacks = attacksOf(letter(unasked));
  assert.equal(await sufferAll(attacks, suffer), []);
});

/** What a server says that should begin TLS and does not: its greeting, and what follows STARTTLS. */
const withoutTls: Readonly<Record<string, readonly [greeting: string, afterStartTls: string]>> = {
  'it knows no STARTTLS': ['* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] ready', 'TAG BAD what?'],
  'it refuses': ['* OK [CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN SASL-IR] ready', 'TAG NO not today'],
  'it says OK and goes on in the clear': [
    '* OK [CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN SASL-IR] ready',
    'TAG OK go\r\n* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR\r\n* OK hello',
  ],
  'it injects answers behind the OK': [
    '* OK [CAPABILITY IMAP4rev1 STARTTLS] ready',
    'TAG OK go\r\n2 OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] in\r\n3 OK in\r\n4 OK in',
  ],
  'it says nothing': ['* OK [CAPABILITY IMAP4rev1 STARTTLS] ready', '* OK wait'],
  'it says that we are in already': ['* PREAUTH [CAPABILITY IMAP4rev1] welcome', 'TAG BAD no need'],
};

test('No password is shown to a server that does not begin TLS.', async () => {
  for (const [name, [greeting, afterStartTls]] of Object.entries(withoutTls)) {
    let received = '';
    let connections = 0;
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      connections += 1;
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.write(`${greeting}\r\n`);
      socket.on('data', (chunk) => {
        received += chunk.toString('latin1');
        const [, tag = '', verb = ''] = /^(\w+) (\w+)/.exec(chunk.toString('latin1')) ?? [];
        const answer =
          verb === 'STARTTLS' ? afterStartTls : '* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\nTAG OK done';
        socket.write(`${answer.replace('TAG', tag)}\r\n`);
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const scene = await openScene();
    const stopping = new AbortController();
    const mailbox = createImapMailbox({
      account: accountAt(port, { security: 'starttls' }),
      settings: { done: 'move', moveTo: 'Acknowledged' },
      tokens: { getToken: () => Promise.reject(new Error('no tokens here')) },
      network: createNetwork({ env: {} }),
      positions: scene.store.collection('positions', positionType),
      systemErrors: scene.systemErrors,
      clock: fastClock(),
      log: quietLog,
      loginRemedy: '',
      limits,
    });
    const reading = (async () => {
      for await (const _ of mailbox.watch(stopping.signal)) assert.unreachable(name);
    })();
    await until('three tries', () => connections >= 3);
    stopping.abort();
    await reading;
    assert.not.match(received, /AUTHENTICATE|LOGIN|SELECT|secret/i, name);
    for (const socket of sockets) socket.destroy();
    server.close();
    await scene.remove();
  }
});

test.run();
