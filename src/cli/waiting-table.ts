import { plainLine } from '../actions/email/plain-text.js';
import { subjectWords } from '../actions/email/subject-words.js';
import { formatDuration } from '../core/duration.js';
import type { WaitingDetail, WaitingEvent } from '../core/waiting.js';
import { tableLines } from './table-lines.js';

const titles = ['ID', 'ACTION', 'ALERT', 'KIND', 'WAITS', 'NEXT TRY', 'TRIES', 'WHY'];
const longestWhy = 100;

/** How events are shown. */
export interface WaitingTable {
  readonly short: (id: string) => string;
  readonly now: Date;
  /** How many columns the screen has; absent where nothing is to be cut. */
  readonly width?: number | undefined;
}

/** Events that wait as lines of a table, each with its title; `details` may lack some, which cannot be read. */
export function waitingTable(
  waiting: readonly WaitingEvent[],
  details: readonly WaitingDetail[],
  { short, now, width }: WaitingTable,
): readonly string[] {
  const events = new Map(details.map(({ id, event }) => [id, event]));
  const rows = waiting.map((each) => {
    const event = events.get(each.id);
    const waitedMs = now.getTime() - each.dueAt.getTime();
    return [
      short(each.id),
      each.action,
      event ? subjectWords(event.alert) : '(cannot be read)',
      event?.kind ?? '',
      waitedMs >= 0 ? formatDuration(waitedMs) : '',
      nextTry(each, now),
      `${each.tries}`,
      plainLine(each.why ?? '', longestWhy),
    ];
  });
  return tableLines({ titles, rows, width, numbers: ['TRIES'], spare: ['KIND', 'TRIES'] });
}

function nextTry({ state, nextTryAt }: WaitingEvent, now: Date): string {
  if (state === 'held') return 'held';
  if (state === 'telling' || nextTryAt <= now) return 'now';
  return `in ${formatDuration(nextTryAt.getTime() - now.getTime())}`;
}
