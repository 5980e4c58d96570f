import { describe, type Fault, type FaultCode } from '../core/fault.js';
import type { Log } from '../core/host.js';
import type { SystemErrors } from '../core/system-error.js';

/** The system error that stands for one account, at most one at a time. */
export interface StandingError {
  /** Raises a fault, unless just that stands already; undefined clears what stands. Never throws. */
  show(fault: Fault | undefined): Promise<void>;
}

/** What the system error of an account needs. */
export interface StandingErrorSetup {
  readonly account: string;
  readonly systemErrors: SystemErrors;
  /** Where a person signs in; undefined when it cannot be had now. */
  readonly authorizationUrl: () => Promise<string | undefined>;
  readonly log: Log;
}

const codes: readonly FaultCode[] = [
  'OAUTH_AUTHORIZATION_REQUIRED',
  'OAUTH_CONFIGURATION_REQUIRED',
  'OAUTH_TEMPORARY',
  'STORE_KEY',
  'STORE_NEWER',
];

/** Keeps the standing system errors in step with one account. */
export function createStandingError(setup: StandingErrorSetup): StandingError {
  const { account, systemErrors, log } = setup;
  // Not known at first: an earlier run may have left one.
  let shown: string | undefined;

  const change = async (fault: Fault | undefined) => {
    const needsPerson = fault?.code === 'OAUTH_AUTHORIZATION_REQUIRED';
    const authorizationUrl = needsPerson ? await setup.authorizationUrl() : undefined;
    const next = JSON.stringify([fault?.code, fault?.message, authorizationUrl]);
    if (next === shown) return;
    if (fault) {
      log.warn({ account, code: fault.code }, fault.message);
      await systemErrors.raise({
        code: fault.code,
        subject: account,
        severity: fault.transient ? 'warning' : 'critical',
        message: fault.message,
        remedy: fault.remedy,
        ...(authorizationUrl === undefined ? {} : { authorizationUrl }),
      });
    }
    for (const code of codes) if (code !== fault?.code) await systemErrors.clear(code, account);
    shown = next;
  };

  return {
    async show(fault) {
      try {
        await change(fault);
      } catch (thrown) {
        log.error({ account }, `The system error of an account is not up to date: ${describe(thrown)}`);
      }
    },
  };
}
