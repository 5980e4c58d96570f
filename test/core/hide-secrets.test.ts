import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { hideSecrets } from '../../src/core/hide-secrets.js';

const secret = 'p+ss/w0rd "ä\n$1';

test('A secret is taken out however it is written', () => {
  const hide = hideSecrets([secret, 'another-secret']);
  const forms = [
    secret,
    encodeURIComponent(secret),
    new URLSearchParams({ a: secret }).toString().slice(2),
    JSON.stringify(secret).slice(1, -1),
    Buffer.from(secret).toString('base64'),
    secret.replace('\n', ' '),
  ];
  for (const form of forms) {
    const text = `before ${form} after another-secret`;
    assert.is(hide(text), 'before [redacted] after [redacted]');
    assert.is(hide(hide(text)), hide(text));
  }
});

test('The longer of two goes first, and what is short or no secret stays', () => {
  const hide = hideSecrets(['long-secret', 'long-secret-and-more', 'short', '', '\ud800-half-a-character']);
  assert.is(hide('long-secret-and-more long-secret short'), '[redacted] [redacted] short');
  assert.is(hide('a long story'), 'a long story');
  assert.is(hideSecrets([])('anything'), 'anything');
});

test.run();
