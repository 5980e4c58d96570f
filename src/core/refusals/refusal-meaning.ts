/**
 * What a refusal asks for. `transient`: nothing, it is tried again. `sign-in`: a user signs in again.
 * `administrator`: somebody changes something at the provider or in the settings. `ours`: the request itself was
 * wrong, begin again or wait.
 */
export type RefusalClass = 'transient' | 'sign-in' | 'administrator' | 'ours';

/** What a refusal of an authorization server or a mail server means. */
export interface RefusalMeaning {
  readonly class: RefusalClass;
  /** What happened, in plain words that follow a colon. */
  readonly reason: string;
  /** What to do, where it is more than the class says; `{user}` signs in, `{mailbox}` is the mailbox. */
  readonly remedy?: string;
  /** How long to leave the server alone at least, in milliseconds. */
  readonly pauseMs?: number;
}
