import type { Account } from './account.js';
import type { ReplyRefusal } from './reply-refusal.js';
import type { SystemError } from './system-error.js';

/**
 * Where the authorization of an account stands, the worst first.
 *
 * - `authorization-required`: refused for good; a person has to sign in.
 * - `configuration-required`: refused for good; an administrator has to change something.
 * - `degraded`: a passing failure; it is tried again by itself, and what is still good is used meanwhile.
 * - `expiring`: it works, and something of it ends soon, which people were warned of.
 * - `refreshing`: a new access token is being fetched.
 * - `authorized`: all is well.
 * - `password`: there is a password, and nothing to authorize.
 */
export type AccountState =
  | 'authorization-required'
  | 'configuration-required'
  | 'degraded'
  | 'expiring'
  | 'refreshing'
  | 'authorized'
  | 'password';

/** Something of an account that ends by itself. */
export interface Expiry {
  readonly what: 'client secret' | 'certificate' | 'sign-in';
  readonly at: Date;
  /** Each refresh puts it off, so that it comes only when refreshes fail for that long. */
  readonly renewed: boolean;
  /** The step of the warning that stands: 60, 30, 14, 7 or 1 days; absent while none is due. */
  readonly warnedDays?: number;
  /** Why, where it ends sooner than it need, and what to do about that. */
  readonly detail?: string;
  readonly remedy?: string;
}

/** How one mail account is doing. */
export interface AccountStatus {
  readonly account: string;
  readonly mailbox: string;
  readonly grant: Account['login']['grant'];
  readonly state: AccountState;
  /** Who signed in, as the provider names the person. */
  readonly authorizedAs?: string;
  readonly accessTokenExpiresAt?: Date;
  readonly refreshedAt?: Date;
  /** What was asked for at the sign-in and not granted; absent where everything was, or nobody told. */
  readonly missingScopes?: readonly string[];
  /** What was granted, or asked for where the provider did not tell; absent while there is no access token. */
  readonly scopes?: readonly string[];
  /** What ends by itself and when, as far as it is known, the soonest first. */
  readonly expiries?: readonly Expiry[];
  /** How many messages may leave now, where the account has a rate; below zero where more did. */
  readonly messagesLeft?: number;
  /** When its submission server took a mail last, tests aside; absent where none is known of this run and the 3 days before. */
  readonly lastSentAt?: Date;
  /** When a reply to it was read last, tests aside; absent where none is known of this run and the 3 days before. */
  readonly lastReplyAt?: Date;
  /** Why it is `degraded`, or waits for a person or an administrator. */
  readonly detail?: string;
  /** Since when it is `degraded`, in this run. */
  readonly since?: Date;
  /** When it is tried again by itself. */
  readonly nextTryAt?: Date;
  /** The one thing to do. */
  readonly remedy?: string;
  /** Where the person signs in, while `authorization-required`. */
  readonly authorizationUrl?: string;
}

/** How one action is doing. */
export interface ActionStatus {
  readonly action: string;
  readonly type: 'email' | 'webhook' | 'command';
  /** How many events wait. */
  readonly waiting: number;
  /** How many of them came from a backup, and wait until a person says so. */
  readonly held?: number;
  /** How many of them wait for their date: the end of quiet hours, or a step of escalation. */
  readonly later?: number;
  /** When the oldest of them was due first; absent where none is due yet. */
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
    /** Replies that wait to be judged: for a DNS server, or since one sender wrote too many. */
    readonly waiting: number;
    /** Replies that were refused in this run, by the kind of refusal. */
    readonly refused: Readonly<Partial<Record<ReplyRefusal, number>>>;
  };
  readonly alerts: { readonly firing: number; readonly acknowledged: number };
  readonly systemErrors: readonly SystemError[];
  /** What is set up in a way that may hurt one day, in plain sentences. */
  readonly warnings: readonly string[];
}
