import { randomUUID } from 'node:crypto';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { OAuthClient } from '../../src/core/account.js';
import type { Network } from '../../src/core/network.js';
import { createNetwork } from '../../src/network/create-network.js';
import { checkSettings } from '../../src/settings/check-settings.js';
import { resolveAccount } from '../../src/settings/resolve-account.js';
import { idToken, startTokenEndpoint, type TokenReply } from '../helpers/token-endpoint.js';
import { type Fixture, faultOf, redirectUri, secret, startFixture } from './fixture.js';

const endpoint = await startTokenEndpoint();
test.after(() => endpoint.close());

const mail = 'https://mail.google.com/';
const hourMs = 3_600_000;
const lastCall = () => endpoint.requests.at(-1)?.parameters ?? {};

/** What `provider: google` comes to, but for the token endpoint, which is ours. */
async function googleClient(): Promise<Partial<OAuthClient>> {
  const { accounts, http } = await checkSettings(
    {
      accounts: {
        alerts: {
          provider: 'google',
          mailbox: 'alerts@example.com',
          clientId: 'ackmail',
          clientSecret: secret,
        },
      },
      actions: [{ name: 'chat', type: 'webhook', url: 'https://chat.example.com/' }],
      http: { listen: '127.0.0.1:8025' },
    },
    { env: {}, baseDir: '.' },
  );
  const settings = accounts['alerts'];
  if (!settings) throw new Error('the account is gone');
  const uses = { smtp: true, mailbox: true };
  const { login } = resolveAccount(settings, { name: 'alerts', http, uses, ca: () => undefined });
  if (login.grant !== 'authorization_code') throw new Error('no client');
  return { ...login.oauth, tokenUrl: endpoint.url };
}
const oauth = await googleClient();
/** Nothing of Google is asked for, its keys included. */
const network: Network = {
  ...createNetwork({ env: {} }),
  fetch: async () => {
    throw new Error('no network');
  },
};

/** What Google answers: it calls the scope `email` by its long name. */
const tokens = (name: string, more: object = {}): TokenReply => ({
  body: {
    access_token: `ya29.${name}`,
    token_type: 'Bearer',
    expires_in: 3_599,
    scope: `openid ${mail} https://www.googleapis.com/auth/userinfo.email`,
    ...more,
  },
});

async function signIn(fixture: Fixture, name: string, more: object = {}, claims: object = {}) {
  const url = new URL(await fixture.manager.authorizationUrl('alerts'));
  const iatS = fixture.clock.now().getTime() / 1_000;
  const id = idToken({
    iss: 'https://accounts.google.com',
    sub: '110248495921238986420',
    aud: 'ackmail',
    azp: 'ackmail',
    iat: iatS,
    exp: iatS + 3_600,
    nonce: url.searchParams.get('nonce'),
    email: 'alerts@example.com',
    email_verified: true,
    ...claims,
  });
  endpoint.answer(tokens(name, { refresh_token: `1//${name}`, id_token: id, ...more }));
  const state = url.searchParams.get('state');
  return fixture.manager.complete(
    `${redirectUri}?code=4/0Ab${randomUUID()}&scope=email+${mail}&state=${state}&iss=https://accounts.google.com`,
  );
}

test('At Google the sign-in asks for offline access and consent, and for no scope that Google refuses.', async () => {
  const fixture = await startFixture({ oauth, network });
  const url = new URL(await fixture.manager.authorizationUrl('alerts'));
  assert.is(url.origin + url.pathname, 'https://accounts.google.com/o/oauth2/v2/auth');
  assert.is(url.searchParams.get('access_type'), 'offline');
  assert.is(url.searchParams.get('prompt'), 'consent select_account');
  assert.is(url.searchParams.get('login_hint'), 'alerts@example.com');
  assert.is(url.searchParams.get('scope'), `${mail} openid email`);
  await fixture.close();
});

test('Google sends no refresh token at a refresh: the one of the sign-in goes on.', async () => {
  const fixture = await startFixture({ oauth, network });
  assert.is((await signIn(fixture, 'a')).user, 'alerts@example.com');
  assert.not.match(fixture.logged.join('\n'), /scope|refresh token/);
  for (const name of ['b', 'c', 'd']) {
    endpoint.answer(tokens(name));
    await fixture.clock.forward(hourMs);
    assert.is((await fixture.manager.getToken('alerts')).token, `ya29.${name}`);
    assert.is(lastCall()['refresh_token'], '1//a');
  }
  assert.is((await fixture.grants.get('alerts'))?.refreshToken, '1//a');
  // A second sign-in of the same person gives a new one, or none.
  await signIn(fixture, 'e', { refresh_token: undefined });
  assert.is((await fixture.grants.get('alerts'))?.refreshToken, '1//a');
  await signIn(fixture, 'f');
  assert.is((await fixture.grants.get('alerts'))?.refreshToken, '1//f');
  await fixture.close();
});

test('A box that was not ticked at Google is named by its scope.', async () => {
  const fixture = await startFixture({ oauth, network });
  await signIn(fixture, 'a', { scope: 'openid https://www.googleapis.com/auth/userinfo.email' });
  assert.match(fixture.logged.join('\n'), mail);
  assert.not.match(fixture.logged.join('\n'), 'email"');
  await fixture.close();
});

test('Another person, and another issuer, are refused at Google too.', async () => {
  const fixture = await startFixture({ oauth, network });
  const somebody = { email: 'boss@example.com', sub: '2' };
  const other = await faultOf(signIn(fixture, 'a', {}, somebody));
  assert.is(other.code, 'OAUTH_WRONG_ACCOUNT');
  assert.match(other.message, /boss@example\.com.*alerts@example\.com/);
  const unproven = await faultOf(signIn(fixture, 'a', {}, { email_verified: false }));
  assert.is(unproven.code, 'OAUTH_WRONG_ACCOUNT');
  const elsewhere = await faultOf(signIn(fixture, 'a', {}, { iss: 'https://accounts.example.com' }));
  assert.is(elsewhere.code, 'OAUTH_RESTART');
  assert.is(await fixture.grants.get('alerts').then((grant) => grant?.refreshToken), undefined);
  await fixture.close();
});

test('What ends a sign-in at Google asks a person to sign in again.', async () => {
  for (const body of [
    { error: 'invalid_grant', error_description: 'Token has been expired or revoked.' },
    { error: 'invalid_grant', error_description: 'reauth related error', error_subtype: 'invalid_rapt' },
  ]) {
    const fixture = await startFixture({ oauth, network });
    await signIn(fixture, 'a');
    endpoint.answer({ status: 400, body });
    await fixture.clock.forward(hourMs);
    assert.is((await faultOf(fixture.manager.getToken('alerts'))).code, 'OAUTH_AUTHORIZATION_REQUIRED');
    assert.is((await fixture.grants.get('alerts'))?.refreshToken, '1//a');
    endpoint.answer(tokens('b'));
    await fixture.close();
  }
});

test.run();
