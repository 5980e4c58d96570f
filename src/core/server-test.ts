import type { MailServerKind } from './account.js';

/** One step of `ackmail test`, of the Test Server button and of a round trip. */
export interface TestStep {
  readonly server: MailServerKind;
  /** In this order; a step that does not apply is left out. */
  readonly step:
    | 'name'
    | 'proxy'
    | 'tcp'
    | 'tls'
    | 'token'
    | 'login'
    | 'mail'
    | 'probe'
    | 'arrival'
    | 'answer'
    | 'reply';
  readonly ok: boolean;
  /** What was seen, one line. */
  readonly detail: string;
  /** How long it took, in milliseconds, where that was measured. */
  readonly ms?: number;
  /** What to do, when it is not ok. */
  readonly remedy?: string;
  readonly authorizationUrl?: string;
}
