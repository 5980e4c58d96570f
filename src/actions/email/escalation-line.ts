import type { AlertEvent } from '../../core/alert.js';
import { formatDuration } from '../../core/duration.js';

/**
 * Why people are told later than others were, in one line: for how long nobody had it, and which actions told of it
 * before; undefined where that is not so. `events` may be of several alerts.
 */
export function escalationLine(events: readonly AlertEvent[]): string | undefined {
  const steps = events.flatMap(({ escalation }) => escalation ?? []);
  if (steps.length === 0) return undefined;
  const afterMs = Math.min(...steps.map((step) => step.afterMs));
  // Those that Ackmail makes for itself have no name that people know.
  const toldBy = [...new Set(steps.flatMap((step) => step.toldBy))].filter((name) => !name.startsWith('_'));
  const before = toldBy.length === 0 ? 'nobody was told before' : `told before: ${toldBy.join(', ')}`;
  const what = new Set(events.map(({ alert }) => alert.id)).size === 1 ? 'this' : 'these';
  return `Nobody has acknowledged ${what} within ${formatDuration(afterMs)}; ${before}.`;
}
