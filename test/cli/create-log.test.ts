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
  ])
    assert.is(redact(text), text);
});

test.run();
