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
  let [waiting, later, held, oldestMs] = [0, 0, 0, Infinity];
  for (const { firstDueMs, state } of queue?.entries() ?? []) {
    waiting += 1;
    oldestMs = Math.min(oldestMs, firstDueMs);
    if (state === 'held') held += 1;
    else if (firstDueMs > now.getTime()) later += 1;
  }
  const nextTryAt = queue?.nextDueAt();
  return {
    action,
    waiting,
    ...(held > 0 ? { held } : {}),
    ...(later > 0 ? { later } : {}),
    ...(oldestMs <= now.getTime() ? { oldestDueAt: new Date(oldestMs) } : {}),
    ...(nextTryAt ? { nextTryAt } : {}),
    ...(fault ? { lastFault: fault.message } : {}),
  };
}
