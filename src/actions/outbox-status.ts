import type { Fault } from '../core/fault.js';
import type { ActionStatus } from '../core/status.js';
import type { OutboxQueue } from './outbox-queue.js';

/** How much waits for an action, since when, and why; `fault` is what its last try failed by. */
export function outboxStatus(
  action: string,
  queue: OutboxQueue | undefined,
  fault: Fault | undefined,
  now: Date,
): Omit<ActionStatus, 'type'> {
  const entries = [...(queue?.entries() ?? [])];
  const oldestMs = entries.reduce((least, entry) => Math.min(least, entry.firstDueMs), Infinity);
  const later = entries.filter(
    ({ firstDueMs, state }) => firstDueMs > now.getTime() && state !== 'held',
  ).length;
  const held = entries.filter(({ state }) => state === 'held').length;
  const nextTryAt = queue?.nextDueAt();
  return {
    action,
    waiting: entries.length,
    ...(held > 0 ? { held } : {}),
    ...(later > 0 ? { later } : {}),
    ...(oldestMs <= now.getTime() ? { oldestDueAt: new Date(oldestMs) } : {}),
    ...(nextTryAt ? { nextTryAt } : {}),
    ...(fault ? { lastFault: fault.message } : {}),
  };
}
