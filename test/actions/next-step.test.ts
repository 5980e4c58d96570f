import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { nextStep } from '../../src/actions/next-step.js';
import type { Route } from '../../src/actions/route.js';
import type { Alert } from '../../src/core/alert.js';

const now = new Date('2026-03-02T03:00:00Z');
const alert: Alert = {
  ...{ id: 'a', fingerprint: 'test/a', source: 'test', labels: {}, annotations: {}, severity: 'critical' },
  ...{ status: 'firing', startsAt: now },
};
const minuteMs = 60_000;
const route = (action: string, minutes = 0, more: Partial<Route> = {}): Route => ({
  ...{ action, repeatMs: minuteMs, afterMs: minutes * minuteMs, wants: () => true },
  ...more,
});
const names = (routes: readonly Route[], unreached: string, of: Alert = alert) =>
  nextStep(routes, of, unreached, now).map(({ action }) => action);

test('the next step is that of the shortest wait beyond the one that reached nobody', () => {
  const routes = [route('boss', 30), route('oncall'), route('second', 15), route('also', 15), route('chat')];
  assert.equal(names(routes, 'oncall'), ['second', 'also']);
  assert.equal(names(routes, 'second'), ['boss']);
  assert.equal(names(routes, 'boss'), []);
  assert.equal(names(routes, 'no more in the settings'), []);
});

test('who sleeps, or is not told of such alerts, is passed over', () => {
  const routes = [
    route('oncall'),
    route('second', 15, { heldUntil: () => new Date('2026-03-02T07:00:00Z') }),
    route('third', 20, { wants: () => false }),
    route('boss', 30),
  ];
  assert.equal(names(routes, 'oncall'), ['boss']);
});

test('there is none where somebody has the alert, where it is over, and for a system error', () => {
  const routes = [route('oncall'), route('second', 15)];
  assert.equal(names(routes, 'oncall', { ...alert, status: 'acknowledged' }), []);
  assert.equal(names(routes, 'oncall', { ...alert, status: 'resolved' }), []);
  assert.equal(names(routes, 'oncall', { ...alert, source: 'ackmail' }), []);
});

test.run();
