import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { reportSchedule } from '../../../src/reports/status-report/report-schedule.js';

const minuteMs = 60_000;

/** All due dates of a time, each found from the minutes before it. */
function dues(from: string, to: string, settings: Parameters<typeof reportSchedule>[0], timeZone: string) {
  const schedule = reportSchedule(settings, timeZone);
  const found: string[] = [];
  for (let at = schedule.nextAt(new Date(from)); at <= new Date(to); at = schedule.nextAt(at)) {
    found.push(at.toISOString());
    assert.equal(schedule.lastAt(at), at);
    assert.equal(schedule.lastAt(new Date(at.getTime() + minuteMs)), at);
    assert.equal(schedule.nextAt(new Date(at.getTime() - minuteMs)), at);
    assert.ok(found.length < 100);
  }
  return found;
}

test('A daily report is due at the same time on the wall when the clock is put ahead and back', () => {
  const daily = { every: 'day', at: '07:00', day: 'mon' } as const;
  assert.equal(dues('2026-03-27T12:00Z', '2026-03-30T12:00Z', daily, 'Europe/Berlin'), [
    '2026-03-28T06:00:00.000Z',
    '2026-03-29T05:00:00.000Z',
    '2026-03-30T05:00:00.000Z',
  ]);
  assert.equal(dues('2026-10-24T12:00Z', '2026-10-26T12:00Z', daily, 'Europe/Berlin'), [
    '2026-10-25T06:00:00.000Z',
    '2026-10-26T06:00:00.000Z',
  ]);
});

test('A time that the wall leaves out is when it is put ahead; one that it shows twice is the first, once', () => {
  const night = { every: 'day', at: '02:30', day: 'mon' } as const;
  assert.equal(dues('2026-03-28T12:00Z', '2026-03-30T12:00Z', night, 'Europe/Berlin'), [
    '2026-03-29T01:00:00.000Z',
    '2026-03-30T00:30:00.000Z',
  ]);
  assert.equal(dues('2026-10-24T12:00Z', '2026-10-26T12:00Z', night, 'Europe/Berlin'), [
    '2026-10-25T00:30:00.000Z',
    '2026-10-26T01:30:00.000Z',
  ]);
});

test('A weekly report is due on its day, in zones on both sides of the date line', () => {
  const weekly = { every: 'week', at: '07:00', day: 'mon' } as const;
  assert.equal(dues('2026-03-20T00:00Z', '2026-04-01T00:00Z', weekly, 'Europe/Berlin'), [
    '2026-03-23T06:00:00.000Z',
    '2026-03-30T05:00:00.000Z',
  ]);
  assert.equal(dues('2026-03-20T00:00Z', '2026-03-25T00:00Z', weekly, 'Pacific/Kiritimati'), [
    '2026-03-22T17:00:00.000Z',
  ]);
  assert.equal(dues('2026-03-20T00:00Z', '2026-03-25T00:00Z', weekly, 'Pacific/Pago_Pago'), [
    '2026-03-23T18:00:00.000Z',
  ]);
});

test('A day that a zone leaves out has its report all the same, and the days around it one each', () => {
  // Samoa had no 30th of December 2011.
  const daily = { every: 'day', at: '07:00', day: 'mon' } as const;
  const found = dues('2011-12-28T20:00Z', '2012-01-01T20:00Z', daily, 'Pacific/Apia');
  assert.is(new Set(found).size, found.length);
  assert.ok(found.includes('2011-12-29T17:00:00.000Z'));
  assert.ok(found.includes('2011-12-30T17:00:00.000Z'));
});

test.run();
