import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { redirectUri, secret } from './fixture.js';
import { endpoint, hourMs, lastCall, oauth, signedIn, signIn, tokens } from './scripted.js';

test.after(() => endpoint.close());

test('The code is exchanged with its verifier, and the secret goes in the body.', async () => {
  const fixture = await signedIn();
  const { code_verifier: verifier = '', code = '', ...request } = lastCall();
  assert.equal(request, {
    grant_type: 'authorization_code',
    redirect_uri: redirectUri,
    client_id: 'ackmail',
    client_secret: secret,
  });
  assert.match(code, /^code-of-/);
  assert.is(verifier.length, 43);
  await fixture.close();
});

test('A sign-in that gives no refresh token keeps the one of the same person.', async () => {
  const fixture = await signedIn();
  await signIn(fixture, { access_token: 'access-new', refresh_token: undefined });
  assert.is((await fixture.manager.getToken('alerts')).token, 'access-new');
  assert.is((await fixture.grants.get('alerts'))?.refreshToken, 'refresh-0');
  await fixture.close();
});

test('Without an id_token the sign-in is accepted and said so; a missing scope is named.', async () => {
  const smtp = 'https://outlook.office.com/SMTP.Send';
  const fixture = await signedIn(
    {
      oauth: {
        ...oauth,
        scope: `openid offline_access ${smtp} https://outlook.office.com/IMAP.AccessAsUser.All`,
      },
    },
    { id_token: undefined, scope: smtp },
  );
  const log = fixture.logged.join('\n');
  assert.match(log, 'does not tell who signed in');
  assert.match(log, 'IMAP.AccessAsUser.All');
  assert.is((await fixture.manager.status('alerts')).authorizedAs, 'alerts@example.com');
  // A refresh that asks for more than was granted is narrowed.
  await fixture.clock.forward(hourMs);
  endpoint.answer({ status: 400, body: { error: 'invalid_scope' } }, tokens('1'));
  assert.is((await fixture.manager.getToken('alerts')).token, 'access-1');
  assert.is(lastCall()['scope'], smtp);
  await fixture.close();
});

test.run();
