import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { SystemError } from '../../src/core/system-error.js';
import { renderReportHeader } from '../../src/reports/report-header.js';

const url = 'https://login.example.com/authorize?client_id=a&state=b';

const refused: SystemError = {
  code: 'OAUTH_AUTHORIZATION_REQUIRED',
  subject: 'alerts',
  severity: 'critical',
  message: 'Account alerts is not authorized: the password changed',
  remedy: 'Open the authorization URL and sign in as alerts@example.com.',
  authorizationUrl: url,
  since: new Date('2026-03-01T03:05:00Z'),
  count: 3,
};

const hook: SystemError = {
  code: 'ACTION_REFUSED',
  subject: 'chat',
  severity: 'warning',
  message: 'The action chat was refused: 403',
  remedy: 'Check the address.',
  since: new Date('2026-07-01T12:00:00Z'),
  count: 1,
};

test('Without errors there is nothing.', () => {
  assert.equal(renderReportHeader([], 'UTC'), { text: '', html: '', json: [] });
});

test('The text says how many, and of each what, since when, what to do and where.', () => {
  const { text } = renderReportHeader([refused, hook], 'Europe/Berlin');
  assert.equal(text.split('\n'), [
    'Ackmail: 2 system errors',
    '',
    'CRITICAL: account alerts, since 2026-03-01 04:05 CET (OAUTH_AUTHORIZATION_REQUIRED)',
    'Account alerts is not authorized: the password changed',
    'What to do: Open the authorization URL and sign in as alerts@example.com.',
    url,
    '',
    'WARNING: action chat, since 2026-07-01 14:00 CEST (ACTION_REFUSED)',
    'The action chat was refused: 403',
    'What to do: Check the address.',
    '',
  ]);
  assert.match(renderReportHeader([hook], 'UTC').text, /^Ackmail: 1 system error\n/);
});

test('A system error is told of what its subject is: an account, an action or a monitor.', () => {
  const firstLine = (code: SystemError['code']) =>
    renderReportHeader([{ ...hook, code, subject: 'ops' }], 'UTC').text.split('\n')[2];
  assert.match(firstLine('SMTP_REJECTED') ?? '', /^WARNING: action ops,/);
  assert.match(firstLine('SMTP_DEFERRED') ?? '', /^WARNING: account ops,/);
  assert.match(firstLine('ACK_NOT_TAKEN') ?? '', /^WARNING: account ops,/);
  assert.match(firstLine('HOST_REFUSED') ?? '', /^WARNING: monitor ops,/);
  assert.match(firstLine('STORE_UNWRITABLE') ?? '', /^WARNING: ops,/);
});

test('The HTML is a landmark with the same words and a link.', () => {
  const { html } = renderReportHeader([refused], 'UTC');
  assert.match(html, '<section role="region" aria-label="Ackmail: 1 system error"');
  assert.match(html, `href="${url.replace('&', '&amp;')}"`);
  for (const words of [
    'CRITICAL: account alerts',
    '2026-03-01 03:05 UTC',
    'What to do:',
    'the password changed',
  ])
    assert.match(html, words);
  assert.not.match(html, /<style|style=|<script/);
});

test('What a server or a person wrote cannot forge lines, markup or links.', () => {
  const evil = '<img src=x onerror="alert(1)">\r\nCRITICAL: forged\u2028x\u202e\u0000\'';
  for (const authorizationUrl of [
    'javascript:alert(1)',
    'data:text/html,x',
    'https://example.com/\nhttps://evil.example.test/',
    'https://example.com/"onmouseover="x',
    'nonsense',
  ]) {
    const error = { ...refused, subject: evil, message: evil, remedy: evil, authorizationUrl };
    const { text, html, json } = renderReportHeader([error], 'UTC');
    assert.is(text.split('\n').filter((line) => line.startsWith('CRITICAL:')).length, 1);
    assert.not.match(html, /<img|"onmouseover|href="(?!https:)/);
    assert.not.match(text, /[\u0000\u2028\u202e\r]|javascript:|data:|evil/);
    assert.not.match(html, /[\u0000\u2028\u202e\r]|javascript:|data:|evil\./);
    assert.ok(json.every((each) => each.authorizationUrl?.startsWith('https://example.com/"') !== false));
  }
});

test('The JSON has everything, dates in ISO 8601.', () => {
  const [first, second] = JSON.parse(JSON.stringify(renderReportHeader([refused, hook], 'UTC').json));
  assert.equal(first, { ...refused, since: '2026-03-01T03:05:00.000Z' });
  assert.equal(second, { ...hook, since: '2026-07-01T12:00:00.000Z' });
});

test.run();
