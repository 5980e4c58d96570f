import type { HistoryDay } from '../../core/history-day.js';
import type { ReportSpan } from '../../core/status-report.js';
import { collectDay, type DayFacts, reportedKinds } from './day-facts.js';

/** What the history knows of a span, and of what lies around it on the same days. */
export interface ReadFacts {
  /** The first day that there is; absent where there is none. */
  readonly firstDay?: string;
  readonly days: readonly DayFacts[];
}

/**
 * Makes the function that reads the facts of a span.
 *
 * What was read of a day is kept, so that the next time only what was added to it is read. Of a day that was removed
 * nothing is kept. The next call must wait for the end of the last one.
 */
export function createFactsReader(list: () => Promise<readonly HistoryDay[]>) {
  const kept = new Map<string, { readonly facts: ReturnType<typeof collectDay>; read: number }>();

  const readDay = async ({ day, size, read }: HistoryDay): Promise<DayFacts> => {
    const before = kept.get(day);
    const known = before && before.read <= size ? before : { facts: collectDay(), read: 0 };
    kept.set(day, known);
    try {
      if (known.read < size) known.read = await read(reportedKinds, known.read, known.facts.add);
    } catch (thrown) {
      // Some of it is counted already.
      kept.delete(day);
      throw thrown;
    }
    return known.facts;
  };

  return async ({ from, to }: ReportSpan): Promise<ReadFacts> => {
    const all = await list();
    const names = new Set(all.map(({ day }) => day));
    for (const day of kept.keys()) if (!names.has(day)) kept.delete(day);
    const days: DayFacts[] = [];
    for (const each of all)
      if (each.day >= dayOf(from) && each.day <= dayOf(to)) days.push(await readDay(each));
    const [first] = all;
    return { ...(first ? { firstDay: first.day } : {}), days };
  };
}

function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}
