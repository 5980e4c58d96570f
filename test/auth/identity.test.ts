import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readIdentity } from '../../src/auth/identity.js';
import { idToken } from '../helpers/token-endpoint.js';

const now = new Date('2026-03-01T03:00:00Z');
const nowS = now.getTime() / 1_000;
const tenant = '11111111-2222-3333-4444-555555555555';
const good = {
  iss: `https://login.example.com/${tenant}/v2.0`,
  sub: 'pairwise-subject',
  aud: 'ackmail',
  iat: nowS,
  exp: nowS + 3_600,
  nonce: 'n',
  preferred_username: 'Alerts@Example.com',
};
const expected = { clientId: 'ackmail', nonce: 'n', issuer: good.iss, anyTenant: false, now };
const read = (claims: object, more: object = {}) =>
  readIdentity(idToken({ ...good, ...claims }), { ...expected, ...more });
const problemOf = (outcome: ReturnType<typeof readIdentity>) => (outcome.ok ? undefined : outcome.problem);

test('A good id_token names the person, by the stable key of the provider.', () => {
  const generic = read({});
  assert.ok(generic.ok);
  assert.equal(generic.identity, {
    key: `iss ${good.iss} sub pairwise-subject`,
    name: 'Alerts@Example.com',
    names: ['alerts@example.com', 'pairwise-subject'],
  });
  const entra = read({ oid: 'object', tid: tenant, upn: 'u@example.com', email: 'e@example.com' });
  assert.ok(entra.ok);
  assert.is(entra.identity.key, `tid ${tenant} oid object`);
  assert.equal(entra.identity.names.slice(0, 3), ['alerts@example.com', 'u@example.com', 'e@example.com']);
  assert.is(problemOf(read({ aud: ['other', 'ackmail'], azp: 'ackmail' })), undefined);
  assert.is(
    problemOf(read({ tid: tenant }, { issuer: 'https://login.example.com/{tenantid}/v2.0' })),
    undefined,
  );
});

test('An id_token that is not for this sign-in is refused, and its reason says why.', () => {
  assert.match(problemOf(read({ aud: 'other' })) ?? '', 'another client');
  assert.match(problemOf(read({ aud: [] })) ?? '', 'another client');
  assert.match(problemOf(read({ aud: ['ackmail', 'b'], azp: 'b' })) ?? '', 'another client');
  assert.match(problemOf(read({ iss: 'https://evil.example.com' })) ?? '', 'another issuer');
  assert.match(
    problemOf(read({}, { issuer: 'https://login.example.com/{tenantid}/v2.0' })) ?? '',
    'another issuer',
  );
  assert.match(problemOf(read({ nonce: 'm' })) ?? '', 'another sign-in');
  assert.match(problemOf(read({ nonce: undefined })) ?? '', 'another sign-in');
  assert.match(problemOf(read({ exp: nowS - 1 })) ?? '', 'expired');
  assert.match(problemOf(read({ iat: nowS - 200_000, exp: nowS - 100_000 })) ?? '', 'expired');
});

test('A clock that is wrong by hours refuses nobody, and is told.', () => {
  for (const hours of [-20, 20]) {
    const outcome = read({ iat: nowS + hours * 3_600, exp: nowS + hours * 3_600 + 3_600 });
    assert.ok(outcome.ok);
    assert.is(outcome.skewMs, hours * 3_600_000);
  }
});

test('An email that nobody vouches for names nobody.', () => {
  const names = (claims: object, more: object = {}) => {
    const outcome = read(
      { preferred_username: 'mallory@evil.example', email: 'alerts@example.com', ...claims },
      more,
    );
    return outcome.ok ? outcome.identity.names : [];
  };
  assert.ok(names({}).includes('alerts@example.com'));
  assert.not(names({ email_verified: false }).includes('alerts@example.com'));
  assert.not(names({ email_verified: 'false' }).includes('alerts@example.com'));
  // Whoever owns a tenant writes there what he likes.
  assert.not(names({ tid: 'evil', oid: 'o' }, { anyTenant: true }).includes('alerts@example.com'));
  assert.ok(names({ tid: tenant, oid: 'o' }).includes('alerts@example.com'));
});

test('What is no id_token cannot be read.', () => {
  for (const text of [
    '',
    '.',
    '..',
    'a.b.c',
    'a.b',
    'a.b.c.d.e',
    'x'.repeat(100_000),
    `.${'e30'}.`,
    '.bnVsbA.',
    '.WzFd.',
  ])
    assert.match(problemOf(readIdentity(text, expected)) ?? '', 'cannot be read', text.slice(0, 20));
  for (const claims of [{ sub: undefined }, { sub: '' }, { iss: 7 }, { exp: '1' }, { aud: { a: 1 } }])
    assert.match(problemOf(read(claims)) ?? '', 'cannot be read');
});

test.run();
