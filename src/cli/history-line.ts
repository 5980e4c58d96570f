import { plainLine } from '../actions/email/plain-text.js';
import type { HistoryEntry } from '../core/store.js';

const longestText = 300;

/**
 * An entry of the history as a line for people: when (in the time zone given), what, where, about what, by whom, and
 * what was said. What else it holds is for `--json`. No control character of a foreign text gets through.
 */
export function historyLine(entry: HistoryEntry, timeZone: string): string {
  const text = (name: string): string => {
    const value = entry[name];
    return plainLine(Array.isArray(value) ? value.join('; ') : String(value ?? ''), longestText);
  };
  const first = (...names: string[]) => names.map(text).find((value) => value !== '') ?? '';
  const about =
    text('code') === ''
      ? first('name', 'names', 'subject', 'fingerprint', 'mail')
      : `${text('code')} ${text('subject')}`;
  const by = first('author', 'by', 'user');
  const parts = [
    first('action', 'account', 'source'),
    about,
    entry['event'] === undefined ? '' : `(${text('event')})`,
    ...['accepted', 'deferred', 'rejected', 'missed'].map((name) => {
      const value = text(name);
      return value === '' || !Array.isArray(entry[name]) ? '' : `${said[name] ?? name} ${value}`;
    }),
    by === '' ? '' : `by ${by}`,
  ];
  const why = first('detail', 'message', 'comment', 'reason', 'why', 'notRevoked');
  const line = parts.filter((part) => part !== '').join('  ');
  return `${moment(entry.at, timeZone)}  ${plainLine(entry.kind, 30).padEnd(14)}  ${line}${why === '' ? '' : `: ${why}`}`;
}

const said: Readonly<Record<string, string>> = {
  accepted: 'to',
  missed: 'not to',
  deferred: 'later to',
  rejected: 'refused for',
};

const formats = new Map<string, Intl.DateTimeFormat>();

/** `2026-03-01 04:00:05 CET`. */
function moment(date: Date, timeZone: string): string {
  const format =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat('en-GB', {
      ...{ timeZone, year: 'numeric', month: '2-digit', day: '2-digit', timeZoneName: 'short' },
      ...{ hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
    });
  formats.set(timeZone, format);
  const part = Object.fromEntries(format.formatToParts(date).map(({ type, value }) => [type, value]));
  return `${part['year']}-${part['month']}-${part['day']} ${part['hour']}:${part['minute']}:${part['second']} ${part['timeZoneName']}`;
}
