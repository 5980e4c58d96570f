import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { listen } from '../../src/console/listen.js';
import { Fault } from '../../src/core/fault.js';

const hello = async () => new Response('hello');

test('A port answers, and tells who asks', async () => {
  const server = await listen(async (_, { peer }) => new Response(peer), '127.0.0.1:0');
  const answer = await fetch(`http://127.0.0.1:${server.port}/`);
  assert.is(await answer.text(), '127.0.0.1');
  await server.close();
});

test('A port that is taken is told with its number and what to do', async () => {
  const server = await listen(hello, '127.0.0.1:0');
  try {
    await listen(hello, `127.0.0.1:${server.port}`);
    assert.unreachable();
  } catch (thrown) {
    assert.instance(thrown, Fault);
    if (!(thrown instanceof Fault)) return;
    assert.is(thrown.code, 'CONFIG_LISTEN');
    assert.match(thrown.message, `127.0.0.1:${server.port}`);
    assert.match(thrown.message, 'another program has this port');
    assert.match(thrown.remedy, 'http.listen');
  }
  await server.close();
});

test('An address that cannot be had is told', async () => {
  for (const address of ['192.0.2.1:0', '127.0.0.1:99999', 'no-such-host.invalid:0']) {
    try {
      (await listen(hello, address)).close();
      assert.unreachable(address);
    } catch (thrown) {
      assert.instance(thrown, Fault, address);
    }
  }
});

test('Closing ends in bounded time, whoever hangs on', async () => {
  const server = await listen(() => new Promise(() => {}), '127.0.0.1:0');
  const silent = connect(server.port, '127.0.0.1');
  silent.on('error', () => {});
  const waiting = connect(server.port, '127.0.0.1');
  waiting.on('error', () => {});
  await Promise.all([once(silent, 'connect'), once(waiting, 'connect')]);
  waiting.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  const gone = new Promise((resolve) => waiting.on('close', resolve));
  const startedAt = Date.now();
  await server.close();
  assert.ok(Date.now() - startedAt < 4_000);
  await gone;
});

test('The globals of the host stay as they are', async () => {
  const before = globalThis.Request;
  const server = await listen(hello, '127.0.0.1:0');
  assert.is(globalThis.Request, before);
  await server.close();
});

test.run();
