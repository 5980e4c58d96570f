import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Alert, AlertStatus } from '../core/alert.js';
import type { AlertPage, AlertQuery } from '../core/alert-desk.js';
import { ownSource } from '../core/own-source.js';
import type { AlertBook } from './alert-book.js';
import type { AlertFacts } from './alert-facts.js';

const atOnce = 1_000;

/**
 * Finds some of the alerts in the book, the newest first; our own system errors are not among them.
 *
 * Only those that are answered are read, and for the first search all: what a search looks at is kept from then on.
 */
export async function findAlerts(
  book: Pick<AlertBook, 'facts' | 'words' | 'get'>,
  { status, text = '', from, count }: AlertQuery,
): Promise<AlertPage> {
  const counts: Record<AlertStatus, number> = { firing: 0, acknowledged: 0, resolved: 0 };
  const fitting: AlertFacts[] = [];
  for (const facts of book.facts()) {
    if (facts.source === ownSource) continue;
    counts[facts.status] += 1;
    if (status === undefined ? facts.status !== 'resolved' : facts.status === status) fitting.push(facts);
  }
  const found = await withText(book, fitting, text);
  found.sort((one, other) => other.startedMs - one.startedMs);
  return {
    alerts: found.slice(from, from + count).flatMap(({ id }): Alert[] => {
      const record = book.get(id);
      return record ? [record.alert] : [];
    }),
    total: found.length,
    counts,
  };
}

async function withText(book: Pick<AlertBook, 'words'>, all: AlertFacts[], text: string) {
  // An alert is called `DiskFull on db1`.
  const terms = text.toLowerCase().split(/\s+(?:on\s+)?/);
  const wanted = terms.filter((term) => term !== '');
  if (wanted.length === 0) return all;
  const found: AlertFacts[] = [];
  for (const [index, facts] of all.entries()) {
    // Those that are packed have to be read; everything else need not wait for all of them.
    if (index % atOnce === atOnce - 1) await nextTurn();
    const words = book.words(facts.id);
    if (wanted.every((term) => words.includes(term))) found.push(facts);
  }
  return found;
}
