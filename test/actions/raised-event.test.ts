import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseRaisedEvents } from '../../src/actions/raised-event.js';
import { Fault } from '../../src/core/fault.js';
import { raised } from './workshop.js';

const asJson = (event: unknown): Record<string, unknown> => JSON.parse(JSON.stringify(event));

const withAlert = (more: Record<string, unknown>) => {
  const event = asJson(raised('e1'));
  return { ...event, alert: { ...asJson(event['alert']), ...more } };
};

const alertOf = (more: Record<string, unknown>) => {
  const [event] = parseRaisedEvents(withAlert(more));
  assert.ok(event);
  return event.alert;
};

const refusal = (value: unknown): string => {
  try {
    parseRaisedEvents(value);
  } catch (error) {
    if (error instanceof Fault && error.code === 'HOST_EVENT_INVALID') return error.message;
    throw error;
  }
  throw new Error('It was taken.');
};

test('One event or several, with dates or ISO 8601, become the same.', () => {
  const event = raised('e1');
  assert.equal(parseRaisedEvents(event), [event]);
  assert.equal(parseRaisedEvents([event, event]), [event, event]);
  assert.equal(parseRaisedEvents(asJson(event)), [event]);
  assert.equal(parseRaisedEvents([]), []);
  assert.equal(
    alertOf({ startsAt: '2026-03-01T04:00:00.123456789+01:00' }).startsAt,
    new Date('2026-03-01T03:00:00.123Z'),
  );
});

test('What is missing or wrong is refused by the name of its field, without what stood in it.', () => {
  const { fingerprint: _, ...noFingerprint } = asJson(asJson(raised('e1'))['alert']);
  for (const [value, expected] of [
    [{ ...raised('e1'), alert: noFingerprint }, 'event 1, alert.fingerprint: must be a text'],
    [[raised('e1'), { ...raised('e2'), id: '' }], 'event 2, id: must not be empty'],
    [{ ...raised('e1'), id: 'x'.repeat(1_001) }, 'event 1, id: must have at most 1000 characters'],
    [{ ...raised('e1'), kind: 'exploded' }, 'event 1, kind: must be fired, repeated'],
    [{ ...raised('e1'), at: undefined }, 'event 1, at: must be a date'],
    [withAlert({ startsAt: 'tomorrow SECRET' }), 'event 1, alert.startsAt: must be a date in ISO 8601'],
    [withAlert({ startsAt: '2026-03-01T03:00:00' }), 'alert.startsAt: must be a date'],
    [withAlert({ startsAt: '2026-13-41T03:00:00Z' }), 'alert.startsAt: must be a date'],
    [{ ...raised('e1'), at: new Date(Number.NaN) }, 'event 1, at: must be a date'],
    [withAlert({ labels: ['a'] }), 'event 1, alert.labels: must be an object of texts'],
    [withAlert({ labels: { a: { SECRET: 1 } } }), 'event 1, alert.labels.a: must be a text'],
    [{ ...raised('e1'), alert: null }, 'event 1, alert: must be an object'],
    [null, 'event 1: must be an object'],
    ['SECRET', 'event 1: must be an object'],
    [[[]], 'event 1: must be an object'],
    [undefined, 'event 1: must be an object'],
  ] as const) {
    const message = refusal(value);
    assert.match(message, expected);
    assert.not.match(message, 'SECRET');
  }
});

test('What is left out or meant well is filled in.', () => {
  const { labels: _, annotations: __, severity: ___, ...bare } = asJson(asJson(raised('e1'))['alert']);
  const [event] = parseRaisedEvents({ ...raised('e1'), alert: bare });
  assert.equal([event?.alert.labels, event?.alert.annotations, event?.alert.severity], [{}, {}, 'unknown']);
  assert.is(alertOf({ severity: ' CRITICAL ' }).severity, 'critical');
  assert.is(alertOf({ severity: undefined, labels: { severity: 'Page' } }).severity, 'page');
  assert.equal(alertOf({ labels: { port: 80, up: false } }).labels, { port: '80', up: 'false' });
  assert.equal(alertOf({ labels: null }).labels, {});
  assert.is(alertOf({ endsAt: '0001-01-01T00:00:00Z' }).endsAt, undefined);
  assert.is(alertOf({ endsAt: null }).endsAt, undefined);
  const [owned] = parseRaisedEvents({
    ...asJson(raised('e1', 'acknowledged')),
    owner: { author: 'kim', at: '2026-03-01T03:00:00Z' },
  });
  assert.equal(owned?.owner, { author: 'kim', comment: '', at: new Date('2026-03-01T03:00:00Z') });
});

test('Only links of http and https stay.', () => {
  assert.is(alertOf({ url: 'https://example.com/a?b=1#c' }).url, 'https://example.com/a?b=1#c');
  for (const url of [
    'javascript:alert(1)',
    'data:text/html,x',
    'file:///etc/passwd',
    'nonsense',
    7,
    null,
    {},
    '',
  ])
    assert.is('url' in alertOf({ url }), false, String(url));
  assert.not.match(alertOf({ url: 'https://example.com/"><script>\r\nX: y' }).url ?? '', /[\r\n"<>]/);
});

test('Too much text is cut and not refused.', () => {
  const huge = alertOf({
    labels: Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`l${index}`, 'v'])),
    annotations: Object.fromEntries(
      Array.from({ length: 40 }, (_, index) => [`a${index}`, 'x'.repeat(1_000_000)]),
    ),
    severity: 'S'.repeat(1_000_000),
  });
  assert.is(Object.keys(huge.labels).length, 1_000);
  assert.is(huge.severity.length, 100);
  const lengths = Object.values(huge.annotations).map((value) => value.length);
  assert.is(Math.max(...lengths), 65_536);
  assert.ok(JSON.stringify(huge).length < 1_200_000);
  assert.ok(
    Object.keys(alertOf({ labels: { ['n'.repeat(100_000)]: 'v' } }).labels).every(
      (name) => name.length <= 1_000,
    ),
  );
});

test('A label may have any name and any text, and pollutes nothing.', () => {
  const labels = JSON.parse(
    '{"__proto__":"polluted","constructor":"c","toString":"t","a\\r\\nb":"{{x}}\\u0000<b>"}',
  );
  const alert = alertOf({ labels });
  assert.is(alert.labels['a\r\nb'], '{{x}}\u0000<b>');
  assert.is(alert.labels['constructor'], 'c');
  assert.is(Object.getPrototypeOf(alert.labels), Object.prototype);
  assert.is(Reflect.get({}, 'polluted'), undefined);
});

test.run();
