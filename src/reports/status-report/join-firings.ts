import type { ReportSpan } from '../../core/status-report.js';
import type { DayFacts, Taken } from './day-facts.js';
import type { Firing } from './firings.js';

/**
 * Hands over each alert that fired in a span, once, with what became of it before the end of the span, also on another
 * day; answers how many others were acknowledged in the span. `days` are oldest first.
 */
export function joinFirings(
  days: readonly DayFacts[],
  { from, to }: ReportSpan,
  visit: (firing: Firing) => void,
): number {
  const [fromMs, toMs] = [from.getTime(), to.getTime()];
  const isIn = (atMs: number) => atMs >= fromMs && atMs < toMs;
  const taken = new Map<string, Taken>();
  const ended = new Map<string, number>();
  for (const day of days) {
    for (const [id, by] of day.taken) {
      const before = taken.get(id);
      if (!before || by.atMs < before.atMs) taken.set(id, by);
    }
    for (const [id, atMs] of day.ended) ended.set(id, atMs);
  }
  let earlier = 0;
  let dayBefore: DayFacts | undefined;
  for (const day of days) {
    for (const each of day.firings.all()) {
      // Accepted again after a crash at midnight.
      if (dayBefore?.firings.has(each.id)) continue;
      const later = taken.get(each.id);
      if (later) taken.delete(each.id);
      const first = later && !(each.takenMs <= later.atMs) ? later : { atMs: each.takenMs, by: each.takenBy };
      if (isIn(each.atMs)) visit(cutOff(each, first, ended.get(each.id) ?? each.endedMs, toMs));
      else if (isIn(first.atMs)) earlier += 1;
    }
    dayBefore = day;
  }
  for (const { atMs } of taken.values()) if (isIn(atMs)) earlier += 1;
  return earlier;
}

/** What happens after the end of the span is not known yet. */
function cutOff(firing: Firing, first: Taken, endedMs: number, toMs: number): Firing {
  const isTaken = first.atMs < toMs;
  return {
    ...{ id: firing.id, atMs: firing.atMs, name: firing.name, severity: firing.severity },
    source: firing.source,
    takenMs: isTaken ? first.atMs : Number.NaN,
    takenBy: isTaken ? first.by : '',
    endedMs: endedMs < toMs ? endedMs : Number.NaN,
  };
}
