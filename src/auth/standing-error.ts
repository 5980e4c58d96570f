import { describe, type Fault, type FaultCode } from '../core/fault.js';
import type { Log } from '../core/host.js';
import type { SystemErrors } from '../core/system-error.js';

/** The system error that stands for one account, at most one at a time. */
export interface StandingError {
  /**
   * Raises a fault, again where it stands already; undefined clears what stands. Never throws.
   *
   * One runs after the other, in the order of the calls, so that the last one holds, and each is a chance to
   * announce what could not be announced before.
   */
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
  let logged: string | undefined;
  let last: Promise<void> = Promise.resolve();

  const change = async (fault: Fault | undefined) => {
    const needsPerson = fault?.code === 'OAUTH_AUTHORIZATION_REQUIRED';
    const authorizationUrl = needsPerson ? await setup.authorizationUrl() : undefined;
    const text = fault && JSON.stringify([fault.code, fault.message, authorizationUrl]);
    if (fault) {
      if (text !== logged) log.warn({ account, code: fault.code }, fault.message);
      await systemErrors.raise({
        code: fault.code,
        subject: account,
        severity: fault.transient ? 'warning' : 'critical',
        message: fault.message,
        remedy: fault.remedy,
        ...(authorizationUrl === undefined ? {} : { authorizationUrl }),
      });
    }
    logged = text;
    for (const code of codes) if (code !== fault?.code) await systemErrors.clear(code, account);
  };

  return {
    show(fault) {
      last = last
        .then(() => change(fault))
        .catch((thrown: unknown) =>
          log.error({ account }, `The system error of an account is not up to date: ${describe(thrown)}`),
        );
      return last;
    },
  };
}
