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
  acknowledgement: { account: 'alerts', state: 'connecting', pending: 1 },
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
    'alerts (alerts@example.com): authorization-required, the grant was revoked',
    'relay (relay@example.com): authorized, as relay@example.com, access token good for 40 min',
    'ops (email): 3 wait, the oldest since 30 min ago, next try in 5 min, no sign-in',
    'chat (webhook): nothing waits',
    'account alerts: connecting, 1 not taken by the monitor yet',
    '2 firing, 1 acknowledged',
  ])
    assert.match(text, words);
});

test('It says when nothing runs, and leaves out what there is none of', () => {
  const text = statusText({ ...status, systemErrors: [], warnings: [] }, false, { rich: false, clock });
  assert.match(text, 'does not run');
  assert.not.match(text, 'System errors');
  assert.not.match(text, 'Warnings');
});

test.run();
