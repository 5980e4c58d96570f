import type { Acknowledgement } from '../../core/acknowledgement.js';
import type { Alert } from '../../core/alert.js';
import { formatTime } from '../../core/format-time.js';
import type { ComposedMail } from '../../core/mail.js';
import { alertsOf } from './alerts-of.js';

/** What news say depends on this. */
export interface NewsFacts {
  /** The mail that told its recipients of the alerts. */
  readonly mail: ComposedMail;
  readonly alert: (id: string) => Alert | undefined;
  /** What people call an alert, such as `DiskFull on db1`. */
  readonly nameOf: (alert: Alert) => string;
  readonly timeZone: string;
}

const mostNamed = 20;

/**
 * Tells the others what somebody's reply did: who has the alerts until when, and what they wrote; undefined where there
 * is nothing to tell. That somebody gave an alert back is no news: those who know of it are told of it again.
 */
export function news(
  { kind, author, comment, alertIds, expiresAt }: Acknowledgement,
  { mail, alert, nameOf, timeZone }: NewsFacts,
): string | undefined {
  const words = comment === '' ? undefined : comment;
  if (kind === 'unacknowledge') return undefined;
  if (kind === 'comment') return words && `${author} comments: ${words}`;
  const taken = alertIds.flatMap((id) => alert(id) ?? []).filter(({ status }) => status !== 'resolved');
  const [first] = taken;
  if (!first) return undefined;
  const ids = taken.map(({ id }) => id);
  const isHere = ids.every((id) => mail.alertIds.includes(id));
  const elsewhere = ids.length === 1 ? nameOf(first) : `${ids.length} alerts`;
  const which = isHere ? alertsOf(ids, mail) : elsewhere;
  const resolved = ids.length > 1 ? 'they are resolved' : 'it is resolved';
  const until = expiresAt ? ` until ${formatTime(expiresAt, timeZone)}, or` : '';
  const lines = taken.slice(0, mostNamed).map((one) => {
    const number = mail.alertIds.indexOf(one.id) + 1;
    return number > 0 ? `${number}. ${nameOf(one)}` : `- ${nameOf(one)}`;
  });
  const more = taken.length > mostNamed ? [`and ${taken.length - mostNamed} more`] : [];
  return [
    `${author} has ${which}${until} until ${resolved}.`,
    ...(isHere && mail.alertIds.length === 1 ? [] : ['', ...lines, ...more]),
    ...(words ? ['', `${author} writes: ${words}`] : []),
  ].join('\n');
}
