import type { Account } from './account.js';
import type { SystemError } from './system-error.js';

/** How one mail account is doing. */
export interface AccountStatus {
  readonly account: string;
  readonly mailbox: string;
  readonly grant: Account['login']['grant'];
  /** `password` for an account that needs no authorization. */
  readonly state:
    | 'authorized'
    | 'degraded'
    | 'authorization-required'
    | 'configuration-required'
    | 'password';
  /** Who signed in, as the provider names the person. */
  readonly authorizedAs?: string;
  readonly accessTokenExpiresAt?: Date;
  readonly refreshedAt?: Date;
  /** What was asked for at the sign-in and not granted; absent where everything was, or nobody told. */
  readonly missingScopes?: readonly string[];
  /** Why it is not `authorized`. */
  readonly detail?: string;
  readonly authorizationUrl?: string;
}

/** How one action is doing. */
export interface ActionStatus {
  readonly action: string;
  readonly type: 'email' | 'webhook';
  /** How many events wait. */
  readonly waiting: number;
  /** When the oldest of them was due first. */
  readonly oldestDueAt?: Date;
  readonly nextTryAt?: Date;
  readonly lastFault?: string;
}

/** Everything `ackmail status` shows. */
export interface Status {
  readonly version: string;
  readonly startedAt?: Date;
  readonly accounts: readonly AccountStatus[];
  readonly actions: readonly ActionStatus[];
  readonly acknowledgement?: {
    readonly account: string;
    readonly state: 'watching' | 'connecting' | 'stopped';
    readonly detail?: string;
    /** Acknowledgements that the monitor has not taken yet. */
    readonly pending: number;
  };
  readonly alerts: { readonly firing: number; readonly acknowledged: number };
  readonly systemErrors: readonly SystemError[];
  /** What is set up in a way that may hurt one day, in plain sentences. */
  readonly warnings: readonly string[];
}
