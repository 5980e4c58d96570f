import type { FaultCode } from '../core/fault.js';
import type { ReportHeader } from '../core/report.js';
import type { SystemError } from '../core/system-error.js';
import { escapeHtml } from './escape-html.js';

/**
 * What stands at the top of a report while system errors stand: how many, and of each what it is about, what
 * happened, what to do, where to sign in and since when, in the time zone given.
 *
 * All three forms are empty when there is none. Texts are brought onto one line and escaped; a URL that is
 * not http or https is left out everywhere.
 */
export function renderReportHeader(errors: readonly SystemError[], timeZone: string): ReportHeader {
  if (errors.length === 0) return { text: '', html: '', json: [] };
  const title = errors.length === 1 ? 'Ackmail: 1 system error' : `Ackmail: ${errors.length} system errors`;
  const lines = errors.map((error) => ({
    severity: error.severity.toUpperCase(),
    subject: `${ownerOf(error.code)}${oneLine(error.subject)}`,
    since: moment(error.since, timeZone),
    code: error.code,
    message: oneLine(error.message),
    remedy: oneLine(error.remedy),
    url: webUrl(error.authorizationUrl),
  }));
  return {
    text: [title, ...lines.map(asText)].join('\n\n').concat('\n'),
    html: asHtml(title, lines),
    json: errors.map(({ authorizationUrl, ...error }) => {
      const url = webUrl(authorizationUrl);
      return { ...error, ...(url === undefined ? {} : { authorizationUrl: url }) };
    }),
  };
}

interface Line {
  readonly severity: string;
  readonly subject: string;
  readonly since: string;
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
  readonly url: string | undefined;
}

function asText({ severity, subject, since, code, message, remedy, url }: Line): string {
  return [
    `${severity}: ${subject}, since ${since} (${code})`,
    message,
    `What to do: ${remedy}`,
    // Alone on its line, so that it can be copied and that clients make a link of all of it.
    ...(url === undefined ? [] : [url]),
  ].join('\n');
}

function asHtml(title: string, lines: readonly Line[]): string {
  const items = lines.map(({ severity, subject, since, code, message, remedy, url }) =>
    [
      '<li>',
      `<p><strong>${escapeHtml(severity)}: ${escapeHtml(subject)}</strong>, since ${escapeHtml(since)} (${escapeHtml(code)})</p>`,
      `<p>${escapeHtml(message)}</p>`,
      `<p>What to do: ${escapeHtml(remedy)}</p>`,
      ...(url === undefined
        ? []
        : [`<p><a href="${escapeHtml(url)}" rel="noreferrer">${escapeHtml(url)}</a></p>`]),
      '</li>',
    ].join('\n'),
  );
  return [
    `<section role="region" aria-label="${escapeHtml(title)}" lang="en" dir="ltr">`,
    `<h2>${escapeHtml(title)}</h2>`,
    '<ul>',
    ...items,
    '</ul>',
    '</section>',
  ].join('\n');
}

/** Whose name the subject is, as far as the code says. */
function ownerOf(code: FaultCode): string {
  // What a server says of a mail is told of the action whose recipients they are.
  if (code === 'SMTP_REJECTED' || code.startsWith('ACTION_')) return 'action ';
  if (/^(OAUTH|SMTP|IMAP|POP3|ACK)_/.test(code)) return 'account ';
  return code.startsWith('HOST_') ? 'monitor ' : '';
}

/** The text without line breaks, control characters and characters that turn the direction of what follows. */
function oneLine(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .replace(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '')
    .trim();
}

function webUrl(text: string | undefined): string | undefined {
  if (text === undefined || /[\s\p{Cc}]/u.test(text) || !URL.canParse(text)) return undefined;
  return /^https?:$/.test(new URL(text).protocol) ? text : undefined;
}

/** `2026-03-01 04:00 GMT+1`. */
function moment(date: Date, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'short',
  }).formatToParts(date);
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((each) => each.type === type)?.value ?? '';
  return `${part('year')}-${part('month')}-${part('day')} ${part('hour')}:${part('minute')} ${part('timeZoneName')}`;
}
