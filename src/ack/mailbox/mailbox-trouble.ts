import type { Fault } from '../../core/fault.js';

/** What went wrong with a mailbox, and of what kind it is. */
export interface MailboxTrouble {
  /**
   * `token`: no access token. `login`: the server refuses it. `not-connected`: Exchange lets us in but not to
   * the mailbox. `missing`: no such mailbox. `throttled`: wait as told. `unreachable`, `tls`, `broken`: the way there.
   */
  readonly kind:
    | 'token'
    | 'login'
    | 'not-connected'
    | 'missing'
    | 'throttled'
    | 'unreachable'
    | 'tls'
    | 'broken';
  readonly fault: Fault;
  /** How long the server asks us to wait, in milliseconds. */
  readonly waitMs?: number;
}
