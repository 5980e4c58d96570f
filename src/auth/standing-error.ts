import { describe, type Fault, type FaultCode } from '../core/fault.js';
import type { Log } from '../core/host.js';
import type { RaisedSystemError, SystemErrors } from '../core/system-error.js';

/** The system errors that stand for one account: at most one at a time, and warnings. */
export interface StandingError {
  /**
   * Raises a fault, again where it stands already; undefined clears what stands. Never throws.
   *
   * The warnings of what ends soon stand beside it, and those that are not among the ones given are cleared;
   * without any given, they stay as they are.
   *
   * One runs after the other, in the order of the calls, so that the last one holds, and each is a chance to
   * announce what could not be announced before.
   */
  show(fault: Fault | undefined, warnings?: readonly RaisedSystemError[]): Promise<void>;
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

const warningCodes: readonly FaultCode[] = ['OAUTH_CLIENT_EXPIRING', 'OAUTH_SIGN_IN_EXPIRING'];
const byPerson: readonly FaultCode[] = ['OAUTH_AUTHORIZATION_REQUIRED', 'OAUTH_SIGN_IN_EXPIRING'];

/** Keeps the standing system errors in step with one account. */
export function createStandingError(setup: StandingErrorSetup): StandingError {
  const { account, systemErrors, log } = setup;
  let logged: string | undefined;
  let last: Promise<void> = Promise.resolve();

  const urlFor = async (code: FaultCode) =>
    byPerson.includes(code) ? await setup.authorizationUrl() : undefined;

  const change = async (fault: Fault | undefined) => {
    const authorizationUrl = fault && (await urlFor(fault.code));
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

  const warn = async (warnings: readonly RaisedSystemError[]) => {
    for (const warning of warnings) {
      const authorizationUrl = await urlFor(warning.code);
      await systemErrors.raise({
        ...warning,
        ...(authorizationUrl === undefined ? {} : { authorizationUrl }),
      });
    }
    for (const code of warningCodes)
      if (!warnings.some((warning) => warning.code === code)) await systemErrors.clear(code, account);
  };

  return {
    show(fault, warnings) {
      last = last
        .then(() => change(fault))
        .then(() => warnings && warn(warnings))
        .catch((thrown: unknown) =>
          log.error({ account }, `The system error of an account is not up to date: ${describe(thrown)}`),
        );
      return last;
    },
  };
}
