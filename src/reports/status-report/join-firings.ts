import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ReportSpan } from '../../core/status-report.js';
import type { DayFacts, Taken } from './day-facts.js';
import type { Firing } from './firings.js';

/** A few milliseconds of work. */
const mostAtOnce = 5_000;
const none: Firing = {
  ...{ id: '', atMs: 0.5, name: '', severity: '', source: '', takenMs: 0.5, takenBy: '', endedMs: 0.5 },
};

/**
 * Shows each alert that fired in a span, once, with its acknowledgement before the end of the span and with its end,
 * also on another day: the same object again and again, which is not to be kept. Answers how many others were
 * acknowledged in the span. `days` are oldest first.
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
  const shown = { ...none };
  let visited = 0;
  let dayBefore: DayFacts | undefined;
  for (const day of days) {
    const again = repeatedIn(day, dayBefore);
    day.firings.each((each) => {
      if (again.size > 0 && again.has(each.id)) return;
      const later = taken.get(each.id);
      if (later) taken.delete(each.id);
      const isLater = later !== undefined && !(each.takenMs <= later.atMs);
      const takenMs = isLater ? later.atMs : each.takenMs;
      if (!isIn(each.atMs)) {
        if (isIn(takenMs)) earlier += 1;
        return;
      }
      // An acknowledgement after the end of the span is none yet.
      shown.takenMs = takenMs < toMs ? takenMs : Number.NaN;
      shown.endedMs = ended.get(each.id) ?? each.endedMs;
      shown.takenBy = isLater ? later.by : each.takenBy;
      shown.id = each.id;
      shown.atMs = each.atMs;
      shown.name = each.name;
      shown.severity = each.severity;
      shown.source = each.source;
      visit(shown);
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
