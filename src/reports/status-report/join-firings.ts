import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ReportSpan } from '../../core/status-report.js';
import type { DayFacts, Taken } from './day-facts.js';
import type { Firing } from './firings.js';

/** A few milliseconds of work. */
const mostAtOnce = 5_000;

/**
 * Shows each alert that fired in a span, once, with its acknowledgement before the end of the span and with its end,
 * also on another day: the same object again and again, which is not to be kept. Answers how many others were
 * acknowledged in the span; of what fired before `days`, it is not known whether that was the first time. `days` are
 * oldest first.
 */
export async function joinFirings(
  days: readonly DayFacts[],
  { from, to }: ReportSpan,
  visit: (firing: Readonly<Firing>) => void,
): Promise<number> {
  const [fromMs, toMs] = [from.getTime(), to.getTime()];
  const isIn = (atMs: number) => atMs >= fromMs && atMs < toMs;
  const taken = new Map<string, Taken>();
  const ended = new Map<string, number>();
  const addTaken = (id: string, by: Taken) => {
    const before = taken.get(id);
    if (!before || by.atMs < before.atMs) taken.set(id, by);
  };
  for (const [index, day] of days.entries()) {
    for (const [id, by] of day.taken) addTaken(id, by);
    for (const [id, atMs] of day.ended) ended.set(id, atMs);
    // What stands with a firing that does not count belongs to the one that does.
    for (const id of repeatedIn(day, days[index - 1])) {
      const { takenMs = Number.NaN, takenBy = '', endedMs = Number.NaN } = day.firings.get(id) ?? {};
      if (!Number.isNaN(takenMs)) addTaken(id, { atMs: takenMs, by: takenBy });
      if (!Number.isNaN(endedMs)) ended.set(id, endedMs);
    }
  }
  let earlier = 0;
  let visited = 0;
  let dayBefore: DayFacts | undefined;
  for (const day of days) {
    const again = repeatedIn(day, dayBefore);
    day.firings.each((firing) => {
      if (again.size > 0 && again.has(firing.id)) return;
      const later = taken.size > 0 ? taken.get(firing.id) : undefined;
      if (later) {
        taken.delete(firing.id);
        if (!(firing.takenMs <= later.atMs)) {
          firing.takenMs = later.atMs;
          firing.takenBy = later.by;
        }
      }
      if (!isIn(firing.atMs)) {
        if (isIn(firing.takenMs)) earlier += 1;
        return;
      }
      // An acknowledgement after the end of the span is none yet.
      if (firing.takenMs >= toMs) firing.takenMs = Number.NaN;
      if (ended.size > 0) firing.endedMs = ended.get(firing.id) ?? firing.endedMs;
      visit(firing);
    });
    dayBefore = day;
    // Alerts go on leaving while a report is made.
    visited += day.firings.count;
    if (visited < mostAtOnce) continue;
    visited = 0;
    await nextTurn();
  }
  for (const { atMs } of taken.values()) if (isIn(atMs)) earlier += 1;
  return earlier;
}

const nothing: ReadonlySet<string> = new Set();

/** The firings of a day that stand on the day before already: accepted again after a crash at midnight. */
function repeatedIn(day: DayFacts, before: DayFacts | undefined): ReadonlySet<string> {
  return before ? day.firings.alsoIn(before.firings) : nothing;
}
