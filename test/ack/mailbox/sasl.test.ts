import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { testImapLogin } from '../../../src/ack/mailbox/test-imap-login.js';
import { accountSettings } from '../../../src/core/account-settings.js';
import { systemClock } from '../../../src/core/clock.js';
import { Fault } from '../../../src/core/fault.js';
import { createNetwork } from '../../../src/network/create-network.js';
import { resolveAccount } from '../../../src/settings/resolve-account.js';
import { accountAt, me, tokenLogin } from '../scene.js';
import { startScriptedImap } from './scripted-imap.js';

const fromBase64 = (text = '') => Buffer.from(text, 'base64').toString();
const challenge = Buffer.from('{"status":"invalid_token"}').toString('base64');

/** Logs in to a server that announces some capabilities; answers what it was shown, and why it did not work. */
async function logIn(
  capabilities: string,
  options: { good?: boolean; password?: boolean; mailbox?: string } = {},
) {
  const shown: string[] = [];
  let asked: string[] = [];
  const end = (good = options.good ?? true) =>
    good ? ['TAG OK welcome'] : ['TAG NO [AUTHENTICATIONFAILED] Invalid credentials'];
  const server = await startScriptedImap((command) => {
    const [verb, first = '', second] = command.split(' ');
    if (verb === 'CAPABILITY') return [`* CAPABILITY IMAP4rev1 ${capabilities}`, 'TAG OK done'];
    if (verb === 'LOGIN') shown.push(command);
    else if (verb === 'AUTHENTICATE') {
      shown.push([first, ...(second ? [fromBase64(second)] : [])].join(' '));
      asked = first === 'LOGIN' ? ['VXNlcm5hbWU6', 'UGFzc3dvcmQ6'] : second ? [] : [''];
      const isBearer = first !== 'LOGIN' && first !== 'PLAIN';
      if (isBearer && options.good === false) asked.push(challenge);
    } else if (verb === 'ANSWER') shown.push(first === 'AQ==' ? first : fromBase64(first));
    else return undefined;
    const next = asked.shift();
    return next === undefined ? end() : [`+ ${next}`];
  });
  try {
    await testImapLogin({
      account: options.password
        ? accountAt(server.port)
        : accountAt(server.port, options.mailbox ? { user: options.mailbox } : {}, tokenLogin),
      tokens: { getToken: async () => ({ token: 'the-token', expiresAt: new Date(0) }) },
      network: createNetwork({ env: {} }),
      clock: systemClock,
      loginRemedy: 'What the provider wants.',
      signal: new AbortController().signal,
    });
    return { shown, port: server.port };
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    return { shown, port: server.port, fault: thrown };
  } finally {
    await server.close();
  }
}

const bearer = (port: number) =>
  `n,a=${me},\x01host=127.0.0.1\x01port=${port}\x01auth=Bearer the-token\x01\x01`;
const xoauth2 = `user=${me}\x01auth=Bearer the-token\x01\x01`;

test('A token is shown by the mechanism that the server announces, with or without an initial response.', async () => {
  const both = await logIn('AUTH=XOAUTH2 AUTH=OAUTHBEARER SASL-IR');
  assert.equal(both.shown, [`OAUTHBEARER ${bearer(both.port)}`]);
  const later = await logIn('AUTH=OAUTHBEARER');
  assert.equal(later.shown, ['OAUTHBEARER', bearer(later.port)]);
  assert.equal((await logIn('AUTH=XOAUTH2 SASL-IR')).shown, [`XOAUTH2 ${xoauth2}`]);
  assert.equal((await logIn('AUTH=XOAUTH2 AUTH=PLAIN')).shown, ['XOAUTH2', xoauth2]);
});

test('A shared mailbox is logged in to by its own name, with the token of whoever signed in.', async () => {
  const account = resolveAccount(
    accountSettings.parse({
      ...{ provider: 'microsoft365', mailbox: 'shared@example.com', user: me, clientId: 'ackmail' },
      imap: { mailbox: ['INBOX', 'Junk', 'INBOX'] },
    }),
    { name: 'alerts', http: {}, uses: { smtp: true, mailbox: true }, ca: () => undefined },
  );
  assert.equal([account.imap?.user, account.smtp?.user], ['shared@example.com', me]);
  assert.equal([account.imap?.mailbox, account.imap?.others], ['INBOX', ['Junk']]);
  const { shown } = await logIn('AUTH=XOAUTH2', { mailbox: account.imap?.user ?? '' });
  assert.equal(shown[1], xoauth2.replace(me, 'shared@example.com'));
});

test('The challenge that tells of an error is answered as the mechanism wants, and the refusal is told.', async () => {
  const oauthbearer = await logIn('AUTH=OAUTHBEARER SASL-IR', { good: false });
  assert.equal(oauthbearer.shown.slice(1), ['AQ==']);
  const other = await logIn('AUTH=XOAUTH2', { good: false });
  assert.equal(other.shown, ['XOAUTH2', xoauth2, '']);
  for (const { fault } of [oauthbearer, other]) {
    assert.is(fault?.code, 'IMAP_LOGIN_REFUSED');
    assert.match(fault?.message ?? '', /Invalid credentials/);
    assert.not.match(JSON.stringify(fault), /the-token/);
  }
});

test('A password is shown by AUTH=PLAIN, by AUTH=LOGIN, or by LOGIN where the server has no mechanism.', async () => {
  const password = true;
  assert.equal((await logIn('AUTH=PLAIN AUTH=LOGIN', { password })).shown, ['PLAIN', `\0${me}\0secret`]);
  assert.equal((await logIn('AUTH=LOGIN AUTH=XOAUTH2', { password })).shown, ['LOGIN', me, 'secret']);
  assert.equal((await logIn('IDLE', { password })).shown, [`LOGIN "${me}" "secret"`]);
});

test('Where the server offers no way, it is said in words what to do, and nothing was shown.', async () => {
  const disabled = await logIn('LOGINDISABLED', { password: true });
  assert.equal(disabled.shown, []);
  assert.is(disabled.fault?.code, 'IMAP_LOGIN_REFUSED');
  assert.match(disabled.fault?.message ?? '', /takes no password on this connection \(LOGINDISABLED\)/);
  assert.match(disabled.fault?.remedy ?? '', /`imap\.security`/);
  const noOAuth = await logIn('AUTH=PLAIN');
  assert.equal(noOAuth.shown, []);
  assert.is(noOAuth.fault?.code, 'IMAP_LOGIN_REFUSED');
  assert.match(noOAuth.fault?.message ?? '', /neither OAUTHBEARER nor XOAUTH2/);
  assert.match(noOAuth.fault?.remedy ?? '', /`grant: password`/);
});

test.run();
