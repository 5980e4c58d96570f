import type { Alert, AlertEvent } from '../../core/alert.js';
import { formatDuration } from '../../core/duration.js';
import { formatTime } from '../../core/format-time.js';
import { ownSource } from '../../core/own-source.js';
import { firstLine } from './first-line.js';
import { plainLine } from './plain-text.js';
import { safeLink } from './safe-link.js';
import { subjectWords } from './subject-words.js';

/** What a mail says of an alert at first sight, as plain text; a mail about several alerts says no more. */
export interface AlertHead {
  readonly word: string;
  readonly words: string;
  readonly first_line: string;
  readonly state: 'firing' | 'acknowledged' | 'resolved';
  readonly value: string | undefined;
  readonly summary: string | undefined;
  readonly since: string;
  readonly resolved_at: string | undefined;
  readonly duration: string;
  readonly owner: OwnerView | undefined;
  readonly system_error: boolean;
  readonly url: string | undefined;
}

/** Who has the alert, or had it. */
export interface OwnerView {
  readonly author: string;
  readonly comment: string | undefined;
  readonly at: string;
  readonly until: string | undefined;
}

const longestLine = 300;

/** Reads it from the events of one alert, oldest first. */
export function alertHead(input: {
  readonly events: readonly [AlertEvent, ...AlertEvent[]];
  readonly timeZone: string;
  readonly now: Date;
}): AlertHead {
  const { events, timeZone, now } = input;
  const last = events.at(-1) ?? events[0];
  const { alert } = last;
  const { annotations } = alert;
  const time = (date: Date) => formatTime(date, timeZone);
  const state = last.kind === 'resolved' ? 'resolved' : alert.status;
  const endsAt = state === 'resolved' ? (alert.endsAt ?? last.at) : undefined;
  const value = line(annotations['value'] ?? annotations['current_value'] ?? alert.labels['value']);
  const summary = line(annotations['summary'] ?? annotations['title'] ?? annotations['message']);
  const owner = ownerView(alert, time);
  const since = time(alert.startsAt);
  const resolvedAt = endsAt && time(endsAt);
  const duration = formatDuration((endsAt ?? now).getTime() - alert.startsAt.getTime());
  const isSystemError = alert.source === ownSource;
  return {
    word: isSystemError && state === 'firing' ? 'SYSTEM ERROR' : wordOf(last, state),
    words: subjectWords(alert),
    first_line: firstLine({
      ...{ kinds: events.map(({ kind }) => kind), isSystemError, value, duration, since, resolvedAt, owner },
      givenBack: alert.givenBack && {
        author: plainLine(alert.givenBack.author, 100),
        comment: line(alert.givenBack.comment),
      },
      summary: summary ?? line(annotations['description']),
    }),
    ...{ state, value, summary, since, resolved_at: resolvedAt, duration, owner },
    system_error: isSystemError,
    url: safeLink(alert.url),
  };
}

/** What stands in the brackets at the front of the subject, at most 12 characters. */
function wordOf(last: AlertEvent, state: AlertHead['state']): string {
  if (state === 'resolved') return 'RESOLVED';
  if (last.kind === 'acknowledged') return 'ACKNOWLEDGED';
  const severity = plainLine(last.alert.severity.slice(0, 100).replace(/[[\]]/g, ''), 12);
  return severity === '' ? 'ALERT' : severity.toUpperCase().slice(0, 12);
}

function ownerView({ owner }: Alert, time: (date: Date) => string): OwnerView | undefined {
  return (
    owner && {
      author: plainLine(owner.author, 100),
      comment: line(owner.comment),
      at: time(owner.at),
      until: owner.expiresAt && time(owner.expiresAt),
    }
  );
}

function line(text: string | undefined): string | undefined {
  const plain = text === undefined ? '' : plainLine(text, longestLine);
  return plain === '' ? undefined : plain;
}
