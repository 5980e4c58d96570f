import type { Outbox } from './actions/outbox.js';
import { formatDuration } from './core/duration.js';
import type { SystemErrors } from './core/system-error.js';
import type { RoutedAction } from './plugin-actions.js';

/** How long what is due may wait before the health is red. It is as long as people wait before a server's trouble is told. */
const longestWaitMs = 5 * 60_000;

/**
 * Whether all runs, the data directory can be written and nothing that is due waits for more than 5 minutes. What is
 * due later (a try that an action put off counts from when it was due first) is as it should be.
 */
export function readHealth(parts: {
  readonly startedAt: Date | undefined;
  /** The parts of the plugin that have ended. */
  readonly ended: ReadonlySet<string>;
  readonly actions: readonly RoutedAction[];
  readonly outbox: Pick<Outbox, 'status'>;
  readonly systemErrors: Pick<SystemErrors, 'list'>;
  readonly now: Date;
}): { readonly ok: boolean; readonly detail: string } {
  const { startedAt, ended, actions, outbox, now } = parts;
  if (!startedAt) return { ok: false, detail: 'not started' };
  if (ended.size > 0) return { ok: false, detail: `ended: ${[...ended].join(', ')}` };
  const unwritable = parts.systemErrors.list().find(({ code }) => code === 'STORE_UNWRITABLE');
  if (unwritable) return { ok: false, detail: unwritable.message };
  const late = actions.flatMap(({ action }) => {
    const { waiting, oldestDueAt = now } = outbox.status(action.name);
    const ageMs = now.getTime() - oldestDueAt.getTime();
    return ageMs > longestWaitMs
      ? [`${action.name}: ${waiting} wait, the oldest for ${formatDuration(ageMs)}`]
      : [];
  });
  return late.length > 0 ? { ok: false, detail: late.join('; ') } : { ok: true, detail: 'running' };
}
