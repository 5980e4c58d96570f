import type { AlertEvent } from '../../core/alert.js';
import { formatDuration } from '../../core/duration.js';
import { formatTime } from '../../core/format-time.js';
import { acknowledgeLink } from './acknowledge-link.js';
import { type AlertHead, alertHead } from './alert-head.js';
import { escalationLine } from './escalation-line.js';
import { plainLine, plainText } from './plain-text.js';
import { safeLink } from './safe-link.js';

/** A label or an annotation. */
export interface NamedText {
  readonly name: string;
  readonly value: string;
}

/** What the templates see; all of it is plain text, described for people in docs/templates.md. */
export interface MailView extends AlertHead {
  readonly tag: string | undefined;
  readonly escalation: string | undefined;
  readonly severity: string;
  readonly description: string | undefined;
  readonly remedy: string | undefined;
  readonly authorization_url: string | undefined;
  readonly acknowledge:
    | {
        readonly expires: string;
        readonly unread_since: string | undefined;
        readonly mailto: string | undefined;
      }
    | undefined;
  readonly monitor: string;
  readonly labels: readonly NamedText[];
  readonly annotations: readonly NamedText[];
  readonly shortened: boolean;
}

const longestRemedy = 300;
const longestDescription = 3_000;
const longestValue = 500;
const mostNamedTexts = 40;
/** Labels and annotations together: Gmail hides what stands behind about 102 kB of HTML. */
const longestListing = 9_000;

const shownElsewhere = ['summary', 'description', 'value', 'remedy', 'authorizationUrl'];

/** Makes of the events of one alert, oldest first, what a mail about them shows. */
export function mailView(input: {
  readonly events: readonly [AlertEvent, ...AlertEvent[]];
  readonly tag: string | undefined;
  /** The address that a reply goes to. */
  readonly replyTo?: string | undefined;
  /** How long a bare reply holds at most; absent when replies are not read. */
  readonly expiresMs: number | undefined;
  /** Since when replies cannot be read. */
  readonly unreadSince?: Date | undefined;
  readonly timeZone: string;
  readonly now: Date;
}): MailView {
  const { events, expiresMs, unreadSince, timeZone } = input;
  const { alert } = events.at(-1) ?? events[0];
  const { annotations } = alert;
  const head = alertHead(input);
  const { state, system_error: isSystemError } = head;
  const told = annotations['description'] ?? '';
  const description = plainText(told, longestDescription);
  const listed = Object.entries(annotations).filter(([name]) => !shownElsewhere.includes(name));
  const labels = listing(Object.entries(alert.labels), longestListing);
  const others = listing(listed, labels.left);

  return {
    ...head,
    tag: isSystemError ? undefined : input.tag,
    escalation: state === 'firing' ? escalationLine(events) : undefined,
    severity: plainLine(alert.severity, 20),
    description: description === '' ? undefined : description,
    remedy: isSystemError ? plainLine(annotations['remedy'] ?? '', longestRemedy) || undefined : undefined,
    authorization_url: isSystemError ? safeLink(annotations['authorizationUrl']) : undefined,
    acknowledge:
      expiresMs === undefined || isSystemError || state === 'resolved'
        ? undefined
        : {
            expires: formatDuration(expiresMs),
            unread_since: unreadSince && formatTime(unreadSince, timeZone),
            // A button promises that something happens when it is pressed.
            mailto: unreadSince
              ? undefined
              : acknowledgeLink({
                  ...{ replyTo: input.replyTo, tag: input.tag, words: 'ack' },
                  subject: `[${head.word}] ${head.words}`,
                }),
          },
    monitor: plainLine(alert.source, 60),
    labels: labels.texts,
    annotations: others.texts,
    shortened: labels.isCut || others.isCut || isCut(told, description),
  };
}

/** Whether something is missing; a text may have an ellipsis of its own, also from having been cut before. */
function isCut(original: string, shown: string): boolean {
  return shown.endsWith('…') && !(original.trimEnd().endsWith('…') && original.length < 2 * shown.length);
}

function listing(
  entries: readonly (readonly [string, string])[],
  room: number,
): { readonly texts: readonly NamedText[]; readonly left: number; readonly isCut: boolean } {
  const texts: NamedText[] = [];
  let left = room;
  for (const [name, text] of entries) {
    if (left <= 0 || texts.length === mostNamedTexts) return { texts, left, isCut: true };
    const value = plainLine(text, Math.min(longestValue, left));
    texts.push({ name: plainLine(name, 60), value });
    left -= name.length + value.length;
  }
  return { texts, left, isCut: entries.some(([, text], index) => isCut(text, texts[index]?.value ?? '')) };
}
