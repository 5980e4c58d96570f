import type { ZonedTime } from '../../core/zoned-time.js';

/** A point in time that was read. */
export interface Until {
  /** `past`: that is over; `unclear`: it begins like a day or a time, and is none. */
  readonly until: Date | 'past' | 'unclear';
  readonly after: string;
}

const dayMs = 86_400_000;
const hourMs = 3_600_000;
const minuteMs = 60_000;
/** When a day begins for whoever names one without a time. */
const morningMs = 9 * hourMs;
const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

const day =
  '(?<day>today|tomorrow|tmrw|(?:next\\s+)?(?:sun(?:day)?|mon(?:day)?|tue(?:s|sday)?|wed(?:nesday)?|thu(?:rs?|rsday)?|fri(?:day)?|sat(?:urday)?))(?![\\p{L}\\p{N}_])';
const date =
  '(?<year>\\d{4})-(?<month>\\d{1,2})-(?<date>\\d{1,2})(?=[T\\s.,;:!)]|$)|(?<date2>\\d{1,2})\\.\\s?(?<month2>\\d{1,2})\\.(?:\\s?(?<year2>\\d{4})(?!\\d))?';
const time =
  "(?:(?<word>noon|midnight)|(?<hour>\\d{1,2})(?:\\s?[:.h]\\s?(?<minute>\\d{2})(?::\\d{2})?)?\\s?(?:(?<half>[ap])\\.?m\\b\\.?|h(?:rs)?\\b|uhr\\b|o['’]?clock\\b)?|(?<hour4>\\d{2})(?<minute4>\\d{2}))(?:\\s?(?<zone>utc|gmt|z)(?![\\p{L}\\p{N}_+-])|\\s?(?<sign>[+-])(?<zoneHour>\\d{2}):?(?<zoneMinute>\\d{2})(?!\\d))?(?![\\p{L}\\p{N}_]|[.:,-]\\d)";
const whenFirst = new RegExp(
  `^(?:on\\s+)?(?:${day}|${date})(?:(?:\\s*,\\s*|\\s+|T)(?:at\\s+)?(?:${time}))?`,
  'iu',
);
const timeFirst = new RegExp(`^(?:at\\s+)?(?:${time})`, 'iu');
const dayBehind = new RegExp(`^\\s*,?\\s*(?:on\\s+)?(?:${day}|${date})`, 'iu');
const begins = new RegExp(
  `^(?:(?:on|at)\\s+)?(?:[-+]?\\d|${day.replace('?<day>', '?:')}|noon|midnight)`,
  'iu',
);

/**
 * Reads a point in time behind the word `until`: `21:00`, `9`, `9pm`, `21.00`, `21h`, `tomorrow 9`, `monday 8:00`,
 * `2026-12-01 08:00`, `1.12. 8:00`; undefined when none stands there.
 *
 * A time of day that is past is tomorrow's; a weekday is the next one that is not past; a day without a time is 9:00
 * of it. All is read by the clocks of `zone`, and seen from `at`.
 */
export function readUntil(text: string, at: Date, zone: Pick<ZonedTime, 'day' | 'first'>): Until | undefined {
  const part = text.slice(0, 200);
  const first = whenFirst.exec(part);
  const found = first ?? timeFirst.exec(part);
  if (!found) return begins.test(part) ? { until: 'unclear', after: text } : undefined;
  const behind = first ? undefined : dayBehind.exec(part.slice(found[0].length));
  const groups: Groups = { ...found.groups, ...defined(behind?.groups) };
  const after = text.slice(found[0].length + (behind?.[0].length ?? 0));
  // "until 5 disks are replaced"
  const isCounted = /(?:^|\s)\d{1,2}$/.test(found[0]) && !behind && /^[ \t]+\p{L}/u.test(after);
  return { until: isCut(after) || isCounted ? 'unclear' : pointOf(groups, at, zone), after };
}

type Groups = Readonly<Record<string, string | undefined>>;

function defined(groups: Groups = {}): Groups {
  return Object.fromEntries(Object.entries(groups).filter(([, value]) => value !== undefined));
}

/** Whether what was read goes on, so that it is something else: `12/01`, `9:75`, `2026-12`. */
function isCut(after: string): boolean {
  return /^(?:[\p{L}\p{N}_]|[/:.,-]\s?\d)/u.test(after) || /^\s+\d/.test(after);
}

function pointOf(
  groups: Groups,
  at: Date,
  zone: Pick<ZonedTime, 'day' | 'first'>,
): Date | 'past' | 'unclear' {
  const today = zone.day(at);
  const time = timeOf(groups);
  const days = daysOf(groups, today);
  if (time === 'unclear' || days === 'unclear') return 'unclear';
  if (days === undefined && time === undefined) return 'unclear';
  if (groups['day']?.toLowerCase() === 'today' && time === undefined) return 'unclear';
  const offset = offsetOf(groups);
  if (offset === 'unclear') return 'unclear';
  const moment = (dayStart: number) => {
    const wallMs = dayStart + (time ?? morningMs);
    return offset === undefined ? zone.first(wallMs) : new Date(wallMs - offset);
  };
  const [start = today, next] = days ?? [today, today + dayMs];
  const point = moment(start);
  if (Number.isNaN(point.getTime())) return 'unclear';
  if (point > at) return point;
  return next === undefined ? 'past' : moment(next);
}

/** The midnight of the day that is meant, and of the one that is meant when that is past. */
function daysOf(groups: Groups, today: number): readonly number[] | 'unclear' | undefined {
  const name = groups['day']?.toLowerCase();
  if (name === 'today') return [today];
  if (name === 'tomorrow' || name === 'tmrw') return [today + dayMs];
  if (name !== undefined) {
    const isNext = name.startsWith('next');
    const wanted = weekdays.indexOf(name.replace(/^next\s+/, '').slice(0, 3));
    const ahead = (wanted - new Date(today).getUTCDay() + 7) % 7;
    const start = today + ahead * dayMs;
    return isNext && ahead === 0 ? [start + 7 * dayMs] : [start, start + 7 * dayMs];
  }
  const month = groups['month'] ?? groups['month2'];
  const date = groups['date'] ?? groups['date2'];
  if (month === undefined || date === undefined) return undefined;
  const year = groups['year'] ?? groups['year2'];
  if (year !== undefined) return dateAt(Number(year), Number(month), Number(date));
  const thisYear = new Date(today).getUTCFullYear();
  const found = [thisYear, thisYear + 1].map((each) => dateAt(each, Number(month), Number(date)));
  const starts = found.flatMap((each) => (each === 'unclear' ? [] : each));
  return starts.length === 0 ? 'unclear' : starts;
}

/** The midnight of a date; a date that no calendar has is unclear. */
function dateAt(year: number, month: number, date: number): readonly number[] | 'unclear' {
  const start = new Date(Date.UTC(year, month - 1, date));
  return start.getUTCFullYear() === year && start.getUTCMonth() === month - 1 && start.getUTCDate() === date
    ? [start.getTime()]
    : 'unclear';
}

/** The time of day in milliseconds from midnight. */
function timeOf(groups: Groups): number | 'unclear' | undefined {
  const word = groups['word']?.toLowerCase();
  if (word !== undefined) return word === 'noon' ? 12 * hourMs : 24 * hourMs;
  const text = groups['hour'] ?? groups['hour4'];
  if (text === undefined) return undefined;
  const hour = Number(text);
  const minute = Number(groups['minute'] ?? groups['minute4'] ?? 0);
  const half = groups['half']?.toLowerCase();
  if (minute > 59 || hour > 24 || (hour === 24 && minute > 0)) return 'unclear';
  if (half !== undefined && (hour < 1 || hour > 12)) return 'unclear';
  return (half === undefined ? hour : (hour % 12) + (half === 'p' ? 12 : 0)) * hourMs + minute * minuteMs;
}

/** How far a zone that stands behind the time is ahead of UTC, in milliseconds. */
function offsetOf(groups: Groups): number | 'unclear' | undefined {
  if (groups['zone'] !== undefined) return 0;
  const { sign, zoneHour, zoneMinute } = groups;
  if (sign === undefined) return undefined;
  const ahead = Number(zoneHour) * hourMs + Number(zoneMinute) * minuteMs;
  return ahead > 14 * hourMs ? 'unclear' : sign === '-' ? -ahead : ahead;
}
