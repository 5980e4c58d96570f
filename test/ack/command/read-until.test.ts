import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readUntil } from '../../../src/ack/command/read-until.js';
import { replyZone } from '../../../src/ack/command/reply-zone.js';
import { readHeaderFields } from '../../../src/ack/header-fields.js';
import { zonedTime } from '../../../src/core/zoned-time.js';

const header = (...lines: string[]) => readHeaderFields(Buffer.from(`${lines.join('\r\n')}\r\n\r\n`));
/** A Monday, 11:00 on the wall. */
const at = new Date('2026-11-23T10:00:00Z');
const east = replyZone(header('Date: Mon, 23 Nov 2026 11:00:00 +0100'), 'UTC');

test('A time of day, a day or a date is read by the clocks of the reply; a time that is past is tomorrow.', () => {
  for (const [words, iso] of [
    ['21:00', '2026-11-23T20:00'],
    ['21.00', '2026-11-23T20:00'],
    ['21h', '2026-11-23T20:00'],
    ['21h30', '2026-11-23T20:30'],
    ['21 Uhr', '2026-11-23T20:00'],
    ['2100', '2026-11-23T20:00'],
    ['9pm', '2026-11-23T20:00'],
    ['9 PM', '2026-11-23T20:00'],
    ['9:30 p.m.', '2026-11-23T20:30'],
    ['at 9pm', '2026-11-23T20:00'],
    ['noon', '2026-11-23T11:00'],
    ['midnight', '2026-11-23T23:00'],
    ['24:00', '2026-11-23T23:00'],
    ['12am', '2026-11-23T23:00'],
    ['12pm', '2026-11-23T11:00'],
    // Past: tomorrow.
    ['9', '2026-11-24T08:00'],
    ['9:30', '2026-11-24T08:30'],
    ['9am', '2026-11-24T08:00'],
    ['11:00', '2026-11-24T10:00'],
    ['00:00', '2026-11-23T23:00'],
    ['tomorrow', '2026-11-24T08:00'],
    ['tomorrow 9', '2026-11-24T08:00'],
    ['tomorrow at 9:15', '2026-11-24T08:15'],
    ['9 tomorrow', '2026-11-24T08:00'],
    ['today 21:00', '2026-11-23T20:00'],
    ['monday 8:00', '2026-11-30T07:00'],
    ['monday 18:00', '2026-11-23T17:00'],
    ['next monday 18:00', '2026-11-30T17:00'],
    ['Tuesday', '2026-11-24T08:00'],
    ['fri 17:00', '2026-11-27T16:00'],
    ['17:00 on friday', '2026-11-27T16:00'],
    ['sunday, 8', '2026-11-29T07:00'],
    ['2026-12-01 08:00', '2026-12-01T07:00'],
    ['2026-12-01T08:00', '2026-12-01T07:00'],
    ['2026-12-01', '2026-12-01T08:00'],
    ['1.12. 8:00', '2026-12-01T07:00'],
    ['01.12.2026 8:00', '2026-12-01T07:00'],
    ['3.1. 8:00', '2027-01-03T07:00'],
    ['9999-12-31', '9999-12-31T08:00'],
    // A zone of its own.
    ['21:00 UTC', '2026-11-23T21:00'],
    ['21:00Z', '2026-11-23T21:00'],
    ['2026-12-01T08:00Z', '2026-12-01T08:00'],
    ['21:00 +05:30', '2026-11-23T15:30'],
  ] as const)
    assert.equal(
      readUntil(words, at, east),
      { until: new Date(`${iso}:00Z`), after: words.endsWith('.') && /\d\.$/.test(words) ? '.' : '' },
      words,
    );
});

test('What is over is past, what no clock and no calendar has is unclear, and other words are no time.', () => {
  for (const words of ['today 8', '2026-11-22', '2020-01-01 10:00', '22.11.2026'])
    assert.is(readUntil(words, at, east)?.until, 'past', words);
  for (const words of [
    '25:00',
    '0001-01-01',
    '9:75',
    '24:01',
    '13pm',
    '0am',
    '9:5',
    '2026-02-29',
    '2026-13-01',
    '31.4.',
    '12/01',
    '123456789',
    '-5',
    'today',
    'tomorrow 25',
    'monday 8:75',
    '8:00 +99:00',
    '5 disks are replaced',
    '2026-12',
  ])
    assert.is(readUntil(words, at, east)?.until, 'unclear', words);
  for (const words of ['the disk is replaced', 'I am back', '', 'sunset', 'monitoring is up', 'Ω'])
    assert.is(readUntil(words, at, east), undefined, words);
});

test('Where the clocks are put on or back, a time on the wall is one moment.', () => {
  const berlin = zonedTime('Europe/Berlin');
  const before = new Date('2026-03-28T20:00:00Z');
  // Left out by the clocks: when they are put on.
  assert.equal(readUntil('2:30', before, berlin)?.until, new Date('2026-03-29T01:00:00Z'));
  assert.equal(readUntil('tomorrow 9', before, berlin)?.until, new Date('2026-03-29T07:00:00Z'));
  assert.equal(
    readUntil('2:30', new Date('2026-10-24T20:00:00Z'), berlin)?.until,
    new Date('2026-10-25T00:30:00Z'),
  );
});

test('The zone is that of the Date; where it has none, or Exchange wrote it, that of the settings.', () => {
  const until = (...lines: string[]) =>
    readUntil('21:00', at, replyZone(header(...lines), 'Europe/Berlin'))?.until;
  for (const [lines, iso] of [
    [['Date: Mon, 23 Nov 2026 10:00:00 +0000'], '21:00'],
    [['Date: Mon, 23 Nov 2026 11:00:00 +0100 (CET)'], '20:00'],
    [['Date: Mon, 23 Nov 2026 05:00:00 -0500'], '02:00'],
    [['Date: Mon, 23 Nov 2026 15:45:00 +0545'], '15:15'],
    [['Date: Mon, 23 Nov 2026 10:00:00 -0000'], '20:00'],
    [['Date: Mon, 23 Nov 2026 10:00:00 +9999'], '20:00'],
    [['Date: yesterday'], '20:00'],
    [[], '20:00'],
    [['Date: Mon, 23 Nov 2026 10:00:00 +0000', 'x-ms-has-attach:'], '20:00'],
    [['Date: Mon, 23 Nov 2026 05:00:00 -0500', 'x-ms-has-attach:'], '02:00'],
  ] as const) {
    const found = until(...lines);
    assert.is(found instanceof Date && found.toISOString().slice(11, 16), iso, lines.join(' | '));
  }
});

test.run();
