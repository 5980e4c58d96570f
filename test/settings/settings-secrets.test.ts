import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { z } from 'zod';
import { settingsSchema } from '../../src/core/settings.js';
import { checkSettings } from '../../src/settings/check-settings.js';
import { environmentSecrets } from '../../src/settings/environment-secrets.js';
import { settingsSecrets } from '../../src/settings/settings-secrets.js';

const smtp = { host: '127.0.0.1', security: 'none' };
const raw = {
  proxy: 'http://user:secret-of-the%20proxy@proxy.example.com:3128',
  accounts: {
    alerts: {
      mailbox: 'alerts@example.com',
      issuer: 'https://login.example.com',
      clientId: 'id',
      clientSecret: 'secret-of-the-client',
      smtp,
    },
    relay: { mailbox: 'relay@example.com', grant: 'password', password: 'secret-of-the-relay', smtp },
  },
  actions: [
    { name: 'ops', type: 'email', account: 'alerts', to: ['ops@example.com'] },
    {
      name: 'chat',
      type: 'webhook',
      url: 'https://secret-of-the-login@hooks.example.com/services/secret-of-the-path?key=secret-of-the-query&v=1',
      headers: { Authorization: 'Bearer secret-of-the-header', 'X-Key': 'secret-of-the-key' },
      secret: 'secret-of-the-signature',
    },
  ],
  monitors: {
    prod: {
      type: 'alertmanager',
      url: 'http://user:secret-of-the-url@127.0.0.1:9093',
      secret: 'secret-of-the-hook',
      password: 'secret-of-the-monitor',
      token: 'secret-of-the-token',
    },
  },
  heartbeat: { url: 'https://hc.example.com/secret-of-the-beat' },
  http: {
    listen: '127.0.0.1:8025',
    token: 'secret-of-the-port',
    users: { anna: 'scrypt:16384:8:1:AAAAAAAAAAAAAAAAAAAAAA:secret-of-the-consoleAAAAAAAAAAAAAAAAAAAAAA' },
  },
};

test('Every secret of the settings is known, and nothing else', async () => {
  const settings = await checkSettings(raw, { env: {}, baseDir: '/' });
  const found = settingsSecrets(settings);
  const all = [...JSON.stringify(raw).matchAll(/secret-of-the-\w+/g)].map(([secret]) => secret);
  for (const secret of all)
    if (secret !== 'secret-of-the-')
      assert.ok(
        found.some((each) => each.includes(secret)),
        secret,
      );
  assert.ok(found.includes('secret-of-the proxy') && found.includes('secret-of-the%20proxy'));
  assert.ok(found.includes(Buffer.from('user:secret-of-the-url').toString('base64')));
  for (const each of found) assert.match(Buffer.from(each, 'base64').toString() + each, 'secret-of-the');
});

test('A setting that is added as a secret has to be added here, too', () => {
  // Each secret of the schema says so in its description.
  const schema = JSON.stringify(z.toJSONSchema(settingsSchema, { io: 'input' }));
  const described = schema.match(
    /The secret itself|The secret of the client|For grant password|Signs what is sent|What Alertmanager sends|Bearer token towards|Who sends it as Bearer/g,
  );
  assert.is(described?.length, 9, 'add it to settingsSecrets and to this test');
});

test('A login in a URL that only the settings of a proxy, webhook or monitor may have is refused elsewhere, unsaid', async () => {
  const login = 'https://user:secret-of-the-url@login.example.com';
  const wrong = [
    { accounts: { ...raw.accounts, alerts: { ...raw.accounts.alerts, issuer: login } } },
    { accounts: { ...raw.accounts, alerts: { ...raw.accounts.alerts, tokenUrl: login } } },
    { http: { ...raw.http, publicUrl: login } },
    { heartbeat: { url: login } },
    { monitors: { prod: { ...raw.monitors.prod, token: 'secret-of-the\ntoken' } } },
  ];
  for (const each of wrong) {
    const work = checkSettings({ ...raw, ...each }, { env: {}, baseDir: '/' });
    const message = await work.then(
      () => '',
      (error: Error) => error.message,
    );
    assert.match(message, 'is not');
    assert.not.match(message, 'secret-of-the');
  }
});

test('The environment holds keys and the logins of proxies', () => {
  const env = {
    ACKMAIL_KEY: 'KEY1 KEY2',
    HTTPS_PROXY: 'http://u:PASS@proxy:3128',
    http_proxy: 'nonsense',
    PATH: '/bin',
  };
  assert.equal(environmentSecrets(env), [
    'KEY1',
    'KEY2',
    'PASS',
    'PASS',
    Buffer.from('u:PASS').toString('base64'),
  ]);
  assert.equal(environmentSecrets({}), []);
});

test.run();
