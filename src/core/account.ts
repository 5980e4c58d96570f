/** A mail server to connect to, everything decided. */
export interface MailServer {
  readonly host: string;
  readonly port: number;
  readonly security: 'tls' | 'starttls' | 'none';
  /** Certificates in PEM to trust, the public ones included; absent for the public ones alone. */
  readonly ca?: readonly string[];
  /** The name in the certificate, where it is not the host. */
  readonly serverName?: string;
  /** The login name there: on Exchange the signed-in user for SMTP and the mailbox for IMAP. */
  readonly user: string;
}

/** How we are known to an authorization server. */
export interface OAuthClient {
  readonly clientId: string;
  readonly clientSecret: string;
  /** For discovery of the endpoints that are not given. */
  readonly issuer?: string;
  readonly authorizationUrl?: string;
  readonly tokenUrl?: string;
  /** What is asked for, separated by spaces. */
  readonly scope: string;
  readonly redirectUri: string;
  /** Parameters of the authorization request beyond the standard ones, such as `login_hint`. */
  readonly authorizationParameters: Readonly<Record<string, string>>;
}

/** One mail login, everything decided: settings, presets and secrets together. */
export interface Account {
  readonly name: string;
  /** The address that sends and receives. */
  readonly mailbox: string;
  /** Who signs in. */
  readonly user: string;
  /** The From header field, as the settings give it or else the mailbox. */
  readonly from: string;
  readonly login:
    | { readonly grant: 'password'; readonly password: string }
    | { readonly grant: 'authorization_code'; readonly oauth: OAuthClient };
  readonly smtp?: MailServer & { readonly connections: number };
  readonly imap?: MailServer & { readonly mailbox: string; readonly pollMs: number };
}
