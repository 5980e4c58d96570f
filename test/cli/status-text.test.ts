import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { statusText } from '../../src/cli/status-text.js';
import type { WireStatus } from '../../src/cli/wire-status.js';
import { fakeClock } from '../helpers/fake-clock.js';

const clock = fakeClock(new Date('2026-03-01T03:00:00Z'));
const at = (time: string) => new Date(`2026-03-01T${time}Z`);

const status: WireStatus = {
  version: '0.1.0',
  startedAt: at('01:00:00'),
  accounts: [
    {
      account: 'alerts',
      mailbox: 'alerts@example.com',
      grant: 'authorization_code',
      state: 'authorization-required',
      detail: 'the grant was revoked',
    },
    {
      account: 'relay',
      mailbox: 'relay@example.com',
      grant: 'authorization_code',
      state: 'authorized',
      authorizedAs: 'relay@example.com',
      accessTokenExpiresAt: at('03:40:00'),
    },
  ],
  actions: [
    {
      action: 'ops',
      type: 'email',
      waiting: 3,
      oldestDueAt: at('02:30:00'),
      nextTryAt: at('03:05:00'),
      lastFault: 'no sign-in',
    },
    { action: 'chat', type: 'webhook', waiting: 0 },
  ],
  acknowledgement: {
    account: 'alerts',
    state: 'connecting',
    pending: 1,
    waiting: 2,
    refused: { stranger: 3 },
  },
  alerts: { firing: 2, acknowledged: 1 },
  systemErrors: [
    {
      code: 'OAUTH_AUTHORIZATION_REQUIRED',
      subject: 'alerts',
      severity: 'critical',
      message: 'Account alerts is not authorized.',
      remedy: 'Open the authorization URL.',
      authorizationUrl: 'https://login.example.test/authorize',
      since: at('02:00:00'),
      count: 4,
    },
  ],
  warnings: ['Only one way to tell people.'],
};

test('What stands in the way comes first, with what to do', () => {
  const text = statusText(status, true, { rich: false, clock });
  assert.ok(text.indexOf('System errors') < text.indexOf('Accounts'));
  for (const words of [
    'runs, started 2 h ago',
    'critical alerts: Account alerts is not authorized. (since 1 h ago)',
    'Open the authorization URL.',
    'https://login.example.test/authorize',
    'Only one way to tell people.',
    /ACCOUNT +MAILBOX +STATE +SIGNED IN AS\n/,
    /alerts +alerts@example\.com +authorization-required\n +the grant was revoked\n/,
    /relay +relay@example\.com +authorized +relay@example\.com\n +access token good for 40 min\n/,
    /ACTION +TYPE +WAITS +OLDEST +NEXT TRY\n/,
    /ops +email +3 +30 min ago +in 5 min\n +no sign-in\n/,
    /chat +webhook +0\n/,
    /ACCOUNT +STATE +NOT JUDGED YET +NOT TAKEN YET\n +alerts +connecting +2 +1\n/,
    /refused since the start: 3 stranger \(ackmail replies says why\)\n/,
    '2 firing, 1 acknowledged',
  ])
    assert.match(text, words);
});

test('Each state of an account is shown with what belongs to it', () => {
  const account = { mailbox: 'alerts@example.com', grant: 'authorization_code' };
  const accounts = [
    {
      ...{ ...account, account: 'slow', state: 'degraded', detail: 'it answers HTTP 503' },
      ...{ since: at('02:40:00'), nextTryAt: at('03:05:00'), remedy: 'Nothing now.' },
    },
    {
      ...{ ...account, account: 'new', state: 'authorization-required', detail: 'nobody has signed in yet' },
      ...{ remedy: 'Sign in as new@example.com.', authorizationUrl: 'https://login.example.test/new' },
    },
    { ...account, account: 'app', state: 'configuration-required', remedy: 'Make a new client secret.' },
    {
      ...{ ...account, account: 'soon', state: 'expiring' },
      expiries: [
        {
          ...{ what: 'sign-in', at: new Date('2026-03-08T03:00:00Z'), renewed: false, warnedDays: 7 },
          detail: 'the app is in "Testing"',
        },
        { what: 'client secret', at: new Date('2026-05-01T00:00:00Z'), renewed: false },
        { what: 'certificate', at: new Date('2026-02-28T00:00:00Z'), renewed: false, warnedDays: 1 },
      ],
    },
    {
      ...{ ...account, account: 'well', state: 'refreshing' },
      expiries: [{ what: 'sign-in', at: new Date('2026-05-30T03:00:00Z'), renewed: true }],
    },
  ];
  const { systemErrors } = status;
  const text = statusText({ ...status, accounts, systemErrors }, true, { rich: false, clock });
  const lines = text.split('\n').map((line) => line.trim());
  for (const words of [
    'for 20 min, it answers HTTP 503, next try in 5 min',
    'nobody has signed in yet',
    'Sign in as new@example.com.',
    'https://login.example.test/new',
    'Make a new client secret.',
    'the sign-in ends on 2026-03-08, in 7 d: the app is in "Testing"',
    'the client secret ends on 2026-05-01, in 60 d 21 h',
    'the certificate was to end on 2026-02-28',
    'the sign-in ends on 2026-05-30, in 90 d unless it is refreshed, which happens by itself',
  ])
    assert.ok(lines.includes(words), `${words} in\n${text}`);
  for (const words of [/^slow .* degraded$/, /^new .* authorization-required$/, /^well .* refreshing$/])
    assert.ok(
      lines.some((line) => words.test(line)),
      `${words} in\n${text}`,
    );
  const said = systemErrors.map((error) => ({ ...error, remedy: 'Sign in as new@example.com.' }));
  const once = statusText({ ...status, accounts, systemErrors: said }, true, { rich: false, clock });
  assert.is(
    once.split('Sign in as new@example.com.').length,
    2,
    'what a system error says is not said again',
  );
});

test('It says when nothing runs, and leaves out what there is none of', () => {
  const text = statusText({ ...status, systemErrors: [], warnings: [] }, false, { rich: false, clock });
  assert.match(text, 'does not run');
  assert.not.match(text, 'System errors');
  assert.not.match(text, 'Warnings');
});

test('On a terminal no line but an address is wider than it, whatever the width, and elsewhere nothing is cut', () => {
  const long = 'a text of a provider that goes on and on and is wider than any terminal is, more or less';
  const wide: WireStatus = {
    ...status,
    accounts: status.accounts.map((account) => ({
      ...account,
      mailbox: `${'m'.repeat(150)}@example.com`,
      detail: long,
    })),
    actions: status.actions.map((action) => ({ ...action, lastFault: long })),
    warnings: [long],
  };
  for (const columns of [40, 60, 80, 120]) {
    for (const line of statusText(wide, true, { rich: false, clock, columns }).split('\n'))
      assert.ok([...line].length <= columns || line.trim().startsWith('https:'), `${columns}: ${line}`);
    const drawn = statusText(wide, true, { rich: true, clock, columns });
    assert.is(drawn.replace(/\u001b\[\d+m/g, ''), statusText(wide, true, { rich: false, clock, columns }));
    assert.match(drawn, '…');
  }
  const whole = statusText(wide, true, { rich: false, clock });
  assert.not.match(whole, '…');
  assert.match(whole, long);
});

test.run();
