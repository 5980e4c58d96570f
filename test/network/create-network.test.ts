import { once } from 'node:events';
import { type Agent, createServer } from 'node:http';
import { createServer as createTlsServer, get } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createNetwork } from '../../src/network/create-network.js';
import { proxyFromEnvironment } from '../../src/network/proxy-from-environment.js';
import { testCertificate } from '../helpers/certificate.js';

test('The proxy of the environment is used but for NO_PROXY and loopback.', () => {
  const env = {
    HTTPS_PROXY: 'http://proxy.example.com:3128',
    no_proxy: '.internal.example.com, direct.example.com:993',
  };
  assert.is(proxyFromEnvironment('https://login.example.com/token', env), env.HTTPS_PROXY);
  assert.is(proxyFromEnvironment('smtp://smtp.example.com:587', env), env.HTTPS_PROXY);
  assert.is(proxyFromEnvironment('https://a.internal.example.com/', env), undefined);
  assert.is(proxyFromEnvironment('imap://direct.example.com:993', env), undefined);
  assert.is(proxyFromEnvironment('imap://direct.example.com:143', env), env.HTTPS_PROXY);
  assert.is(proxyFromEnvironment('http://127.0.0.1:9093', { HTTP_PROXY: 'proxy:1' }), undefined);
  assert.is(proxyFromEnvironment('http://[::1]:9093', { HTTP_PROXY: 'proxy:1' }), undefined);
  assert.is(proxyFromEnvironment('http://127.example.com', { HTTP_PROXY: 'proxy:1' }), 'http://proxy:1');
  assert.is(proxyFromEnvironment('http://monitor.example.com', { http_proxy: 'proxy:1' }), 'http://proxy:1');
});

test('The proxy of the settings goes before the environment, NO_PROXY holds for it too.', () => {
  const env = { HTTPS_PROXY: 'http://other:1', NO_PROXY: 'example.com' };
  assert.is(proxyFromEnvironment('https://example.org/', env, 'http://chosen:2'), 'http://chosen:2');
  assert.is(proxyFromEnvironment('https://www.example.com/', env, 'http://chosen:2'), undefined);
});

test('A private CA is honoured, by fetch, by an agent and through a proxy.', async () => {
  const { key, cert } = await testCertificate();
  const server = createTlsServer({ key, cert }, (_, response) => response.end('here'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const asked: string[] = [];
  const proxy = createServer();
  proxy.on('connect', (request, socket) => {
    asked.push(request.url ?? '');
    const upstream = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      socket.pipe(upstream).pipe(socket);
    });
    upstream.on('error', () => socket.destroy());
    socket.on('error', () => upstream.destroy());
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const proxyUrl = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;

  try {
    const straight = createNetwork({ ca: [cert], env: {} });
    assert.is(await (await straight.fetch(`https://localhost:${port}/`)).text(), 'here');
    assert.ok(straight.agent(`https://localhost:${port}/`));
    await createNetwork({ env: {} })
      .fetch(`https://localhost:${port}/`)
      .then(
        () => assert.unreachable(),
        (error: Error) => assert.match(String(error.cause), /certificate/),
      );

    // The name in the certificate is localhost, which is never reached by a proxy: an alias stands in.
    const proxied = createNetwork({ ca: [cert], proxy: proxyUrl, env: {} });
    await proxied.fetch(`https://mail.example.test:${port}/`).then(
      () => assert.unreachable(),
      () => undefined,
    );
    assert.equal(asked, [`mail.example.test:${port}`]);
    const agent = proxied.agent('https://mail.example.test/');
    assert.is(await statusBy(agent, port), 200);
    assert.equal(asked, [`mail.example.test:${port}`, `mail.example.test:${port}`]);
  } finally {
    server.close();
    server.closeAllConnections();
    proxy.close();
    proxy.closeAllConnections();
  }
});

function statusBy(agent: Agent | undefined, port: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const to = { host: 'mail.example.test', port, servername: 'localhost', agent };
    get(to, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).on('error', reject);
  });
}

test('Redirects are not followed by themselves.', async () => {
  const server = createServer((_, response) =>
    response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const response = await createNetwork({ env: {} }).fetch(`http://127.0.0.1:${port}/`);
  assert.is(response.status, 302);
  server.close();
  server.closeAllConnections();
});

test.run();
