import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createNetwork } from '../../src/network/create-network.js';
import { beatType } from '../../src/reports/beat-type.js';
import { createHeartbeat } from '../../src/reports/heartbeat.js';
import { openStore } from '../../src/store/open-store.js';
import { fakeClock } from '../helpers/fake-clock.js';
import { until } from '../helpers/until.js';

const minuteMs = 60_000;

/** A heart that beats against a real server, until the task has ended. */
async function withHeart(
  answer: RequestListener,
  task: (heart: Awaited<ReturnType<typeof beating>>) => Promise<void>,
): Promise<void> {
  const heart = await beating(answer);
  try {
    await task(heart);
  } finally {
    await heart.stop();
  }
}

async function beating(answer: RequestListener) {
  const dir = await mkdtemp(join(tmpdir(), 'ackmail-heartbeat-'));
  const clock = fakeClock();
  const store = await openStore({ dir, key: randomBytes(32), clock });
  const calls: string[] = [];
  const server = createServer((request, response) => {
    calls.push(`${request.method} ${request.url}`);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const troubles: string[] = [];
  const lines: string[] = [];
  const line = (_facts: object, message: string) => void lines.push(message);
  const documents = store.collection('heartbeat', beatType);
  const broken = { now: false };
  let looks = 0;
  const heartbeat = createHeartbeat({
    settings: { url: `http://127.0.0.1:${port}/ping/t0ken?key=t0ken`, every: minuteMs },
    document: {
      ...documents,
      put: (name, beat) =>
        broken.now ? Promise.reject(new Error('ENOSPC: no space left on device')) : documents.put(name, beat),
    },
    network: createNetwork({ env: {} }),
    troubles() {
      looks += 1;
      return [...troubles];
    },
    clock,
    log: { debug: line, info: line, warn: line, error: line },
  });
  const stopping = new AbortController();
  const running = heartbeat.start(stopping.signal);
  return {
    ...{ calls, troubles, lines, clock, broken, server, host: `127.0.0.1:${port}` },
    warnings: heartbeat.warnings,
    last: () => documents.get('last'),
    /** Lets a minute pass, and waits until the beat has come to its end. */
    async minute(what: string, look: () => boolean) {
      const before = looks;
      await clock.forward(minuteMs);
      await until(what, () => looks > before && look(), 3_000);
    },
    async stop() {
      stopping.abort();
      await running;
      server.closeAllConnections();
      server.close();
      await store.close();
      await rm(dir, { recursive: true });
    },
  };
}

test('The URL is fetched every minute, the first time after a minute, and what is kept says when.', () =>
  withHeart(
    (_request, response) => response.end('OK'),
    async ({ calls, clock, minute, last, lines, warnings }) => {
      await clock.forward(minuteMs - 1);
      assert.equal(calls, []);
      await clock.forward(1);
      await until('the first beat', () => calls.length === 1);
      await minute('the second beat', () => calls.length === 2);
      await minute('the third beat', () => calls.length === 3);
      assert.is(calls[0], 'GET /ping/t0ken?key=t0ken');
      assert.equal((await last())?.at, clock.now());
      assert.equal(warnings(), []);
      assert.equal(lines, []);
    },
  ));

test('It is not fetched while anything is wrong, says what, and goes on when that is mended.', () =>
  withHeart(
    (_request, response) => response.end(),
    async ({ calls, minute, troubles, broken, warnings, lines }) => {
      troubles.push('one thing', 'another');
      await minute('the warning', () => warnings().length > 0);
      assert.equal(warnings(), ['The heartbeat is held back: one thing; another.']);
      await minute('nothing new', () => true);
      assert.is(lines.length, 1);
      troubles.length = 0;
      await minute('the beat', () => calls.length === 1 && warnings().length === 0);

      broken.now = true;
      await minute('the warning', () => warnings().length > 0);
      assert.match(warnings()[0] ?? '', 'no document can be written (ENOSPC');
      assert.is(calls.length, 1);
      broken.now = false;
      await minute('the beat', () => calls.length === 2 && warnings().length === 0);
    },
  ));

test('That nobody takes it is a warning, once in the log, and tells nothing of the URL but its host.', () => {
  let answer: RequestListener = (_request, response) => response.writeHead(503).end();
  return withHeart(
    (request, response) => answer(request, response),
    async ({ calls, host, minute, warnings, lines, server }) => {
      await minute('the warning', () => warnings().length > 0);
      assert.equal(warnings(), [`The heartbeat is not taken: ${host} answers HTTP 503.`]);
      await minute('the second try', () => calls.length === 2);
      answer = (_request, response) => response.writeHead(302, { location: '/elsewhere' }).end();
      await minute('the redirect', () => warnings()[0]?.includes('HTTP 302') === true);
      assert.is(calls.length, 3);
      answer = (request) => request.socket.destroy();
      await minute('the lost connection', () => !warnings()[0]?.includes('HTTP'));
      answer = (_request, response) => response.end();
      await minute('the beat', () => warnings().length === 0);
      server.close();
      server.closeAllConnections();
      await minute('the refusal', () => warnings()[0]?.includes('ECONNREFUSED') === true);
      assert.is(lines.filter((line) => line.includes('HTTP 503')).length, 1);
      assert.is(lines.filter((line) => line.includes('heard again')).length, 1);
      assert.not.match(`${lines.join()} ${warnings().join()}`, /t0ken|ping/);
    },
  );
});

test('A stop ends a beat that hangs.', () =>
  withHeart(
    () => {},
    async ({ calls, minute, lines }) => {
      await minute('the call', () => calls.length === 1);
      assert.equal(lines, []);
    },
  ));

test.run();
