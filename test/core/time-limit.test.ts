import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { timeLimit } from '../../src/core/time-limit.js';
import { collectGarbage } from '../helpers/collect-garbage.js';
import { until } from '../helpers/until.js';

/** Asks a server that never answers, and returns what ended that, after memory was tidied meanwhile. */
async function endOf(limit: () => AbortSignal, meanwhile: () => void = () => {}): Promise<string> {
  const server = createServer(() => {}).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    let end = '';
    fetch(`http://127.0.0.1:${port}/`, { signal: limit() }).catch((thrown) => {
      end = thrown.name;
    });
    await collectGarbage();
    meanwhile();
    return await until('the end of the request', () => end, 3_000);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

test('A server that never answers is given up, though memory was tidied meanwhile', async () => {
  const { signal } = new AbortController();
  assert.is(await endOf(() => timeLimit(300)), 'TimeoutError');
  assert.is(await endOf(() => timeLimit(300, signal)), 'TimeoutError');
});

test('Who gives up earlier is heard, though memory was tidied meanwhile', async () => {
  const stopping = new AbortController();
  assert.is(
    await endOf(
      () => timeLimit(60_000, stopping.signal),
      () => stopping.abort(),
    ),
    'AbortError',
  );
});

test.run();
