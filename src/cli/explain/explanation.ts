import type { RefusalClass } from '../../core/refusals/refusal-meaning.js';

/** What `ackmail explain` says of a refusal; with `--json` it is just this. */
export interface Explanation {
  readonly class: RefusalClass;
  /** The most telling code in the text: `AADSTS700082`, `invalid_grant`, `535 5.7.139`, `IMAP BYE`, `HTTP 503`. */
  readonly code: string;
  /** What happened, in plain words. */
  readonly meaning: string;
  readonly remedy: string;
}
