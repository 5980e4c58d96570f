import { longestBackoffMs } from './backoff.js';
import { type OutboxNameParts, outboxName } from './outbox-name.js';

/**
 * What a name says, with what cannot be right set right: it was put or put off by a clock that was ahead and has been
 * set back since. It is due now, and what was put for a later date waits as long as it had to then. A retry that an
 * action asked for so late is asked for again.
 */
export function believedName(parts: OutboxNameParts, nowMs: number): OutboxNameParts {
  const { order, dueMs, firstDueMs } = parts;
  const aheadMs = Math.max(0, order - nowMs);
  if (outboxName.isDated(parts))
    return { ...parts, dueMs: dueMs - aheadMs, firstDueMs: firstDueMs - aheadMs };
  if (aheadMs === 0 && dueMs <= nowMs + longestBackoffMs) return parts;
  return { ...parts, dueMs: nowMs, firstDueMs: Math.min(firstDueMs, nowMs) };
}
