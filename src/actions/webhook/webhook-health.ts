import type { Clock } from '../../core/clock.js';
import type { Fault, FaultCode } from '../../core/fault.js';
import type { SystemErrors } from '../../core/system-error.js';

/** Whether a webhook takes what it is told, and a system error when it does not. */
export interface WebhookHealth {
  succeeded(): Promise<void>;
  failed(fault: Fault): Promise<void>;
}

const lastingMs = 5 * 60_000;
const codes: readonly FaultCode[] = ['ACTION_REFUSED', 'ACTION_FAILED'];

/**
 * Raises a system error for a webhook that refuses, at once, and for one that fails for 5 minutes; the first
 * success clears it.
 *
 * A second way to reach people that is broken in silence is none.
 */
export function createWebhookHealth(action: string, systemErrors: SystemErrors, clock: Clock): WebhookHealth {
  let failingSince: Date | undefined;
  return {
    async succeeded() {
      failingSince = undefined;
      for (const { code, subject } of systemErrors.list())
        if (codes.includes(code) && subject === action) await systemErrors.clear(code, subject);
    },
    async failed({ code, transient, message, remedy }) {
      const now = clock.now();
      // A clock that was set back begins anew.
      if (failingSince === undefined || failingSince > now) failingSince = now;
      if (transient && now.getTime() - failingSince.getTime() < lastingMs) return;
      await systemErrors.raise({ code, subject: action, severity: 'critical', message, remedy });
    },
  };
}
