import type { HistoryLine } from '../../core/history-day.js';
import { ownSource } from '../../core/own-source.js';
import { createFirings, type Firings } from './firings.js';
import { createMails, type Mails } from './mails.js';
import { createOthers, type OtherFact, type Others } from './others.js';

/** The first acknowledgement of a firing. */
export interface Taken {
  readonly atMs: number;
  readonly by: string;
}

/** As much of one day of the history as a report of any span needs. */
export interface DayFacts {
  readonly firings: Omit<Firings, 'add' | 'take' | 'end'>;
  /** The first acknowledgements and the ends, by the id, of what fired on another day. */
  readonly taken: ReadonlyMap<string, Taken>;
  readonly ended: ReadonlyMap<string, number>;
  readonly mails: Pick<Mails, 'count'>;
  readonly others: Pick<Others, 'count'>;
}

/** The kinds of entries that `add` has a use for. */
export const reportedKinds: ReadonlySet<string> = new Set([
  ...['fired', 'resolved', 'acknowledged', 'unacknowledged', 'commented'],
  ...['sent', 'bounced', 'given-up', 'dropped', 'raised'],
  ...['asked', 'not-taken', 'refused', 'unreadable', 'superseded'],
]);

/**
 * Collects the facts of one day, line by line, in whatever order they come. What it makes for each line has no spread in
 * it, since each would get a hidden class of its own.
 */
export function collectDay(): DayFacts & { add(line: HistoryLine): void } {
  const firings = createFirings();
  const mails = createMails();
  const taken = new Map<string, Taken>();
  const ended = new Map<string, number>();
  const others = createOthers();

  const addFiring = (id: string, atMs: number, { name, severity, source }: HistoryLine['facts']) => {
    const [before, endedMs = Number.NaN] = [taken.get(id), ended.get(id)];
    firings.add({
      id,
      atMs,
      name: text(name),
      severity: text(severity),
      source: text(source),
      takenMs: before?.atMs ?? Number.NaN,
      takenBy: before?.by ?? '',
      endedMs,
    });
    taken.delete(id);
    ended.delete(id);
  };
  const addTaken = (id: string, atMs: number, by: string) => {
    const before = taken.get(id);
    if (!firings.take(id, atMs, by) && !(before && before.atMs <= atMs)) taken.set(id, { atMs, by });
  };
  /** Notes about one alert have its id; what an entry without one says is what a reply came to. */
  const addOfAlert = ({ kind, atMs, facts }: HistoryLine, id: string) => {
    if (facts['source'] === ownSource) return;
    if (kind === 'fired') addFiring(id, atMs, facts);
    if (kind === 'resolved' && !firings.end(id, atMs)) ended.set(id, atMs);
    if (kind === 'acknowledged') addTaken(id, atMs, text(facts['author']));
  };
  const addOther = (line: HistoryLine, what: OtherFact['what'], name: unknown, count = 1) => {
    const { atMs, facts } = line;
    others.add({ what, name: text(name), refusal: text(facts['refusal']) }, atMs, count);
  };

  return {
    ...{ firings, taken, ended, mails, others },
    add(line) {
      const { kind, atMs, facts } = line;
      const { alert, action } = facts;
      if (typeof alert === 'string') return addOfAlert(line, alert);
      if (kind === 'sent')
        mails.add({
          atMs,
          action: text(action),
          accepted: lengthOf(facts['accepted']),
          deferred: lengthOf(facts['deferred']),
          rejected: lengthOf(facts['rejected']),
        });
      else if (kind === 'bounced') addOther(line, kind, action, lengthOf(facts['missed']));
      else if (kind === 'given-up' || kind === 'dropped') {
        if (facts['source'] !== ownSource) addOther(line, kind, action);
      } else if (kind === 'raised') addOther(line, kind, facts['code']);
      else if (kind !== 'fired' && kind !== 'resolved') addOther(line, 'replied', kind);
    },
  };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function lengthOf(value: unknown): number {
  return Array.isArray(value) ? value.length : 0;
}
