import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ownPath } from '../../../src/console/access/own-path.js';

test('A path of ours is led back to, with its query', () => {
  for (const path of ['/', '/accounts', '/alerts?text=a%20b&from=50', '/alerts/a%2Fb', '/sign-outer'])
    assert.is(ownPath(path), path);
  assert.is(ownPath('/alerts/../outbox#x'), '/outbox');
});

test('Whatever a browser would take for another place is not', () => {
  for (const path of [
    ...['', 'accounts', '//evil.example', '///evil.example', '/\\evil.example', '\\/evil.example'],
    ...['/\t/evil.example', '/\n/evil.example', '\t//evil.example', ' //evil.example', '/ /evil.example'],
    ...[
      'https://evil.example/',
      'https:evil.example',
      'javascript:alert(1)',
      'data:text/html,x',
      '@evil.example',
    ],
    ...[
      '/..//evil.example',
      '/.//evil.example',
      '/x/..//evil.example',
      '/%2e%2e//evil.example',
      '/x\\..\\\\evil',
    ],
    ...['/a\r\nLocation: https://evil.example', '/\u2028', '/\u3002', `/${'x'.repeat(2_000)}`],
    ...['/sign-in', '/sign-in?to=/', '/sign-in/ticket', '/sign-out', '/x/../sign-in'],
  ])
    assert.is(ownPath(path), undefined, JSON.stringify(path));
});

test('What it leaves through stays at our host in a browser', () => {
  const parts = ['/', '//', '\\', '..', '.', '%2f', '%5c', '@', ':', 'evil.example', '?', '#', ';', '\t'];
  let seed = 1;
  const next = () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed;
  };
  let left = 0;
  for (let round = 0; round < 20_000; round += 1) {
    const text = `/${Array.from({ length: 1 + (next() % 6) }, () => parts[next() % parts.length]).join('')}`;
    const path = ownPath(text);
    if (path === undefined) continue;
    left += 1;
    for (const base of ['', '/ackmail'])
      assert.is(
        new URL(base + path, 'https://monitor.example.com/sign-in').host,
        'monitor.example.com',
        text,
      );
  }
  assert.ok(left > 1_000, String(left));
});

test.run();
