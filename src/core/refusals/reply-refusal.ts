import type { RefusalMeaning } from './refusal-meaning.js';

/** What one kind of reply of a mail server means; where it names both codes and words, a reply must have both. */
export interface ReplyRefusal extends RefusalMeaning {
  /**
   * SMTP: reply codes and enhanced status codes (RFC 5321, RFC 3463) such as `535 5.7.139`, `5.7.60` or `4xx`, in
   * which x is any digit. IMAP and POP3: response codes (RFC 5530, RFC 3206) such as `UNAVAILABLE`. Any of them.
   */
  readonly codes?: readonly string[];
  /** Words in the text of the reply, in any case. Any of them. */
  readonly says?: readonly string[];
  /** Only of a login, or only of anything else; absent: of both. */
  readonly during?: 'login' | 'mail';
  /**
   * The server does not say why it refuses the credential: another access token may mend it, and what else there is
   * to do depends on the provider.
   */
  readonly credential?: true;
  /**
   * SMTP: what the reply is about, where it is not this one mail or recipient. `account`: whatever the account sends
   * now gets the same. `connections`: the account has too many of them at once. `recipients`: this transaction has
   * enough of them, and the others go into the next one (RFC 5321 section 4.5.3.1.10).
   */
  readonly about?: 'account' | 'connections' | 'recipients';
}
