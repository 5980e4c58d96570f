import type { DeliveryCount, ReportSpan, StatusReport } from '../../core/status-report.js';
import type { DayFacts } from './day-facts.js';

type Count = { -readonly [K in keyof DeliveryCount]: number };

const figures = ['mails', 'accepted', 'deferred', 'rejected', 'bounced', 'givenUp', 'dropped'] as const;
const none: DeliveryCount = {
  ...{ mails: 0, accepted: 0, deferred: 0, rejected: 0, bounced: 0, givenUp: 0, dropped: 0 },
};

/** What a report says of mails, replies and system errors; `days` may hold more than the span. */
export function countRest(
  days: readonly DayFacts[],
  { from, to }: ReportSpan,
): Pick<StatusReport, 'delivery' | 'replies' | 'systemErrorsRaised'> {
  const [fromMs, toMs] = [from.getTime(), to.getTime()];
  const all: Count = { ...none };
  const byAction = new Map<string, Count>();
  const verdicts = new Map<string, number>();
  const refusals = new Map<string, number>();
  let raised = 0;
  const deliver = (action: string, counts: Partial<DeliveryCount>) => {
    const ofAction = byAction.get(action) ?? { ...none };
    byAction.set(action, ofAction);
    for (const what of figures) {
      ofAction[what] += counts[what] ?? 0;
      all[what] += counts[what] ?? 0;
    }
  };
  for (const day of days) {
    for (const [action, sums] of day.mails.count(fromMs, toMs)) deliver(action, sums);
    for (const { what, name, refusal, count } of day.others.count(fromMs, toMs)) {
      if (what === 'bounced' || what === 'dropped') deliver(name, { [what]: count });
      if (what === 'given-up') deliver(name, { givenUp: count });
      if (what === 'raised') raised += count;
      if (what === 'replied') add(verdicts, name, count);
      if (what === 'replied' && name === 'refused') add(refusals, refusal, count);
    }
  }
  return {
    delivery: {
      ...all,
      byAction: [...byAction]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([action, count]) => ({ action, ...count })),
    },
    replies: {
      total: [...verdicts.values()].reduce((sum, count) => sum + count, 0),
      byVerdict: mostFirst(verdicts).map(([verdict, count]) => ({ verdict, count })),
      byRefusal: mostFirst(refusals).map(([refusal, count]) => ({ refusal, count })),
    },
    systemErrorsRaised: raised,
  };
}

function add(counts: Map<string, number>, name: string, count: number): void {
  counts.set(name, (counts.get(name) ?? 0) + count);
}

function mostFirst(counts: ReadonlyMap<string, number>): [string, number][] {
  return [...counts].sort(([a, many], [b, most]) => most - many || (a < b ? -1 : 1));
}
