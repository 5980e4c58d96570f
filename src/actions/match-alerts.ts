import type { Alert } from '../core/alert.js';
import { labelPattern } from '../core/label-pattern.js';
import type { ActionSettings } from '../core/settings.js';

/** A pattern is not tried on more of a value than this. */
const longestTried = 1_000;

/**
 * Makes the function that says whether an action tells of an alert by what its settings match: everything that they
 * name must fit. A label that an alert does not have is empty text.
 */
export function matchAlerts({
  severity,
  source,
  labels,
}: ActionSettings['match']): (alert: Alert) => boolean {
  const wantedLabels = Object.entries(labels ?? {}).map(
    ([name, wanted]) => [name, [wanted].flat().map(fitting)] as const,
  );
  return (alert) =>
    isOneOf(severity, alert.severity) &&
    isOneOf(source, alert.source) &&
    wantedLabels.every(([name, fits]) => {
      const value = Object.hasOwn(alert.labels, name) ? (alert.labels[name] ?? '') : '';
      return fits.some((fit) => fit(value));
    });
}

function isOneOf(wanted: readonly string[] | undefined, value: string): boolean {
  return wanted === undefined || wanted.some((one) => one.toLowerCase() === value.toLowerCase());
}

function fitting(wanted: string): (value: string) => boolean {
  const pattern = labelPattern(wanted);
  return pattern ? (value) => pattern.test(value.slice(0, longestTried)) : (value) => value === wanted;
}
