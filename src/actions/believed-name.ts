import { longestBackoffMs } from './backoff.js';
import { type OutboxNameParts, outboxName } from './outbox-name.js';

/**
 * What a name says, with what cannot be right due now: it was put or put off by a clock that was ahead and has
 * been set back since. A retry that an action asked for so late is asked for again.
 */
export function believedName(parts: OutboxNameParts, nowMs: number): OutboxNameParts {
  const isAhead = parts.order > nowMs || parts.dueMs > nowMs + longestBackoffMs;
  if (outboxName.isDated(parts) || !isAhead) return parts;
  return { ...parts, dueMs: nowMs, firstDueMs: Math.min(parts.firstDueMs, nowMs) };
}
