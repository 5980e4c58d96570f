import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { listen } from '../../src/console/listen.js';
import { createMonitorRoutes } from '../../src/console/monitor-routes.js';
import { Fault } from '../../src/core/fault.js';
import type { MonitorRoute } from '../../src/core/monitor.js';
import { quietLog } from '../helpers/quiet-log.js';

const secret = 'correct horse battery';

const mount = (handle: MonitorRoute['handle'], over: { secret?: string; insecure?: boolean } = { secret }) =>
  createMonitorRoutes(
    [
      {
        monitor: {
          name: 'prod',
          routes: [
            { path: '', handle },
            { path: '/deep', handle: async () => new Response('deep') },
          ],
          start: async () => {},
          apply: async () => 'acknowledged',
        },
        insecure: false,
        ...over,
      },
    ],
    quietLog,
  );

const echo: MonitorRoute['handle'] = async (request) => new Response(await request.text());
const post = (path: string, authorization?: string, body = 'hello') =>
  new Request(`http://localhost${path}`, {
    method: 'POST',
    body,
    ...(authorization === undefined ? {} : { headers: { authorization } }),
  });
const basic = (user: string, password: string) =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
const bearer = `Bearer ${secret}`;

test('The secret opens a monitor, as Bearer token or as password', async () => {
  const routes = mount(echo);
  for (const authorization of [bearer, `bearer  ${secret}`, basic('', secret), basic('any', secret)]) {
    const answer = await routes(post('/monitors/prod', authorization));
    assert.is(answer.status, 200, authorization);
    assert.is(await answer.text(), 'hello');
  }
  const wrong = [
    undefined,
    '',
    'Bearer',
    'Bearer ',
    `Bearer ${secret}x`,
    `Bearer ${secret.slice(1)}`,
    `Digest ${secret}`,
    secret,
    basic(secret, ''),
    basic(secret, 'x'),
    `Basic ${Buffer.from(secret).toString('base64')}`,
    'Basic %%%',
  ];
  for (const authorization of wrong) {
    const answer = await routes(post('/monitors/prod', authorization));
    assert.is(answer.status, 401, authorization);
    assert.match(answer.headers.get('www-authenticate') ?? '', 'Bearer');
    assert.not.match(await answer.text(), secret);
  }
});

test('A monitor without a secret is closed unless the settings open it out loud', async () => {
  assert.is((await mount(echo, {})(post('/monitors/prod'))).status, 403);
  assert.is((await mount(echo, { insecure: true })(post('/monitors/prod'))).status, 200);
  assert.is((await mount(echo, { insecure: true, secret })(post('/monitors/prod'))).status, 401);
});

test('Paths lead to the route of their monitor or nowhere', async () => {
  const routes = mount(echo);
  assert.is(await (await routes(post('/monitors/prod/deep', bearer))).text(), 'deep');
  assert.is((await routes(post('/monitors/prod/', bearer))).status, 200);
  for (const path of [
    '/monitors/prod/x',
    '/monitors/other',
    '/monitors/',
    '/monitors',
    '/monitors/prodx',
    '/x',
  ])
    assert.is((await routes(post(path, bearer))).status, 404, path);
});

test('A failure of a bridge is answered so that nothing is lost', async () => {
  const thrown = async (error: unknown) =>
    mount(async () => {
      throw error;
    })(post('/monitors/prod', bearer));
  const full = await thrown(new Fault('STORE_UNWRITABLE', { dir: 'data', detail: 'no space left' }));
  assert.is(full.status, 503);
  assert.ok(Number(full.headers.get('retry-after')) > 0);
  assert.match(await full.text(), 'no space left');
  const refused = await thrown(new Fault('HOST_REFUSED', { monitor: 'prod', detail: 'no such receiver' }));
  assert.is(refused.status, 500);
  assert.match(await refused.text(), 'no such receiver');
  for (const odd of [new Error('secret inside'), 'text', undefined, null]) {
    const unknown = await thrown(odd);
    assert.is(unknown.status, 503);
    assert.not.match(await unknown.text(), 'secret inside');
  }
});

test('A body of 50 MB is refused without being read, announced or not', async () => {
  const server = await listen(mount(echo), '127.0.0.1:0');
  try {
    const chunk = Buffer.alloc(1_048_576, 'x');
    for (const headers of [{ 'content-length': 50 * chunk.length }, { 'transfer-encoding': 'chunked' }]) {
      const sent = httpRequest({
        port: server.port,
        method: 'POST',
        path: '/monitors/prod',
        headers: { authorization: bearer, ...headers },
      });
      sent.on('error', () => {});
      const answered = new Promise<IncomingMessage>((resolve) => sent.on('response', resolve));
      const ended = new Promise((resolve) => sent.on('close', resolve));
      let open = true;
      sent.on('response', () => {
        open = false;
      });
      for (let megabytes = 0; megabytes < 50 && open && !sent.destroyed; megabytes += 1) {
        const drained = new Promise((resolve) => sent.once('drain', resolve));
        if (!sent.write(chunk)) await Promise.race([drained, answered, ended]);
        await new Promise((resolve) => setImmediate(resolve));
      }
      if (open) sent.end();
      const response = await answered;
      assert.is(response.statusCode, 413);
      response.setEncoding('utf8');
      let text = '';
      for await (const part of response) text += part;
      assert.match(text, 'larger than 10 MB');
      sent.destroy();
    }
    const nine = await fetch(`http://127.0.0.1:${server.port}/monitors/prod`, {
      method: 'POST',
      headers: { authorization: bearer },
      body: Buffer.alloc(9 * chunk.length, 'y'),
    });
    assert.is((await nine.text()).length, 9 * chunk.length);
  } finally {
    await server.close();
  }
});

test('A body without a length stops being read at its limit', async () => {
  let pulled = 0;
  const body = new ReadableStream({
    pull(controller) {
      pulled += 1;
      if (pulled > 40) return controller.close();
      controller.enqueue(new Uint8Array(1_048_576));
    },
  });
  const endless = new Request('http://localhost/monitors/prod', {
    method: 'POST',
    headers: { authorization: bearer },
    body,
    duplex: 'half',
  });
  assert.is((await mount(echo)(endless)).status, 413);
  assert.ok(pulled < 15, String(pulled));
});

test('A client that goes away in the middle of its body harms nobody', async () => {
  let handled = 0;
  const server = await listen(
    mount(async () => {
      handled += 1;
      return new Response();
    }),
    '127.0.0.1:0',
  );
  try {
    const socket = connect(server.port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write(
      `POST /monitors/prod HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${bearer}\r\nContent-Length: 900\r\n\r\n{"half`,
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.destroy();
    const next = await fetch(`http://127.0.0.1:${server.port}/monitors/prod`, {
      method: 'POST',
      headers: { authorization: bearer },
    });
    assert.is(next.status, 200);
    assert.is(handled, 1);
  } finally {
    await server.close();
  }
});

test.run();
