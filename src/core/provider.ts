/** What we know of a mail provider: it fills in what the settings of an account leave out. Pure data. */
export interface Provider {
  /** What a person calls it. */
  readonly title: string;
  readonly smtp?: PresetServer;
  readonly imap?: PresetServer;
  /** In the URLs `{tenant}` stands for the tenant of the settings, which must name one then. */
  readonly authorizationUrl?: string;
  readonly tokenUrl?: string;
  readonly issuer?: string;
  /** What a person is asked for: `base` always, the others by what the account is used for. */
  readonly scope: { readonly base: string; readonly smtp: string; readonly imap: string };
  /** What the client credentials grant asks for (RFC 6749 section 4.4); absent where there is no such thing. */
  readonly applicationScope?: string;
  /** Parameters of the authorization request beyond the standard ones. */
  readonly authorizationParameters: Readonly<Record<string, string>>;
  /** The login name at the submission server: the person who signed in, or the mailbox. */
  readonly smtpUser: 'user' | 'mailbox';
  /** The login name at the IMAP server. */
  readonly imapUser: 'user' | 'mailbox';
  /** What an administrator does when the mail server refuses a login that the authorization server allowed. */
  readonly loginRemedy: { readonly smtp: string; readonly imap: string };
}

interface PresetServer {
  readonly host: string;
  readonly port: number;
  readonly security: 'tls' | 'starttls';
}
