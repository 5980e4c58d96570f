import type { ReportSpan } from '../../core/status-report.js';
import { zonedTime } from '../../core/zoned-time.js';

const dayMs = 86_400_000;
const mostDays = 92;
const mostWeeks = 92;

/**
 * The moments at which the days of a span begin, or every so many days where it is long: midnight by the clock on the
 * wall of the time zone (the first one where that comes twice), so a day has 23 or 25 hours where the clock is
 * changed. The first is the beginning of the span.
 */
export function reportDays(
  { from, to }: ReportSpan,
  timeZone: string,
): { readonly stepDays: number; readonly begins: readonly Date[] } {
  const zone = zonedTime(timeZone);
  const firstDay = zone.day(from);
  const count =
    Math.round((zone.day(new Date(Math.max(from.getTime(), to.getTime() - 1))) - firstDay) / dayMs) + 1;
  const stepDays = count <= mostDays ? 1 : count <= mostWeeks * 7 ? 7 : 28;
  const begins = [from];
  for (let day = stepDays; day < count; day += stepDays) begins.push(zone.first(firstDay + day * dayMs));
  return { stepDays, begins };
}
