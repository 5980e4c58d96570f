import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { settingsSchema } from '../../src/core/settings.js';

/** The settings with this address in each place where one may stand. */
const places: Readonly<Record<string, (address: string) => unknown>> = {
  to: (address) => withAction({ to: [address] }),
  cc: (address) => withAction({ to: ['ops@example.com'], cc: [address] }),
  mailbox: (address) => ({
    ...withAction({ to: ['ops@example.com'] }),
    accounts: { alerts: { mailbox: address } },
  }),
  admins: (address) => ({ ...withAction({ to: ['ops@example.com'] }), admins: [address] }),
  from: (address) => withFrom(address),
  'from with a name': (address) => withFrom(`Alerts <${address}>`),
};

const withAction = (action: object) => ({
  accounts: { alerts: { mailbox: 'alerts@example.com' } },
  actions: [{ name: 'ops', type: 'email', account: 'alerts', ...action }],
});
const withFrom = (from: string) => ({
  ...withAction({ to: ['ops@example.com'] }),
  accounts: { alerts: { mailbox: 'alerts@example.com', from } },
});

const bad = [
  'a@example.com\r\nBcc: evil@example.com',
  'a\r\n@example.com',
  'a@example.com\n',
  'a\0@example.com',
  'a\x7f@example.com',
  'a\u0085b@example.com',
  'a\u2028b@example.com',
  'a@example.com>, <evil@example.com',
  'a@example.com, evil@example.com',
  'a@example.com;evil@example.com',
  'group: a@example.com;',
  '"a b"@example.com',
  'a(comment)@example.com',
  'a@b@example.com',
  'a..b@example.com',
  '.a@example.com',
  'a@example..com',
  'a@',
  '@example.com',
  'nobody',
  '',
  `${'a'.repeat(300)}@example.com`,
];

const good = [
  'ops@example.com',
  'ops+night@example.com',
  "o'neill_{1}=x@example.com",
  'ops@bücher.example',
  'jörg@example.com',
  'root@localhost',
  'ops@[192.0.2.1]',
  'ops@xn--bcher-kva.example',
];

for (const [place, settingsWith] of Object.entries(places))
  test(`${place}: what is no mail address is refused, with line breaks and quotes, and what is one is taken`, () => {
    for (const address of bad)
      assert.not.ok(settingsSchema.safeParse(settingsWith(address)).success, JSON.stringify(address));
    for (const address of good)
      assert.ok(settingsSchema.safeParse(settingsWith(address)).success, JSON.stringify(address));
  });

test('A name in `from` has no line break, and there is one address.', () => {
  for (const from of [
    'Alerts\r\nBcc: x <a@example.com>',
    'A\0 <a@example.com>',
    'A <a@example.com> <b@example.com>',
  ])
    assert.not.ok(settingsSchema.safeParse(withFrom(from)).success, JSON.stringify(from));
  for (const from of ['"Alerts, night" <a@example.com>', 'Wächter $1 <a@example.com>', '<a@example.com>'])
    assert.ok(settingsSchema.safeParse(withFrom(from)).success, JSON.stringify(from));
});

test('A long address of dots and letters is looked at once.', () => {
  const beganMs = performance.now();
  settingsSchema.safeParse(withAction({ to: [`${'a.'.repeat(100_000)}@`, 'a'.repeat(1_000_000)] }));
  assert.ok(performance.now() - beganMs < 1_000);
});

test.run();
