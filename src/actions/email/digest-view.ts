import type { AlertEvent } from '../../core/alert.js';
import { formatDuration } from '../../core/duration.js';
import { formatTime } from '../../core/format-time.js';
import { mostBareAlerts } from '../../core/most-bare-alerts.js';
import { severityRank } from '../../core/severity.js';
import { acknowledgeLink } from './acknowledge-link.js';
import { type AlertHead, alertHead } from './alert-head.js';
import { escalationLine } from './escalation-line.js';
import { plainLine } from './plain-text.js';

/** One alert in a mail about several. */
export interface DigestEntry {
  /** What a reply names it by, counted from 1. */
  readonly number: number;
  readonly word: string;
  readonly words: string;
  readonly state: AlertHead['state'];
  readonly first_line: string;
  readonly url: string | undefined;
}

/** What the templates of a mail about several alerts see; all of it is plain text. */
export interface DigestView {
  /** That of the worst alert. */
  readonly word: string;
  /** How many alerts, and which there are most of. */
  readonly words: string;
  readonly tag: string | undefined;
  readonly state: AlertHead['state'];
  readonly first_line: string;
  /** Why people are told later than others were. */
  readonly escalation: string | undefined;
  /** The worst, as many as a mail can show. */
  readonly alerts: readonly DigestEntry[];
  /** How many more there are. */
  readonly more: number;
  readonly acknowledge:
    | {
        readonly expires: string;
        readonly unread_since: string | undefined;
        readonly mailto: string | undefined;
        readonly bare: boolean;
      }
    | undefined;
}

/** A digest: what its templates see, the whole list as text, and its alerts in the order of their numbers. */
export interface Digest {
  readonly view: DigestView;
  /** One line an alert. */
  readonly list: string;
  readonly alertIds: readonly string[];
}

const mostShown = 60;
const mostNames = 3;
const mostBytes = 80_000;
const markupBytes = 250;

/** Makes of the events of several alerts, oldest first, what one mail about them shows: the worst alert first. */
export function digestView(input: {
  readonly events: readonly AlertEvent[];
  readonly tag: string | undefined;
  /** The address that a reply goes to. */
  readonly replyTo?: string | undefined;
  /** How long a bare reply holds at most; absent when replies are not read. */
  readonly expiresMs: number | undefined;
  readonly unreadSince?: Date | undefined;
  readonly timeZone: string;
  readonly now: Date;
}): Digest {
  const { events, tag, expiresMs, unreadSince, timeZone, now } = input;
  const byAlert = new Map<string, [AlertEvent, ...AlertEvent[]]>();
  for (const event of events) {
    const own = byAlert.get(event.alert.id);
    if (own) own.push(event);
    else byAlert.set(event.alert.id, [event]);
  }
  const alerts = [...byAlert.values()]
    .map((own) => ({ alert: (own.at(-1) ?? own[0]).alert, view: alertHead({ events: own, timeZone, now }) }))
    .sort((one, other) => rank(one) - rank(other) || since(one) - since(other));
  const entries = alerts.map(({ view }, index): DigestEntry => {
    const { word, words, state, first_line, url } = view;
    return { number: index + 1, word, words, state, first_line, url };
  });
  const shown = fitting(entries);
  const [worst] = entries;
  const count = (state: AlertHead['state']) => entries.filter((entry) => entry.state === state).length;
  const firing = count('firing');
  const isAsked = expiresMs !== undefined && entries.some(({ state }) => state !== 'resolved');
  const bare = entries.length <= mostBareAlerts;
  const word = worst?.word ?? '';
  const words = `${entries.length} alerts: ${names(alerts.map(({ alert }) => alert.labels['alertname'] ?? ''))}`;
  return {
    alertIds: alerts.map(({ alert }) => alert.id),
    list: entries.map(({ number, word, words }) => `${number}. [${word}] ${words}`).join('\n'),
    view: {
      word,
      words,
      tag,
      state: worst?.state ?? 'firing',
      first_line: [
        ...(firing > 0 ? [`${firing} firing`] : []),
        ...(count('acknowledged') > 0 ? [`${count('acknowledged')} acknowledged`] : []),
        ...(count('resolved') > 0 ? [`${count('resolved')} resolved`] : []),
      ].join(', '),
      escalation: firing > 0 ? escalationLine(events) : undefined,
      alerts: shown,
      more: entries.length - shown.length,
      acknowledge: isAsked
        ? {
            expires: formatDuration(expiresMs),
            unread_since: unreadSince && formatTime(unreadSince, timeZone),
            mailto: unreadSince
              ? undefined
              : acknowledgeLink({
                  ...{ replyTo: input.replyTo, tag, words: bare ? 'ack' : 'ack all' },
                  subject: `[${word}] ${words}`,
                }),
            bare,
          }
        : undefined,
    },
  };
}

/** As many as Gmail shows: it hides what stands behind 102 kB. */
function fitting(entries: readonly DigestEntry[]): readonly DigestEntry[] {
  const most = entries.slice(0, mostShown);
  let left = mostBytes;
  const count = most.findIndex((entry) => {
    left -= sizeOf(entry);
    return left < 0;
  });
  return count === -1 ? most : most.slice(0, Math.max(1, count));
}

/** About what an entry takes in HTML, where some characters are five. */
function sizeOf({ word, words, first_line, url = '' }: DigestEntry): number {
  const text = `${word}${words}${first_line}${url}`;
  const escaped = text.match(/[&<>"']/g)?.length ?? 0;
  return Buffer.byteLength(text) + 4 * escaped + markupBytes;
}

interface Ranked {
  readonly alert: AlertEvent['alert'];
  readonly view: AlertHead;
}

/** What fires goes before what somebody has, and that before what is over; then by severity. */
function rank({ alert, view }: Ranked): number {
  return ['firing', 'acknowledged', 'resolved'].indexOf(view.state) * 10 + severityRank(alert.severity);
}

function since({ alert }: Ranked): number {
  return alert.startsAt.getTime();
}

/** The names there are most of: `DiskFull 300, HighLoad 180, …`. */
function names(all: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const name of all) counts.set(name, (counts.get(name) ?? 0) + 1);
  const sorted = [...counts].sort(([, one], [, other]) => other - one);
  const shown = sorted
    .slice(0, mostNames)
    .map(([name, count]) => `${plainLine(name === '' ? 'unnamed' : name, 30)} ${count}`);
  return [...shown, ...(sorted.length > mostNames ? ['…'] : [])].join(', ');
}
