import type { ReportSpan } from '../../core/status-report.js';
import type { DayFacts, Firing, Taken } from './day-facts.js';

/** What fired in a span and what became of it until its end, and what was acknowledged that had fired before. */
export interface JoinedFirings {
  readonly firings: readonly Firing[];
  /** How many others were acknowledged in the span. */
  readonly earlier: number;
}

/** Joins the firings of days with the acknowledgements and ends that stand on other days; `days` are oldest first. */
export function joinFirings(days: readonly DayFacts[], { from, to }: ReportSpan): JoinedFirings {
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
  const firings: Firing[] = [];
  let earlier = 0;
  let dayBefore: DayFacts | undefined;
  for (const day of days) {
    for (const each of day.firings.values()) {
      // Accepted again after a crash at midnight.
      if (dayBefore?.firings.has(each.id)) continue;
      const acknowledged = each.taken ?? taken.get(each.id);
      taken.delete(each.id);
      const isTaken = acknowledged !== undefined && acknowledged.atMs < toMs;
      if (!isIn(each.atMs)) {
        if (isTaken && isIn(acknowledged.atMs)) earlier += 1;
        continue;
      }
      const endedMs = each.endedMs ?? ended.get(each.id);
      const { id, atMs, name, severity, source } = each;
      firings.push({
        ...{ id, atMs, name, severity, source },
        ...(isTaken ? { taken: acknowledged } : {}),
        ...(endedMs !== undefined && endedMs < toMs ? { endedMs } : {}),
      });
    }
    dayBefore = day;
  }
  for (const { atMs } of taken.values()) if (isIn(atMs)) earlier += 1;
  return { firings, earlier };
}
