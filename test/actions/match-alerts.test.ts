import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { matchAlerts } from '../../src/actions/match-alerts.js';
import type { Alert } from '../../src/core/alert.js';
import { raisedAlert } from './workshop.js';

const alert = (labels: Alert['labels'], more: Partial<Alert> = {}): Alert => ({
  ...raisedAlert({ labels }),
  ...{ id: 'a', status: 'firing' },
  ...more,
});

const fits = (wanted: Record<string, string | string[]>, labels: Alert['labels']) =>
  matchAlerts({ labels: wanted })(alert(labels));

test('All labels that are named must fit, whatever others there are.', () => {
  const labels = { team: 'db', instance: 'db-17', zone: 'a' };
  assert.ok(fits({ team: 'db', instance: '/^db-\\d+$/' }, labels));
  assert.not(fits({ team: 'db', instance: '/^web-/' }, labels));
  assert.not(fits({ team: 'web', instance: '/^db-/' }, labels));
  assert.ok(fits({ zone: ['b', 'a'] }, labels));
  assert.ok(fits({ zone: ['/^[xyz]$/', '/^a/'] }, labels));
  assert.not(fits({ zone: ['b', 'c'] }, labels));
  assert.ok(fits({}, labels));
});

test('Texts are exact and patterns are anchored as they are written; both look at case.', () => {
  assert.not(fits({ team: 'db' }, { team: 'DB' }));
  assert.not(fits({ team: 'db' }, { team: 'db2' }));
  assert.ok(fits({ team: '/db/' }, { team: 'my-db2' }));
  assert.not(fits({ team: '/db/' }, { team: 'DB' }));
  assert.ok(fits({ mount: '/' }, { mount: '/' }), 'one slash is no pattern');
  assert.ok(fits({ mount: '/var/lib' }, { mount: '/var/lib' }));
  assert.ok(fits({ mount: '//' }, { mount: '//' }));
});

test('A label that is not there is empty text, also one that every object has.', () => {
  assert.ok(fits({ team: '' }, {}));
  assert.ok(fits({ team: '/^$/' }, {}));
  assert.not(fits({ team: '/./' }, {}));
  for (const name of ['constructor', 'toString', 'hasOwnProperty']) {
    assert.not(fits({ [name]: '/./' }, {}), name);
    assert.ok(fits({ [name]: '' }, {}), name);
  }
});

test('Severity, source and labels must all fit.', () => {
  const match = matchAlerts({ severity: ['Critical'], source: ['prod'], labels: { team: 'db' } });
  assert.ok(match(alert({ team: 'db' })));
  assert.not(match(alert({ team: 'db' }, { severity: 'warning' })));
  assert.not(match(alert({ team: 'db' }, { source: 'test' })));
  assert.not(match(alert({ team: 'web' })));
});

test('A value of 64 kB is not given to a pattern whole.', () => {
  const began = performance.now();
  assert.not(fits({ text: '/(a*)*$b/' }, { text: `b${'a'.repeat(20)}` }));
  assert.not(fits({ text: '/end/' }, { text: `${'a'.repeat(64_000)}end` }));
  assert.ok(performance.now() - began < 5_000);
});

test.run();
