import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { webAddress } from '../../../src/console/frame/web-address.js';

test('A browser is led to http and https alone', () => {
  for (const url of ['https://login.example.com/auth?a=1&b=2', 'http://localhost:8025/authorize/alerts'])
    assert.is(webAddress(url), url);
  for (const url of [
    'javascript:alert(1)',
    ' JavaScript:alert(1)',
    'data:text/html,x',
    '//evil.test',
    'x',
    '',
  ])
    assert.is(webAddress(url), undefined, url);
  assert.is(webAddress(undefined), undefined);
});

test.run();
