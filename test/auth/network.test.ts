import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer, globalAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { promisify } from 'node:util';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { authorizationUrl } from '../../src/auth/authorization-url.js';
import { discover } from '../../src/auth/discovery.js';
import { createTokenClient } from '../../src/auth/token-client.js';
import { systemClock } from '../../src/core/clock.js';
import type { Network } from '../../src/core/network.js';
import { createNetwork } from '../../src/network/create-network.js';
import { testCertificate } from '../helpers/certificate.js';
import { startTokenEndpoint } from '../helpers/token-endpoint.js';
import { secret, waitFor } from './fixture.js';

const certificate = await testCertificate();
const endpoint = await startTokenEndpoint(certificate);
const plain = await startTokenEndpoint();
const direct = createNetwork({ env: {} });
const trusting: Network = {
  ...direct,
  agent: () => new HttpsAgent({ ca: [certificate.cert], keepAlive: true, maxSockets: 1 }),
};

test.after(async () => {
  await Promise.all([endpoint.close(), plain.close()]);
  globalAgent.destroy();
});

const client = (network: Network, tokenUrl: string, clientAuthentication: 'body' | 'header' = 'body') =>
  createTokenClient({
    oauth: {
      clientId: 'ack mail',
      clientSecret: secret,
      scope: 'openid',
      redirectUri: 'http://localhost/cb',
      authorizationParameters: {},
    },
    endpoints: { tokenUrl, sendsIssuer: false, clientAuthentication },
    network,
    clock: systemClock,
    timeLimitMs: 2_000,
  });
const refresh = (network: Network, tokenUrl: string, clientAuthentication?: 'body' | 'header') =>
  client(
    network,
    tokenUrl,
    clientAuthentication,
  )({
    grant: 'refresh_token',
    refreshToken: 'r',
    scope: 'openid',
  });

test('A proxy is used, and the CONNECT goes to the token endpoint.', async () => {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const proxy = createServer((_, response) => response.writeHead(405).end());
  proxy.on('connect', (request, client: Socket) => {
    asked.push(request.url ?? '');
    const { hostname, port } = new URL(`http://${request.url}`);
    const upstream = connect(Number(port), hostname, () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n');
      client.pipe(upstream).pipe(client);
    });
    for (const socket of [client, upstream]) sockets.add(socket.on('error', () => socket.destroy()));
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const { port } = proxy.address() as AddressInfo;
  const agent = new HttpsProxyAgent(`http://127.0.0.1:${port}`);
  // Its constructor takes a ca for the proxy alone.
  Object.assign(agent.options, { ca: [certificate.cert] });
  for (const url of [endpoint.url, plain.url])
    assert.ok((await refresh({ ...direct, agent: () => agent }, url)).ok, url);
  assert.equal(asked, [new URL(endpoint.url).host, new URL(plain.url).host]);
  for (const socket of sockets) socket.destroy();
  proxy.close();
});

test('A private CA is trusted by the agent, and by nothing else; connections are kept.', async () => {
  const outcome = await refresh(direct, endpoint.url);
  assert.not(outcome.ok);
  assert.is(outcome.ok ? '' : outcome.refusal.class, 'transient');
  const agent = new HttpsAgent({ ca: [certificate.cert], keepAlive: true, maxSockets: 1 });
  const kept: Network = { ...direct, agent: () => agent };
  const before = endpoint.requests.length;
  for (let round = 0; round < 5; round += 1) assert.ok((await refresh(kept, endpoint.url)).ok);
  assert.is(endpoint.requests.length, before + 5);
  await waitFor(() => Object.values(agent.freeSockets).flat().length > 0, 'the socket is free again');
  const free = Object.values(agent.freeSockets).flat();
  assert.is(free.length, 1, 'one socket, in the very agent that was given');
  agent.destroy();
});

test('The path and query of the token endpoint are kept, and the secret goes where the server wants it.', async () => {
  assert.ok((await refresh(trusting, endpoint.url)).ok);
  const inBody = endpoint.requests.at(-1);
  assert.is(inBody?.parameters['client_secret'], secret);
  assert.is(inBody?.headers.authorization, undefined);
  assert.ok((await refresh(trusting, endpoint.url, 'header')).ok);
  const inHeader = endpoint.requests.at(-1);
  assert.is(inHeader?.parameters['client_secret'], undefined);
  const [name, value] = Buffer.from(inHeader?.headers.authorization?.slice(6) ?? '', 'base64')
    .toString()
    .split(':');
  assert.is(name, 'ack+mail');
  assert.is(decodeURIComponent(value ?? ''), secret);
});

test('The authorization URL keeps the query of the endpoint, and nothing overrides what is ours.', () => {
  const oauth = {
    clientId: 'ackmail',
    scope: 'openid',
    redirectUri: 'http://localhost/cb',
    authorizationParameters: { state: 'fixed', prompt: 'select_account' },
  };
  const url = authorizationUrl('https://login.example.com/a?p=policy', oauth, {
    state: 's',
    nonce: 'n',
    redirectUri: 'http://localhost/cb',
    verifier: 'v',
    loginHint: 'a@example.com',
  });
  const query = new URL(url).searchParams;
  assert.equal([query.get('p'), query.get('state'), query.get('prompt')], ['policy', 's', 'select_account']);
});

test('A secret that cannot be sent asks an administrator, and is not shown.', async () => {
  const outcome = await createTokenClient({
    oauth: {
      clientId: 'ackmail',
      clientSecret: 'geheim-ü-8Q',
      scope: '',
      redirectUri: 'http://localhost/',
      authorizationParameters: {},
    },
    endpoints: { tokenUrl: plain.url, sendsIssuer: false, clientAuthentication: 'body' },
    network: direct,
    clock: systemClock,
    timeLimitMs: 1_000,
  })({ grant: 'refresh_token', refreshToken: 'r', scope: '' });
  assert.not(outcome.ok);
  assert.is(outcome.ok ? '' : outcome.refusal.class, 'administrator');
  assert.not.match(JSON.stringify(outcome), 'geheim');
});

test('DEBUG does not make the library print secrets and tokens.', async () => {
  const script = `
    import { createTokenClient } from './src/auth/token-client.ts';
    import { systemClock } from './src/core/clock.ts';
    const ask = createTokenClient({
      oauth: { clientId: 'ackmail', clientSecret: 'radioactive-secret', scope: 'openid', redirectUri: 'x', authorizationParameters: {} },
      endpoints: { tokenUrl: '${plain.url}', sendsIssuer: false, clientAuthentication: 'body' },
      network: { fetch, agent: () => undefined, proxyFor: () => undefined },
      clock: systemClock,
      timeLimitMs: 5000,
    });
    const outcome = await ask({ grant: 'refresh_token', refreshToken: 'radioactive-token', scope: 'openid' });
    console.log(outcome.ok);
  `;
  for (const debug of ['*', 'simple-oauth2*', 'other,simple-oauth2:client']) {
    const { stdout, stderr } = await promisify(execFile)(
      process.execPath,
      ['--import', 'tsx', '--input-type=module', '-e', script],
      { env: { ...process.env, DEBUG: debug, NODE_NO_WARNINGS: '1' } },
    );
    assert.match(stdout, 'true');
    assert.not.match(stdout + stderr, 'radioactive');
  }
});

test('Discovery takes only what fits the issuer.', async () => {
  let answer: { status?: number; body: string } = { body: '' };
  const server = createServer((_, response) => response.writeHead(answer.status ?? 200).end(answer.body));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}/tenant/v2.0`;
  const good = {
    issuer: issuer.replace('tenant', '1234'),
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
  };
  const ask = (body: unknown, status = 200) => {
    answer = { status, body: typeof body === 'string' ? body : JSON.stringify(body) };
    return discover(issuer, direct, 1_000);
  };
  assert.is((await ask(good)).clientAuthentication, 'header');
  const post = await ask({
    ...good,
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
  });
  assert.is(post.clientAuthentication, 'body');
  const rejects = async (body: unknown, why: string, status = 200) => {
    const thrown = await ask(body, status).then(() => 'nothing', String);
    assert.match(thrown, why);
  };
  await rejects({ ...good, issuer: 'https://evil.example.com' }, 'another issuer');
  await rejects({ ...good, token_endpoint: undefined }, 'does not name');
  await rejects({ ...good, token_endpoint: 'javascript:alert(1)' }, 'does not name');
  await rejects('<html>', 'not JSON');
  await rejects(good, 'HTTP 302', 302);
  await rejects(good, 'HTTP 500', 500);
  server.close();
  server.closeAllConnections();

  const secure: Network = {
    ...direct,
    fetch: async () => new Response(JSON.stringify({ ...good, issuer: 'https://login.example.com' })),
  };
  const downgraded = await discover('https://login.example.com', secure, 1_000).then(() => 'nothing', String);
  assert.match(downgraded, 'without https');
});

test.run();
