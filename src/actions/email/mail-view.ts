import type { Alert, AlertEvent } from '../../core/alert.js';
import { formatDuration } from '../../core/duration.js';
import { firstLine } from './first-line.js';
import { formatTime } from './format-time.js';
import { plainLine, plainText } from './plain-text.js';
import { subjectWords } from './subject-words.js';

/** A label or an annotation. */
export interface NamedText {
  readonly name: string;
  readonly value: string;
}

/** What the templates see; all of it is plain text, described for people in docs/templates.md. */
export interface MailView {
  readonly word: string;
  readonly words: string;
  readonly tag: string | undefined;
  readonly first_line: string;
  readonly state: 'firing' | 'acknowledged' | 'resolved';
  readonly severity: string;
  readonly value: string | undefined;
  readonly summary: string | undefined;
  readonly description: string | undefined;
  readonly since: string;
  readonly resolved_at: string | undefined;
  readonly duration: string;
  readonly owner: OwnerView | undefined;
  readonly system_error: boolean;
  readonly remedy: string | undefined;
  readonly authorization_url: string | undefined;
  readonly acknowledge: { readonly expires: string } | undefined;
  readonly url: string | undefined;
  readonly monitor: string;
  readonly labels: readonly NamedText[];
  readonly annotations: readonly NamedText[];
  readonly shortened: boolean;
}

/** Who has the alert, or had it. */
export interface OwnerView {
  readonly author: string;
  readonly comment: string | undefined;
  readonly at: string;
  readonly until: string | undefined;
}

const longestLine = 300;
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
  /** How long a bare reply holds at most; absent when replies are not read. */
  readonly expiresMs: number | undefined;
  readonly timeZone: string;
  readonly now: Date;
}): MailView {
  const { events, timeZone, now } = input;
  const last = events.at(-1) ?? events[0];
  const { alert } = last;
  const { annotations } = alert;
  const time = (date: Date) => formatTime(date, timeZone);
  const state = last.kind === 'resolved' ? 'resolved' : alert.status;
  const endsAt = state === 'resolved' ? (alert.endsAt ?? last.at) : undefined;
  const value = line(annotations['value'] ?? annotations['current_value'] ?? alert.labels['value']);
  const summary = line(annotations['summary'] ?? annotations['title'] ?? annotations['message']);
  const told = annotations['description'] ?? '';
  const description = plainText(told, longestDescription);
  const owner = ownerView(alert, time);
  const since = time(alert.startsAt);
  const duration = formatDuration((endsAt ?? now).getTime() - alert.startsAt.getTime());
  const listed = Object.entries(annotations).filter(([name]) => !shownElsewhere.includes(name));
  const labels = listing(Object.entries(alert.labels), longestListing);
  const others = listing(listed, labels.left);
  const isSystemError = alert.source === 'ackmail';

  return {
    word: isSystemError && state === 'firing' ? 'SYSTEM ERROR' : wordOf(last, state),
    words: subjectWords(alert),
    tag: isSystemError ? undefined : input.tag,
    first_line: firstLine({
      ...{ kinds: events.map(({ kind }) => kind), isSystemError, value, duration, since, owner },
      summary: summary ?? (description === '' ? undefined : plainLine(description, longestLine)),
      resolvedAt: endsAt && time(endsAt),
    }),
    state,
    severity: plainLine(alert.severity, 20),
    value,
    summary,
    description: description === '' ? undefined : description,
    since,
    resolved_at: endsAt && time(endsAt),
    duration,
    owner,
    system_error: isSystemError,
    remedy: isSystemError ? line(annotations['remedy']) : undefined,
    authorization_url: isSystemError ? link(annotations['authorizationUrl']) : undefined,
    acknowledge:
      input.expiresMs === undefined || isSystemError || state === 'resolved'
        ? undefined
        : { expires: formatDuration(input.expiresMs) },
    url: link(alert.url),
    monitor: plainLine(alert.source, 60),
    labels: labels.texts,
    annotations: others.texts,
    shortened: labels.isCut || others.isCut || isCut(told, description),
  };
}

/** What stands in the brackets at the front of the subject, at most 12 characters. */
function wordOf(last: AlertEvent, state: MailView['state']): string {
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

/** A link that is safe to click: http or https, and nothing in it that would end it early. */
function link(url: string | undefined): string | undefined {
  if (url === undefined || url.length > 2_000 || !URL.canParse(url)) return undefined;
  const { protocol, href } = new URL(url);
  return protocol === 'https:' || protocol === 'http:' ? href : undefined;
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
