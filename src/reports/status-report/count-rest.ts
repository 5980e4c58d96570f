import type { DeliveryCount, ReportSpan, StatusReport } from '../../core/status-report.js';
import type { DayFacts, OtherFact } from './day-facts.js';

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
  const isIn = ({ atMs }: { readonly atMs: number }) => atMs >= fromMs && atMs < toMs;
  const all: Count = { ...none };
  const byAction = new Map<string, Count>();
  const add = (action: string, counts: Partial<DeliveryCount>) => {
    const ofAction = byAction.get(action) ?? { ...none };
    byAction.set(action, ofAction);
    for (const what of figures) {
      ofAction[what] += counts[what] ?? 0;
      all[what] += counts[what] ?? 0;
    }
  };
  const others: OtherFact[] = [];
  for (const day of days) {
    day.mails.count(fromMs, toMs, (action, { mails, accepted, deferred, rejected }) => {
      if (mails + deferred + rejected === 0) return;
      add(action, { mails, accepted, deferred, rejected });
    });
    for (const each of day.others) if (isIn(each)) others.push(each);
  }
  for (const { what, name, count } of others) {
    if (what === 'bounced' || what === 'dropped') add(name, { [what]: count });
    if (what === 'given-up') add(name, { givenUp: count });
  }
  const replies = others.filter(({ what }) => what === 'replied');
  const refused = replies.filter(({ name }) => name === 'refused');
  return {
    delivery: {
      ...all,
      byAction: [...byAction]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([action, count]) => ({ action, ...count })),
    },
    replies: {
      total: replies.length,
      byVerdict: tally(replies, ({ name }) => name).map(([verdict, count]) => ({ verdict, count })),
      byRefusal: tally(refused, ({ refusal }) => refusal ?? '').map(([refusal, count]) => ({
        ...{ refusal, count },
      })),
    },
    systemErrorsRaised: others.filter(({ what }) => what === 'raised').length,
  };
}

/** How many there are of each, the most frequent first. */
function tally(facts: readonly OtherFact[], nameOf: (fact: OtherFact) => string): [string, number][] {
  const counts = new Map<string, number>();
  for (const fact of facts) counts.set(nameOf(fact), (counts.get(nameOf(fact)) ?? 0) + 1);
  return [...counts].sort(([a, many], [b, most]) => most - many || (a < b ? -1 : 1));
}
