import type { ActionResult } from '../core/action.js';
import type { Clock } from '../core/clock.js';
import type { Fault, FaultCode } from '../core/fault.js';
import type { SystemErrors } from '../core/system-error.js';

/** Whether an action takes what it is told, and a system error when it does not. */
export interface ActionHealth {
  succeeded(): Promise<void>;
  /** Answers what the outbox is told: tried again at `retryAt`, else slowly after a refusal, else by its backoff. */
  failed(fault: Fault, retryAt?: Date): Promise<NonNullable<ActionResult['deferred']>>;
}

const lastingMs = 5 * 60_000;
/** Nothing changes until somebody mends the settings or the other side. */
const refusedRetryMs = 10 * 60_000;
const codes: readonly FaultCode[] = ['ACTION_REFUSED', 'ACTION_FAILED'];

/**
 * Raises a system error for an action that is refused, at once, and for one that fails for 5 minutes; the first
 * success clears it. What was refused is tried again every 10 minutes.
 *
 * A second way to reach people that is broken in silence is none.
 */
export function createActionHealth(action: string, systemErrors: SystemErrors, clock: Clock): ActionHealth {
  let failingSince: Date | undefined;
  return {
    async succeeded() {
      failingSince = undefined;
      for (const { code, subject } of systemErrors.list())
        if (codes.includes(code) && subject === action) await systemErrors.clear(code, subject);
    },
    async failed(fault, retryAt) {
      const { code, transient, message, remedy } = fault;
      const now = clock.now();
      // A clock that was set back begins anew.
      if (failingSince === undefined || failingSince > now) failingSince = now;
      if (!transient || now.getTime() - failingSince.getTime() >= lastingMs)
        await systemErrors.raise({ code, subject: action, severity: 'critical', message, remedy });
      const slowAt = transient ? undefined : new Date(now.getTime() + refusedRetryMs);
      const at = retryAt ?? slowAt;
      return { fault, ...(at ? { retryAt: at } : {}) };
    },
  };
}
