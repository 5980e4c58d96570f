import type { ReportSettings } from '../../core/settings.js';
import { zonedTime } from '../../core/zoned-time.js';

/** The moments at which reports are due. */
export interface ReportSchedule {
  /** The latest one that is not after a moment. */
  lastAt(date: Date): Date;
  /** The first one that is after a moment. */
  nextAt(date: Date): Date;
}

const dayMs = 86_400_000;
const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

/**
 * Makes the schedule of the mailed report: at a time of day by the clock on the wall, each day or on one day of the
 * week, exactly once on each. Where the wall shows that time twice, it is the first; where it leaves it out, the moment
 * at which it is put ahead.
 */
export function reportSchedule(
  { every, at, day: weekday }: Pick<ReportSettings, 'every' | 'at' | 'day'>,
  timeZone: string,
): ReportSchedule {
  const zone = zonedTime(timeZone);
  const [hours = 0, minutes = 0] = at.split(':').map(Number);
  const timeMs = (hours * 60 + minutes) * 60_000;
  const isDue = (day: number) => every === 'day' || weekdays[new Date(day).getUTCDay()] === weekday;
  const around = (date: Date): readonly Date[] => {
    const today = zone.day(date);
    const days = Array.from({ length: 17 }, (_, index) => today + (index - 8) * dayMs);
    return days.filter(isDue).map((day) => zone.first(day + timeMs));
  };
  return {
    lastAt: (date) => around(date).findLast((due) => due <= date) ?? date,
    nextAt: (date) => around(date).find((due) => due > date) ?? new Date(date.getTime() + dayMs),
  };
}
