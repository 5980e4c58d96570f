import type { Clock } from '../../core/clock.js';
import type { FaultCode } from '../../core/fault.js';
import type { SystemErrors } from '../../core/system-error.js';
import type { MailboxTrouble } from './mailbox-trouble.js';

/** Knows how the connection has been doing: when to try again, and when a person must know. */
export interface MailboxHealth {
  /** The mailbox was opened, and all that is new in it was handed out. */
  succeeded(): Promise<void>;
  /** A connection failed; answers how long to wait before the next try, in milliseconds. */
  failed(trouble: MailboxTrouble): Promise<number>;
  /** Since when it fails; undefined while it does not, and where a good connection ended and a new one is being made. */
  failingSince(): Date | undefined;
}

/** A connection that held this long was a good one: its end is normal life, and the next try is due at once. */
const steadyMs = 5_000;
const patienceMs = 5 * 60_000;
const longestWaitMs = 60_000;
/** A login that is refused is not tried at the pace of a network that fails: accounts get locked. */
const longestRefusedWaitMs = 5 * 60_000;
const longestThrottleMs = 60 * 60_000;

/** Makes the memory of an account's connection. `account` is its name, `codes` are those that its faults can have. */
export function createMailboxHealth(
  account: string,
  codes: readonly FaultCode[],
  systemErrors: SystemErrors,
  clock: Clock,
): MailboxHealth {
  // What a run before this one raised may still stand.
  let standing = new Set<FaultCode>(codes);
  let goodSince: Date | undefined;
  let badSince: Date | undefined;
  let isFailing = false;
  let failures = 0;
  let notConnected = 0;

  return {
    async succeeded() {
      goodSince ??= clock.now();
      badSince = undefined;
      isFailing = false;
      failures = 0;
      notConnected = 0;
      const toClear = standing;
      standing = new Set();
      for (const code of toClear) await systemErrors.clear(code, account);
    },

    async failed({ kind, fault, waitMs }) {
      const now = clock.now();
      const wasSteady = goodSince !== undefined && now.getTime() - goodSince.getTime() >= steadyMs;
      goodSince = undefined;
      // Later than now: the clock was set back.
      if (badSince === undefined || badSince > now) badSince = now;
      failures += 1;
      notConnected = kind === 'not-connected' ? notConnected + 1 : notConnected;

      const lasting = now.getTime() - badSince.getTime() >= patienceMs;
      const known = kind === 'login' || kind === 'missing' || (kind === 'not-connected' && notConnected >= 3);
      // The token manager raises its own.
      if (kind !== 'token' && (known || lasting)) {
        standing.add(fault.code);
        await systemErrors.raise({
          code: fault.code,
          subject: account,
          severity: 'critical',
          message: fault.message,
          remedy: fault.remedy,
        });
      }
      isFailing = !(wasSteady && kind === 'broken');
      if (kind === 'throttled') return Math.min(waitMs ?? longestWaitMs, longestThrottleMs);
      if (!isFailing) return 0;
      const growingMs = 1_000 * 2 ** Math.min(failures - 1, 12);
      return Math.min(growingMs, known ? longestRefusedWaitMs : longestWaitMs);
    },

    failingSince: () => (isFailing ? badSince : undefined),
  };
}
