import { inspect } from 'node:util';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { idToken, startTokenEndpoint, type TokenReply } from '../helpers/token-endpoint.js';
import { faultOf, redirectUri, secret, startFixture } from './fixture.js';

const endpoint = await startTokenEndpoint();
const oauth = { authorizationUrl: 'http://127.0.0.1:1/auth', tokenUrl: endpoint.url };

test.after(() => endpoint.close());

test('No token, code or secret reaches a fault, the log, a system error or a file.', async () => {
  const fixture = await startFixture({ oauth, timeLimitMs: 300 });
  const seen: string[] = [];
  const provoke = async (work: Promise<unknown>) => {
    const fault = await faultOf(work);
    seen.push(inspect(fault, { depth: 12 }), JSON.stringify(fault), fault.stack ?? '');
  };
  const claims = {
    iss: 'https://login.example.com',
    sub: 's',
    aud: 'ackmail',
    preferred_username: 'mallory@example.com',
  };
  const nowS = fixture.clock.now().getTime() / 1_000;
  // A server may say back what it was sent.
  const leaky = (error: string, sent: string, status = 400): TokenReply => ({
    status,
    body: { error, error_description: `you sent ${sent} ${secret} ${encodeURIComponent(secret)}` },
  });
  const failures = (sent: string): readonly TokenReply[] => [
    leaky('invalid_request', sent),
    leaky('temporarily_unavailable', sent, 503),
    { status: 500, body: `<html>${secret} ${sent}</html>` },
    { body: `${sent} ${secret}` },
    { headers: { 'content-type': 'application/json' }, body: `${sent} ${secret}` },
    { wait: 'forever' },
    leaky('invalid_client', sent, 401),
    leaky('invalid_grant', sent),
    leaky('interaction_required', sent),
  ];
  const given = { access_token: 'access-0', refresh_token: 'refresh-0', expires_in: 3_600 };
  const somebodyElse = idToken({ ...claims, iat: nowS, exp: nowS + 60, nonce: 'x' });
  const callback = async (code: string) => {
    const state = new URL(await fixture.manager.authorizationUrl('alerts')).searchParams.get('state') ?? '';
    return `${redirectUri}?code=${code}&state=${state}`;
  };
  // Another code where tokens came, since none is redeemed twice.
  for (const [code, reply] of [
    ...failures('code-0').map((failure) => ['code-0', failure] as const),
    ['code-0-a', { body: { ...given, id_token: somebodyElse } }],
    ['code-0-b', { body: { ...given, id_token: 'refresh-0' } }],
  ] as const) {
    const url = await callback(code);
    endpoint.answer(reply);
    await provoke(fixture.manager.complete(url));
  }
  endpoint.answer({ body: given });
  await fixture.manager.complete(await callback('code-0-c'));
  const verifiers = endpoint.requests
    .map(({ parameters }) => parameters['code_verifier'] ?? '')
    .filter(Boolean);
  assert.is(new Set(verifiers).size > 1, true);

  for (const reply of failures('refresh-0')) {
    await fixture.clock.forward(2 * 3_600_000);
    endpoint.answer(reply);
    await provoke(fixture.manager.getToken('alerts'));
    seen.push(JSON.stringify(await fixture.manager.status('alerts')));
  }
  seen.push(...fixture.logged, JSON.stringify([...fixture.standing.values()]), await fixture.files());
  const everything = seen.join('\n');
  for (const radioactive of [
    secret,
    encodeURIComponent(secret),
    'code-0',
    'access-0',
    'refresh-0',
    ...verifiers,
  ])
    assert.not.ok(
      everything.includes(radioactive),
      `${radioactive} is told: ${around(everything, radioactive)}`,
    );
  await fixture.close();
});

function around(text: string, part: string): string {
  const index = text.indexOf(part);
  return text.slice(Math.max(0, index - 200), index + 200);
}

test.run();
