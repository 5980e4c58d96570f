import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { quietHours } from '../../src/actions/quiet-hours.js';
import type { QuietSettings } from '../../src/core/settings.js';
import { raisedAlert } from './workshop.js';

const alert = (severity: string, source = 'prod') => ({
  ...raisedAlert({ severity, source }),
  ...{ id: 'a', status: 'firing' as const },
});

/** Until when a warning is held back that comes at a moment, in UTC; `-` for not at all. */
function held(at: string, settings: Partial<QuietSettings> = {}, zone = 'Europe/Berlin'): string {
  const quiet = quietHours({ from: '22:00', to: '07:00', pass: ['critical'], ...settings }, zone);
  return quiet(alert('warning'), new Date(at))?.toISOString().replace(':00.000Z', 'Z') ?? '-';
}

test('Quiet hours go over midnight, begin with their first minute and end before their last.', () => {
  assert.is(held('2026-01-15T20:59:59Z'), '-');
  assert.is(held('2026-01-15T21:00:00Z'), '2026-01-16T06:00Z');
  assert.is(held('2026-01-15T23:30:00Z'), '2026-01-16T06:00Z');
  assert.is(held('2026-01-16T05:59:59.999Z'), '2026-01-16T06:00Z');
  assert.is(held('2026-01-16T06:00:00Z'), '-');
  const noon = { from: '12:00', to: '13:30' };
  assert.is(held('2026-01-15T10:59:00Z', noon), '-');
  assert.is(held('2026-01-15T11:00:00Z', noon), '2026-01-15T12:30Z');
  assert.is(held('2026-01-15T12:30:00Z', noon), '-');
});

test('A day is that on which they begin.', () => {
  const friday = { days: ['fri'] } as const;
  assert.is(held('2026-01-16T21:30:00Z', { days: [...friday.days] }), '2026-01-17T06:00Z', 'Friday night');
  assert.is(held('2026-01-17T02:00:00Z', { days: [...friday.days] }), '2026-01-17T06:00Z', 'after midnight');
  assert.is(held('2026-01-16T02:00:00Z', { days: [...friday.days] }), '-', 'the night before');
  assert.is(held('2026-01-17T21:30:00Z', { days: [...friday.days] }), '-', 'the night after');
});

test('The time zone is that of the quiet hours, else that of the settings.', () => {
  assert.is(held('2026-01-15T03:30:00Z', { timeZone: 'America/New_York' }), '2026-01-15T12:00Z');
  assert.is(held('2026-01-15T02:30:00Z', { timeZone: 'America/New_York' }), '-');
  assert.is(held('2026-01-15T16:30:00Z', {}, 'Asia/Kolkata'), '2026-01-16T01:30Z');
});

test('The night in which the clock is put ahead is an hour shorter.', () => {
  assert.is(held('2026-03-28T21:00:00Z'), '2026-03-29T05:00Z', 'begins by CET and ends by CEST');
  assert.is(held('2026-03-29T20:00:00Z'), '2026-03-30T05:00Z');
  const gone = { to: '02:30' };
  assert.is(
    held('2026-03-29T00:30:00Z', gone),
    '2026-03-29T01:00Z',
    'at 3 o’clock there is no half past two',
  );
  assert.is(held('2026-03-29T01:00:00Z', gone), '-');
  const late = { from: '02:15', to: '07:00' };
  assert.is(held('2026-03-29T00:59:00Z', late), '-');
  assert.is(held('2026-03-29T01:00:00Z', late), '2026-03-29T05:00Z');
});

test('The night in which the clock is put back is an hour longer, and is quiet without a break.', () => {
  assert.is(held('2026-10-24T20:00:00Z'), '2026-10-25T06:00Z', 'begins by CEST and ends by CET');
  const twice = { to: '02:30' };
  for (const at of ['00:15', '00:45', '01:15'])
    assert.is(held(`2026-10-25T${at}:00Z`, twice), '2026-10-25T01:30Z', at);
  assert.is(held('2026-10-25T01:30:00Z', twice), '-');
  const late = { from: '02:30', to: '07:00' };
  assert.is(held('2026-10-25T00:29:00Z', late), '-');
  assert.is(held('2026-10-25T00:30:00Z', late), '2026-10-25T06:00Z');
  assert.is(held('2026-10-25T01:15:00Z', late), '2026-10-25T06:00Z');
});

test('Around all changes of the clock, quiet is what the wall shows, and an end is not quiet any more.', () => {
  for (const [zone, changes] of [
    ['Europe/Berlin', ['2026-03-29', '2026-10-25']],
    ['America/St_Johns', ['2026-03-08', '2026-11-01']],
    ['Australia/Lord_Howe', ['2026-04-05', '2026-10-04']],
  ] as const) {
    const quiet = quietHours({ from: '22:00', to: '07:00', pass: [] }, zone);
    const hour = new Intl.DateTimeFormat('en', { timeZone: zone, hour: 'numeric', hourCycle: 'h23' });
    const hours = changes.flatMap((day) =>
      Array.from({ length: 120 }, (_, index) => Date.parse(day) + (index - 60) * 3_600_000),
    );
    for (const ms of hours) {
      const at = new Date(ms);
      const shown = Number(hour.format(at));
      const end = quiet(alert('warning'), at);
      assert.is(end !== undefined, shown >= 22 || shown < 7, `${zone} ${at.toISOString()}`);
      if (end) assert.is(quiet(alert('warning'), end), undefined, end.toISOString());
    }
  }
});

test('Critical passes, by whatever name, and what else the settings let pass.', () => {
  const quiet = (pass: string[]) => quietHours({ from: '22:00', to: '07:00', pass }, 'UTC');
  const night = new Date('2026-01-15T23:00:00Z');
  const passes = (severity: string, pass: string[], source?: string) =>
    quiet(pass)(alert(severity, source), night) === undefined;
  for (const severity of ['critical', 'Critical', 'disaster', 'down', 'page'])
    assert.ok(passes(severity, ['critical']), severity);
  for (const severity of ['high', 'warning', 'info', 'unknown', 'sev2'])
    assert.not(passes(severity, ['critical']), severity);
  assert.ok(passes('high', ['critical', 'HIGH']));
  assert.not(passes('critical', []), 'nothing at all');
  assert.ok(passes('critical', [], 'ackmail'), 'but what Ackmail itself cannot do without');
  assert.not(passes('warning', [], 'ackmail'));
});

test.run();
