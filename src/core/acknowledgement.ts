import type { Alert } from './alert.js';

/** What a person said about alerts: take them, give them back, or only a comment. */
export interface Acknowledgement {
  readonly kind: 'acknowledge' | 'unacknowledge' | 'comment';
  readonly alertIds: readonly string[];
  /** The mail address of the person. */
  readonly author: string;
  /** The person's own words, plain text; may be empty. */
  readonly comment: string;
  /** When the person's mail reached the mail server. */
  readonly at: Date;
  /** When the acknowledgement runs out; absent for `unacknowledge` and `comment`. */
  readonly expiresAt?: Date;
  /** Idempotency key: the same reply has the same source, however often it is applied. */
  readonly source: string;
}

/**
 * What a host did with an acknowledgement. All four are good ends: nothing is tried again.
 *
 * `acknowledged`: done now. `duplicate`: this `source` was applied before. `already-acknowledged`: somebody
 * else has it. `gone`: the alert is no longer firing. A host that cannot take it now throws instead.
 */
export type AcknowledgeOutcome = 'acknowledged' | 'duplicate' | 'already-acknowledged' | 'gone';

/** Takes an acknowledgement into the monitor; throws (best a `Fault`) when that has to be tried again. */
export type Acknowledge = (
  acknowledgement: Acknowledgement,
  alerts: readonly Alert[],
) => Promise<AcknowledgeOutcome>;
