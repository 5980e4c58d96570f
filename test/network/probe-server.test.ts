import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { TestStep } from '../../src/core/server-test.js';
import { createNetwork } from '../../src/network/create-network.js';
import { probeServer } from '../../src/network/probe-server.js';

const network = createNetwork({ env: {} });

async function probe(
  kind: 'smtp' | 'imap',
  talk: (socket: Socket) => void,
  pauseMs = 0,
): Promise<TestStep[]> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    talk(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const steps: TestStep[] = [];
  const target = { host: '127.0.0.1', port, security: 'starttls', user: 'nobody' } as const;
  for await (const step of probeServer(kind, target, network)) {
    steps.push(step);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  server.close();
  for (const socket of sockets) socket.destroy();
  return steps;
}

test('A connection that is reset while nobody looks fails the next step, and nothing else.', async () => {
  const steps = await probe('smtp', (socket) => setTimeout(() => socket.resetAndDestroy(), 20), 100);
  assert.equal(
    steps.map(({ step, ok }) => [step, ok]),
    [
      ['name', true],
      ['tcp', true],
      ['tls', false],
    ],
  );
  assert.match(steps.at(-1)?.remedy ?? '', 'smtp.security');
});

test('A server that refuses STARTTLS is told, with its words.', async () => {
  const steps = await probe('imap', (socket) => {
    socket.write('* OK ready\r\n');
    socket.on('data', (line) => {
      const [tag, command] = line.toString().trim().split(' ');
      socket.write(
        command === 'STARTTLS'
          ? `${tag} BAD no such thing\r\n`
          : `* CAPABILITY IMAP4rev1\r\n${tag} OK done\r\n`,
      );
    });
  });
  const last = steps.at(-1);
  assert.is(last?.ok, false);
  assert.match(last?.detail ?? '', 'a2 BAD no such thing');
});

test('A port that nobody listens on, and a name that nobody has, end at their step.', async () => {
  const target = { port: 1, security: 'tls', user: 'nobody' } as const;
  const last = async (host: string) => {
    let seen: TestStep | undefined;
    for await (const step of probeServer('smtp', { ...target, host }, network)) seen = step;
    return seen;
  };
  assert.is((await last('127.0.0.1'))?.step, 'tcp');
  const unnamed = await last('no-such-host.invalid');
  assert.is(unnamed?.step, 'name');
  assert.match(unnamed?.remedy ?? '', 'Check the spelling of no-such-host.invalid');
});

test.run();
