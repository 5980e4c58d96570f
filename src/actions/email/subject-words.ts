import type { Alert } from '../../core/alert.js';
import { ownSource } from '../../core/own-source.js';
import { plainLine } from './plain-text.js';

/** With `[SYSTEM ERROR] ` or `[ACKNOWLEDGED] ` before them, 60 characters before the tag. */
const longest = 45;
const shortestWhat = 18;

const whatLabels = ['alertname', 'service', 'check', 'check_name', 'trigger', 'monitor', 'name', 'title'];
const whereLabels = [
  ...['instance', 'host', 'hostname', 'host_name', 'node', 'server', 'device', 'pod', 'container', 'target'],
  ...['url', 'namespace', 'service', 'cluster', 'job'],
];

/**
 * `what on where` of an alert, for the subject: the same for every mail of its thread.
 *
 * It comes from the labels, which name a condition and do not change while it lasts, and never from the
 * annotations, whose values do. What: `alertname`, `service`, `check`, …, else the fingerprint. Where:
 * `instance`, `host`, `node`, …, else nothing. At most 45 characters as a person counts them; a port and
 * then a domain go before anything is cut. Square brackets become round ones: mail programs take what
 * stands in square ones for no part of the subject, and the tag must be the only one that looks like it.
 */
export function subjectWords(alert: Alert): string {
  if (alert.source === ownSource) return systemErrorWords(alert);
  const what = firstOf(alert, whatLabels) ?? alert.fingerprint;
  const where = firstOf(
    alert,
    whereLabels.filter((name) => alert.labels[name] !== what),
  );
  if (where === undefined) return words(what, longest);
  const whatLength = Math.max(shortestWhat, longest - ' on '.length - [...where].length);
  const name = words(what, whatLength);
  return `${name} on ${shortened(where, longest - ' on '.length - [...name].length)}`;
}

function firstOf(alert: Alert, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = alert.labels[name];
    if (value !== undefined && words(value, longest) !== '') return value;
  }
  return undefined;
}

function shortened(where: string, limit: number): string {
  const withoutPort = where.replace(/:\d{1,5}$/, '');
  const host = /^[a-z][\w-]*(?=\.[a-z])/i.exec(withoutPort)?.[0];
  const fits = [where, withoutPort].find((text) => [...text].length <= limit);
  return words(fits ?? host ?? withoutPort, limit);
}

function words(text: string, limit: number): string {
  return plainLine(text.slice(0, 1_000).replaceAll('[', '(').replaceAll(']', ')'), limit);
}

/** `OAUTH_AUTHORIZATION_REQUIRED` of the subject `alerts`: `OAuth authorization required for alerts`. */
function systemErrorWords({ labels }: Alert): string {
  const code = (labels['alertname'] ?? 'ACKMAIL').replaceAll('_', ' ').toLowerCase();
  const name = code.replace(/^(smtp|imap|pop3)/, (word) => word.toUpperCase()).replace(/^oauth/, 'OAuth');
  const { subject } = labels;
  return subject === undefined ? words(name, longest) : words(`${name} for ${subject}`, longest);
}
