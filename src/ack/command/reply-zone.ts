import { type ZonedTime, zonedTime } from '../../core/zoned-time.js';
import type { HeaderFields } from '../header-fields.js';

const dayMs = 86_400_000;
const longestOffsetMinutes = 14 * 60;

/**
 * The clocks by which a person reads a time: those of the offset in the `Date` of the reply (RFC 5322 section 3.3).
 *
 * Where it names none, and where Exchange wrote it, which writes every date in UTC, those of `timeZone`, in which
 * our mails tell times.
 */
export function replyZone(fields: HeaderFields, timeZone: string): Pick<ZonedTime, 'day' | 'first'> {
  const [date = ''] = fields.values('date');
  const [, sign, hours, minutes] =
    /\s([+-])(\d{2})(\d{2})(?:\s*\([^()]*\))?\s*$/.exec(date.slice(-100)) ?? [];
  const ahead = (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -1 : 1);
  const isNone = sign === undefined || `${sign}${hours}${minutes}` === '-0000';
  const byExchange = ahead === 0 && fields.all.some(({ name }) => name.startsWith('x-ms-'));
  if (isNone || byExchange || Math.abs(ahead) > longestOffsetMinutes) return zonedTime(timeZone);
  const aheadMs = ahead * 60_000;
  return {
    day: (at) => Math.floor((at.getTime() + aheadMs) / dayMs) * dayMs,
    first: (wallMs) => new Date(wallMs - aheadMs),
  };
}
