import type { NewSilence } from './alertmanager-api.js';

/** How long a silence without a fixed end is made for; it is renewed when half of that is over. */
export const rollingMs = 2 * 3_600_000;

/** The webhook tells nanoseconds and the API milliseconds, so two dates of one firing may differ a little. */
const toleranceMs = 10;

type Labels = Readonly<Record<string, string>>;

/** Whether `startsAt` belongs to a later firing than one that began at `than`. */
export function isLater(startsAt: Date, than: Date): boolean {
  return startsAt.getTime() > than.getTime() + toleranceMs;
}

/** Alertmanager's own fingerprint of an alert, without our `NAME/`. */
export function ownFingerprint(alert: { readonly fingerprint: string }): string {
  return alert.fingerprint.slice(alert.fingerprint.indexOf('/') + 1);
}

/** Matchers for exactly these labels, and for the absence of others. */
export function matchersOf(labels: Labels, absent: readonly string[]): NewSilence['matchers'] {
  const entries = [...Object.entries(labels), ...absent.map((name) => [name, ''] as const)];
  return entries.map(([name, value]) => ({ name, value, isRegex: false, isEqual: true }));
}

/**
 * The labels that an alert does not have and others have that carry all of its labels.
 *
 * A silence for `{alertname="Disk"}` would also silence `{alertname="Disk", device="sda"}`, which nobody
 * acknowledged; matching `device=""` as well keeps it to the one alert.
 */
export function extraLabels(labels: Labels, others: readonly { readonly labels: Labels }[]): string[] {
  const wanted = Object.entries(labels);
  const extra = others
    .filter((other) => wanted.every(([name, value]) => labelOf(other.labels, name) === value))
    .flatMap((other) => Object.keys(other.labels).filter((name) => !Object.hasOwn(labels, name)));
  return [...new Set(extra)].sort();
}

/** `constructor` and `__proto__` are names of labels like any other. */
function labelOf(labels: Labels, name: string): string | undefined {
  return Object.hasOwn(labels, name) ? labels[name] : undefined;
}
