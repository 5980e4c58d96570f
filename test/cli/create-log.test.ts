import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createLog } from '../../src/cli/create-log.js';
import { redact } from '../../src/cli/redact.js';
import { Fault } from '../../src/core/fault.js';

const jwt = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJlLXNpZ25hdHVyZQ';

const logged = (write: (log: ReturnType<typeof createLog>) => void, level: 'debug' | 'info' = 'info') => {
  let text = '';
  write(
    createLog(
      {
        write: (line) => {
          text += line;
        },
      },
      level,
    ),
  );
  return text;
};

test('A line of the log is JSON that names time, level and message', () => {
  const line: unknown = JSON.parse(logged((log) => log.info({ account: 'alerts' }, 'Signed in')));
  assert.match(
    JSON.stringify(line),
    /"level":"info","time":"\d{4}-.*Z","account":"alerts","msg":"Signed in"/,
  );
  assert.is(
    logged((log) => log.debug({}, 'x')),
    '',
  );
});

test('No secret reaches the log, whatever hangs on an error', () => {
  const error = Object.assign(new Error(`refused: Bearer ${jwt}`), {
    request: 'HANGING',
    config: { auth: { password: 'HANGING' } },
    data: { payload: { refresh_token: 'HANGING' } },
    cause: { client_secret: 'HANGING' },
  });
  const fault = new Fault('OAUTH_TEMPORARY', { account: 'alerts', detail: 'x' }, error);
  for (const level of ['info', 'debug'] as const) {
    const text = logged((log) => {
      log.error({ err: error }, 'first');
      log.error({ err: fault }, 'second');
    }, level);
    assert.not.match(text, /HANGING|eyJ/);
    assert.match(text, '"code":"OAUTH_TEMPORARY"');
  }
});

test('What looks like a secret is taken out of a text, and nothing else', () => {
  const secrets = [
    `token ${jwt} end`,
    'Authorization: Bearer abcdefghijkl',
    'AUTH XOAUTH2 dXNlcj1hbGVydHM=',
    'client_secret=SECRET&grant_type=x',
    'http://localhost/oauth/callback?code=SECRET&state=SECRET',
    '{"refresh_token":"SECRET","access_token": "SECRET"}',
    '{\\"password\\":\\"SECRET\\"}',
    'https://user:SECRET@proxy.example.com/',
    'http%3A%2F%2Flocalhost%3Fcode%3DSECRET',
    'token=SECRET;path=%3Fclient_secret%3DSECRET%26state%3DSECRET',
    '{"clientSecret":"SECRET","client-secret":"SECRET","apiKey" : "SECRET"}',
    '{"password":"SECRET\\"SECRET"}',
    '{"headers":{"Authorization":"SECRET","Set-Cookie":"__Host-x=SECRET","x-api-key":"SECRET"}}',
    "{ client_secret: 'SECRET', nested: { refreshToken: 'it\\'s SECRET' }, pass: 'SECRET' }",
    "{ 'x-api-key': 'SECRET' }",
    'password: SECRET\nnext: line',
    'Cookie: __Host-ackmail=SECRET; other=SECRET',
    'Proxy-Authorization: Negotiate SECRET',
    'connect http://user:SE@CRET/SECRET@proxy.example.com:3128 failed',
    'https://SECRETSECRET@example.com/',
    'smtp://a:SECRET@mail.example.com:587',
    '-----BEGIN PRIVATE KEY-----\nSECRET\n-----END PRIVATE KEY-----',
    '-----BEGIN RSA PRIVATE KEY-----\nSECRET',
    'got ya29.SECRET_SECRET-SECRET and 1//0SECRETSECRET and GOCSPX-SECRETSECRET',
    'https://hooks.slack.com/services/SECRET/SECRET/SECRET',
    `M.C507_BAY.0.U.-SECRET${'a'.repeat(60)}`,
  ];
  for (const text of secrets) {
    const clean = redact(text);
    assert.not.match(clean, /SECRET|eyJ|abcdefghijkl|dXNlcj/, text);
    assert.match(clean, '[redacted]', text);
  }
  for (const text of [
    'The account alerts is not authorized: AADSTS70008: the code has expired.',
    'at http://127.0.0.1:8025/monitors/prod',
    '{"code":"SMTP_DEFERRED","msg":"Bearer of news"}',
    'mailto:alerts@example.com',
    'ackmail.yaml:5: monitors.prod.secret: is missing (string)',
    'accounts.alerts.clientSecret: is missing; give it',
    'http://127.0.0.1:8025/monitors/prod?to=alerts@example.com',
    'Account relay has grant: password; there is nothing to authorize.',
    'The token endpoint does not answer: connect ECONNREFUSED 127.0.0.1:443',
    'the password of alerts@example.com was changed',
    '{"account":"alerts","code":"OAUTH_TEMPORARY","state":"degraded"}',
    'AADSTS7000222: the client secret has expired (1.5 days ago)',
  ])
    assert.is(redact(text), text);
});

test('No text makes the net slow', () => {
  const hostile = [
    'a.'.repeat(200_000),
    '\\'.repeat(400_000),
    `-----BEGIN ${'A'.repeat(400_000)}`,
    '-----BEGIN PRIVATE KEY-----'.repeat(15_000),
    'x://a:'.repeat(70_000),
    '"token":"'.repeat(50_000),
    'token: '.repeat(60_000),
    "password: '".repeat(40_000),
    'eyJaaaaaaaa.'.repeat(40_000),
    'Bearer '.repeat(60_000),
    '%3Fcode%3D'.repeat(40_000),
    `M.C1_${'a'.repeat(400_000)}`,
  ];
  for (const text of hostile) {
    const startedAt = performance.now();
    redact(text);
    const tookMs = performance.now() - startedAt;
    assert.ok(tookMs < 1_500, `${text.slice(0, 30)} took ${tookMs} ms`);
  }
});

test.run();
