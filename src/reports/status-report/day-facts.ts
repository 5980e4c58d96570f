import type { HistoryLine } from '../../core/history-day.js';
import { ownSource } from '../../core/own-source.js';

/** A firing, and what became of it on the same day of the history. */
export interface Firing {
  readonly id: string;
  readonly atMs: number;
  readonly name: string;
  readonly severity: string;
  readonly source: string;
  /** When it was acknowledged first, and by whom. */
  taken?: Taken;
  endedMs?: number;
}

/** The first acknowledgement of a firing. */
export interface Taken {
  readonly atMs: number;
  readonly by: string;
}

/** What a server said of a mail. */
export interface MailFact {
  readonly atMs: number;
  readonly action: string;
  readonly accepted: number;
  readonly deferred: number;
  readonly rejected: number;
}

/** What happened rarely enough to be kept one by one. */
export interface OtherFact {
  readonly atMs: number;
  readonly what: 'bounced' | 'given-up' | 'dropped' | 'raised' | 'replied';
  /** The action; of a reply, what it came to. */
  readonly name: string;
  readonly count: number;
  /** Why a reply was refused. */
  readonly refusal?: string;
}

/** As much of one day of the history as a report of any span needs. */
export interface DayFacts {
  readonly firings: ReadonlyMap<string, Firing>;
  /** The first acknowledgements and the ends, by the id, of what fired on another day. */
  readonly taken: ReadonlyMap<string, Taken>;
  readonly ended: ReadonlyMap<string, number>;
  readonly mails: readonly MailFact[];
  readonly others: readonly OtherFact[];
}

/** The kinds of entries that `add` has a use for. */
export const reportedKinds: ReadonlySet<string> = new Set([
  ...['fired', 'resolved', 'acknowledged', 'unacknowledged', 'commented'],
  ...['sent', 'bounced', 'given-up', 'dropped', 'raised'],
  ...['asked', 'not-taken', 'refused', 'unreadable'],
]);

/** Collects the facts of one day, line by line, in whatever order they come. */
export function collectDay(): DayFacts & { add(line: HistoryLine): void } {
  const firings = new Map<string, Firing>();
  const taken = new Map<string, Taken>();
  const ended = new Map<string, number>();
  const mails: MailFact[] = [];
  const others: OtherFact[] = [];
  const shared = new Map<string, string>();
  /** Each text once: a day says the same names a thousand times. */
  const text = (value: unknown): string => {
    if (typeof value !== 'string') return '';
    const known = shared.get(value);
    if (known === undefined) shared.set(value, value);
    return known ?? value;
  };

  const addFiring = (id: string, atMs: number, facts: HistoryLine['facts']) => {
    if (firings.has(id)) return;
    const [takenBefore, endedMs] = [taken.get(id), ended.get(id)];
    firings.set(id, {
      ...{ id, atMs, name: text(facts['name']), severity: text(facts['severity']) },
      source: text(facts['source']),
      ...(takenBefore === undefined ? {} : { taken: takenBefore }),
      ...(endedMs === undefined ? {} : { endedMs }),
    });
    taken.delete(id);
    ended.delete(id);
  };
  const addTaken = (id: string, by: Taken) => {
    const firing = firings.get(id);
    const before = firing?.taken ?? taken.get(id);
    if (before && before.atMs <= by.atMs) return;
    if (firing) firing.taken = by;
    else taken.set(id, by);
  };
  const addEnd = (id: string, atMs: number) => {
    const firing = firings.get(id);
    if (firing) firing.endedMs = atMs;
    else ended.set(id, atMs);
  };
  /** Notes about one alert have its id; what an entry without one says is what a reply came to. */
  const addOfAlert = ({ kind, atMs, facts }: HistoryLine, id: string) => {
    if (facts['source'] === ownSource) return;
    if (kind === 'fired') addFiring(id, atMs, facts);
    if (kind === 'resolved') addEnd(id, atMs);
    if (kind === 'acknowledged') addTaken(id, { atMs, by: text(facts['author']) });
  };
  const addOther = (line: HistoryLine, what: OtherFact['what'], name: unknown, count: number) => {
    const { refusal } = line.facts;
    others.push({
      ...{ atMs: line.atMs, what, name: text(name), count },
      ...(typeof refusal === 'string' ? { refusal: text(refusal) } : {}),
    });
  };

  return {
    ...{ firings, taken, ended, mails, others },
    add(line) {
      const { kind, atMs, facts } = line;
      const { alert, action, source } = facts;
      if (typeof alert === 'string') return addOfAlert(line, alert);
      if (kind === 'sent') {
        const [accepted, deferred, rejected] = [facts['accepted'], facts['deferred'], facts['rejected']].map(
          lengthOf,
        );
        mails.push({
          ...{ atMs, action: text(action) },
          ...{ accepted: accepted ?? 0, deferred: deferred ?? 0, rejected: rejected ?? 0 },
        });
      } else if (kind === 'bounced') addOther(line, kind, action, lengthOf(facts['missed']));
      else if (kind === 'given-up' || kind === 'dropped') {
        if (source !== ownSource) addOther(line, kind, action, 1);
      } else if (kind === 'raised') addOther(line, kind, facts['code'], 1);
      else if (kind !== 'fired' && kind !== 'resolved') addOther(line, 'replied', kind, 1);
    },
  };
}

function lengthOf(value: unknown): number {
  return Array.isArray(value) ? value.length : 0;
}
