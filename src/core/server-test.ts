/** One step of `ackmail test` and of the Test Server button. */
export interface TestStep {
  readonly server: 'smtp' | 'imap';
  /** In this order; a step that does not apply is left out. */
  readonly step: 'name' | 'proxy' | 'tcp' | 'tls' | 'token' | 'login' | 'mail';
  readonly ok: boolean;
  /** What was seen, one line. */
  readonly detail: string;
  /** What to do, when it is not ok. */
  readonly remedy?: string;
  readonly authorizationUrl?: string;
}
