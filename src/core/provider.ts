import type { MailServerKind, Rate } from './account.js';
import type { GrantLife } from './grant-life.js';

/** What we know of a mail provider: it fills in what the settings of an account leave out. Pure data. */
export interface Provider {
  /** What a person calls it. */
  readonly title: string;
  readonly smtp?: PresetServer;
  readonly imap?: PresetServer;
  readonly pop3?: PresetServer;
  /** In the URLs `{tenant}` stands for the tenant of the settings, which must name one then. */
  readonly authorizationUrl?: string;
  readonly tokenUrl?: string;
  /** What its id_tokens name as `iss`; `{tenantid}` stands for the id of the tenant that a token tells. */
  readonly issuer?: string;
  /** Where the device grant begins (RFC 8628); absent where it cannot open mailboxes. */
  readonly deviceAuthorizationUrl?: string;
  /** Where the keys are that id_tokens are signed with. */
  readonly jwksUrl?: string;
  /** Where tokens are revoked (RFC 7009); absent where the provider has no such endpoint. */
  readonly revocationUrl?: string;
  /** What a person is asked for: `base` always, the others by what the account is used for. */
  readonly scope: { readonly base: string } & Readonly<Record<MailServerKind, string>>;
  /** What the client credentials grant asks for (RFC 6749 section 4.4); absent where there is no such thing. */
  readonly applicationScope?: string;
  /** Parameters of the authorization request beyond the standard ones. */
  readonly authorizationParameters: Readonly<Record<string, string>>;
  /** The login name at the submission server: the person who signed in, or the mailbox. */
  readonly smtpUser: 'user' | 'mailbox';
  /** The login name at the IMAP or POP3 server. */
  readonly mailboxUser: 'user' | 'mailbox';
  /** How many messages its submission server takes; absent where that differs from server to server. */
  readonly rate?: Rate;
  /** How long sign-ins last; absent where that differs from server to server. */
  readonly grantLife?: GrantLife;
  /** How long a client secret lasts at most, in months; absent where it does not end by itself. */
  readonly clientSecretMonths?: number;
  /**
   * What an administrator does when the mail server refuses a login that the authorization server allowed; `{user}`
   * signs in, `{mailbox}` is the mailbox.
   */
  readonly loginRemedy: Readonly<Record<MailServerKind, string>>;
  /** The same for the client credentials grant, where it is another. */
  readonly applicationRemedy?: string;
}

interface PresetServer {
  readonly host: string;
  readonly port: number;
  readonly security: 'tls' | 'starttls';
}
