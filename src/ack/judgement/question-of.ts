import { mostBareAlerts } from '../../core/most-bare-alerts.js';
import type { Command } from '../command/read-command.js';

/** What is to be asked back. */
export interface Question {
  /** Why it is asked, in plain words. */
  readonly reason: string;
  /** What the person is asked or told. */
  readonly question: string;
}

const commands = `What a reply may begin with:

ack – I have it, until it is resolved
ack 2h – for two hours (30m, 1d)
ack until 21:00 – until then (tomorrow 9, monday 8:00, 2026-12-01 08:00)
ack 2,5 – numbers 2 and 5 of a mail about several alerts (3-7, all)
unack – I give it back
comment … – only a comment
help – this list

A reply without any of these is an ack, and what it says a comment; one that ends in a question mark is only a comment.`;

/**
 * What a reply is asked back for, before it does anything: it asks for help, it may be a command and is not plain, or
 * a mail about many alerts is answered by a word that may mean one of them. Undefined when it is plain.
 *
 * `answersAnother`: it answers another reply, so that its words are for other people; `isOver`: none of the alerts is
 * open any more.
 */
export function questionOf(
  { kind, numbers, doubt }: Command,
  mail: { readonly alertCount: number; readonly answersAnother: boolean; readonly isOver: boolean },
): Question | undefined {
  const { alertCount, answersAnother, isOver } = mail;
  const how = 'Reply "ack all" for all of them, or with numbers: "ack 2,5".';
  if ((kind === 'help' || kind === 'unclear' || kind === 'bare') && answersAnother) return undefined;
  if (kind === 'help') return { reason: 'it asks for help', question: commands };
  if (kind === 'unclear')
    return {
      reason: 'it may be a command, and is not plain',
      question: `${doubt} Nothing was done.\n\n${commands}`,
    };
  if (typeof numbers === 'object') {
    const missing = numbers.filter((number) => number < 1 || number > alertCount);
    if (missing.length === 0) return undefined;
    return {
      reason: 'it names a number that the mail has not',
      question: `Your reply names ${missing.slice(0, 5).join(', ')}, but that mail has the numbers 1 to ${alertCount}. Nothing was done. ${how}`,
    };
  }
  if (kind === 'comment' || numbers === 'all' || alertCount <= mostBareAlerts || isOver) return undefined;
  return {
    reason: 'it does not say which of many alerts it means',
    question: `That mail tells of ${alertCount} alerts, and your reply does not say which of them you mean. Nothing was done. ${how}`,
  };
}
