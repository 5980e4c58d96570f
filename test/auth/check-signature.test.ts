import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CompactSign, exportJWK, generateKeyPair } from 'jose';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { checkSignature } from '../../src/auth/check-signature.js';
import type { Network } from '../../src/core/network.js';
import { createNetwork } from '../../src/network/create-network.js';
import { startAuthorizationServer } from '../helpers/authorization-server.js';
import { faultOf, redirectUri, secret, startFixture } from './fixture.js';

const network = createNetwork({ env: {} });
let answer: { readonly status?: number; readonly body: string } | 'forever' = { body: '' };
const server = createServer((_, response) => {
  if (answer !== 'forever') response.writeHead(answer.status ?? 200).end(answer.body);
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const jwksUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`;

test.after(() => {
  server.close();
  server.closeAllConnections();
});

const [own, other] = await Promise.all([generateKeyPair('RS256'), generateKeyPair('RS256')]);
const jwk = async ({ publicKey }: typeof own, more: object = {}) => ({
  ...(await exportJWK(publicKey)),
  ...more,
});
const claims = new TextEncoder().encode('{"sub":"somebody"}');
const sign = (key: Parameters<CompactSign['sign']>[0], header: { alg: string; kid?: string }) =>
  new CompactSign(claims).setProtectedHeader(header).sign(key);
const check = (idToken: string, more: object = {}) =>
  checkSignature(idToken, { jwksUrl, network, timeLimitMs: 300, ...more });
const show = (...keys: readonly unknown[]) => {
  answer = { body: JSON.stringify({ keys }) };
};

test('A signature by a key of the issuer is good, by any other it is wrong.', async () => {
  show(await jwk(own, { kid: 'a' }));
  assert.is(await check(await sign(own.privateKey, { alg: 'RS256', kid: 'a' })), 'good');
  assert.is(await check(await sign(own.privateKey, { alg: 'RS256' })), 'good');
  assert.is(await check(await sign(other.privateKey, { alg: 'RS256', kid: 'a' })), 'wrong');
  assert.is(await check(await sign(other.privateKey, { alg: 'RS256', kid: 'b' })), 'wrong');
  assert.is(await check(await sign(other.privateKey, { alg: 'RS256' })), 'wrong');
  const [header, , signature] = (await sign(own.privateKey, { alg: 'RS256', kid: 'a' })).split('.');
  const changed = Buffer.from('{"sub":"mallory"}').toString('base64url');
  assert.is(await check(`${header}.${changed}.${signature}`), 'wrong');
});

test('Where several keys fit, one of them must have signed.', async () => {
  show(await jwk(other), await jwk(own));
  assert.is(await check(await sign(own.privateKey, { alg: 'RS256' })), 'good');
  const third = await generateKeyPair('RS256');
  assert.is(await check(await sign(third.privateKey, { alg: 'RS256' })), 'wrong');
});

test('Where there are keys, a token that is signed by none of them, or not at all, is wrong.', async () => {
  show(await jwk(own));
  const part = (text: string) => Buffer.from(text).toString('base64url');
  assert.is(await check(`${part('{"alg":"none"}')}.${part('{}')}.`), 'wrong');
  assert.is(await check(`${part('{}')}.${part('{}')}.${part('x')}`), 'wrong');
  // The public key taken for a secret.
  const confused = await sign(new TextEncoder().encode(JSON.stringify(await jwk(own))), { alg: 'HS256' });
  assert.is(await check(confused), 'wrong');
  for (const text of ['', 'x', '..', 'x'.repeat(100_000)]) assert.is(await check(text), 'wrong');
});

test('A token that is signed with the client secret is checked with it.', async () => {
  const clientSecret = 'a-secret-of-more-than-thirty-two-octets';
  const octets = new TextEncoder().encode(clientSecret);
  assert.is(await check(await sign(octets, { alg: 'HS256' }), { clientSecret }), 'good');
  const wrong = await sign(new TextEncoder().encode(`${clientSecret}!`), { alg: 'HS256' });
  assert.is(await check(wrong, { clientSecret }), 'wrong');
});

test('Keys that cannot be had are no reason to refuse anybody.', async () => {
  const token = await sign(own.privateKey, { alg: 'RS256' });
  assert.is(await checkSignature(token, { network, timeLimitMs: 300 }), 'unknown');
  for (const next of [
    { status: 500, body: '' },
    { status: 404, body: JSON.stringify({ keys: [await jwk(other)] }) },
    { body: '<html>' },
    { body: '{}' },
    { body: '{"keys":[]}' },
    { body: '{"keys":[1]}' },
    { body: 'x'.repeat(5_000_000) },
    'forever',
  ] as const) {
    answer = next;
    assert.is(await check(token), 'unknown', JSON.stringify(next).slice(0, 60));
  }
  assert.is(await check(token, { jwksUrl: 'http://127.0.0.1:1/keys' }), 'unknown');
});

test('At a sign-in a wrong signature refuses, and keys that cannot be had do not.', async () => {
  const user = 'alerts@example.com';
  const provider = await startAuthorizationServer({
    users: [user],
    clientId: 'ackmail',
    clientSecret: secret,
    redirectUris: [redirectUri],
  });
  const oauth = { issuer: provider.issuer };
  const keysFrom = (keys: (url: string) => Promise<Response>): Network => ({
    ...network,
    fetch: (url, init) => (url.endsWith('/jwks') ? keys(url) : network.fetch(url, init)),
  });
  let asked = 0;
  const right = keysFrom(async (url) => {
    asked += 1;
    return network.fetch(url);
  });
  const wrong = keysFrom(async () => Response.json({ keys: [await jwk(other)] }));
  const none = keysFrom(async () => {
    throw new Error('no way');
  });
  for (const [how, refused] of [
    [right, false],
    [none, false],
    [wrong, true],
  ] as const) {
    const fixture = await startFixture({ oauth, network: how });
    const callback = await provider.signIn(await fixture.manager.authorizationUrl('alerts'), user);
    if (refused) {
      const fault = await faultOf(fixture.manager.complete(callback));
      assert.is(fault.code, 'OAUTH_RESTART');
      assert.match(fault.message, 'not signed by the provider');
      assert.is((await fixture.grants.get('alerts'))?.refreshToken, undefined);
    } else assert.is((await fixture.manager.complete(callback)).user, user);
    await fixture.close();
  }
  assert.is(asked, 1);
  await provider.close();
});

test.run();
