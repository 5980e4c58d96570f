import { formatDuration } from '../../core/duration.js';
import type { HistoryEntry } from '../../core/store.js';

/** What an entry of the history says of an alert: a sentence, and what belongs to it. */
export interface EntryWords {
  readonly what: string;
  readonly tone?: 'good' | 'warn' | 'bad';
  /** What a person wrote. */
  readonly comment?: string;
  /** Why, or how it went. */
  readonly detail?: string;
  /** Until when it is acknowledged. */
  readonly until?: Date;
}

const notDone: Readonly<Record<string, string>> = {
  'already-acknowledged': ', but somebody else had it',
  gone: ', but the monitor did not know it as firing any more',
};

const answers: Readonly<Record<string, string>> = {
  question: 'was asked what a reply meant',
  confirmation: 'was told what the reply came to',
  news: 'heard of it in the thread of the mail',
  stranger: 'heard that a reply was refused',
};

/** Puts an entry into words. `firedAt`: what the time to an acknowledgement counts from. */
export function entryWords(entry: HistoryEntry, firedAt: Date): EntryWords {
  const text = (name: string) => (entry[name] === undefined ? '' : String(entry[name]));
  const list = (name: string) => [entry[name]].flat().join(', ');
  const [author, action] = [text('author') || 'somebody', text('action')];
  const detail = text('detail') === '' ? {} : { detail: text('detail') };
  const comment = text('comment') === '' ? {} : { comment: text('comment') };
  const by = text('reason') === 'said in the console' ? ' in the console' : '';

  switch (entry.kind) {
    case 'fired':
      return { what: 'Fired', tone: 'bad' };
    case 'repeated':
      return { what: 'Still fires: it is told again', tone: 'bad' };
    case 'resolved':
      return { what: 'Resolved', tone: 'good' };
    case 'acknowledged': {
      const after = formatDuration(entry.at.getTime() - firedAt.getTime());
      const missed = notDone[text('outcome')];
      const until = new Date(text('expiresAt'));
      const what = `Acknowledged by ${author}${by}${missed ?? `, ${after} after it fired`}`;
      const ends = missed || Number.isNaN(until.getTime()) ? {} : { until };
      return { what, tone: missed ? 'warn' : 'good', ...comment, ...ends };
    }
    case 'unacknowledged':
      return {
        what: entry['author'] ? `Given back by ${author}${by}` : 'Given back in the monitor',
        tone: 'warn',
        ...comment,
      };
    case 'commented':
      return { what: `Comment of ${author}${by}`, ...comment };
    case 'expired':
      return { what: `The acknowledgement of ${author} ended`, tone: 'warn' };
    case 'told':
      return { what: `${action} told of it` };
    case 'deferred':
      return { what: `${action} could not tell of it yet`, tone: 'warn', ...detail };
    case 'given-up':
      return { what: `${action} gave up telling of it (${text('event')})`, tone: 'bad', ...detail };
    case 'withdrawn':
      return { what: `${action} does not tell of it any more (${text('event')}): ${text('why')}` };
    case 'dropped':
      return {
        what: `Dropped from the outbox: ${action} does not tell of it (${text('event')})`,
        tone: 'bad',
      };
    case 'bounced':
      return { what: `A mail came back from ${list('missed')}`, tone: 'bad', ...detail };
    case 'delayed':
      return { what: `A mail is delayed for ${list('deferred')}`, tone: 'warn' };
    case 'answered':
      return { what: `${list('accepted')} ${answers[text('about')] ?? 'got an answer'}` };
    case 'not-answered':
      return { what: `An answer did not leave (${text('about')})`, tone: 'warn', detail: text('reason') };
    case 'asked':
      return { what: `${author} was asked what a reply meant` };
    case 'not-taken':
      return { what: `The monitor did not take the reply of ${author}`, tone: 'bad', ...comment, ...detail };
    case 'refused':
      return { what: `A reply of ${author} was refused: ${text('reason')}`, tone: 'warn' };
    default:
      return {
        what: [entry.kind, action, text('reason')].filter((part) => part !== '').join(': '),
        ...detail,
      };
  }
}
