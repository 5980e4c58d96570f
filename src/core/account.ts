import type { GrantLife } from './grant-life.js';

/** How many messages an account may send: so many at once, and so many a minute for ever. */
export interface Rate {
  readonly burst: number;
  readonly perMinute: number;
}

/** What a mail server speaks. */
export type MailServerKind = 'smtp' | 'imap' | 'pop3';

/** A mail server to connect to, everything decided. */
export interface MailServer {
  readonly host: string;
  readonly port: number;
  readonly security: 'tls' | 'starttls' | 'none';
  /** Certificates in PEM to trust, the public ones included; absent for the public ones alone. */
  readonly ca?: readonly string[];
  /** The name in the certificate, where it is not the host. */
  readonly serverName?: string;
  /** The login name there: on Exchange the signed-in user for SMTP and the mailbox for IMAP and POP3. */
  readonly user: string;
}

/** A certificate that a client proves itself with, in place of a secret (RFC 7523 section 2.2). */
export interface ClientCertificate {
  /** The certificate in PEM, as it is registered at the provider. */
  readonly certificate: string;
  /** Its RSA private key in PEM (PKCS #8), without a passphrase. */
  readonly key: string;
}

/**
 * How we are known to an authorization server: with a secret, with a certificate, or with neither, as a public
 * client (RFC 6749 section 2.1).
 */
export interface OAuthClient {
  readonly clientId: string;
  readonly clientSecret?: string;
  /** When the secret ends, as the settings tell. */
  readonly clientSecretExpires?: Date;
  readonly certificate?: ClientCertificate;
  /** For discovery of the endpoints that are not given. */
  readonly issuer?: string;
  readonly authorizationUrl?: string;
  readonly tokenUrl?: string;
  /** Where the device grant begins (RFC 8628 section 3.1). */
  readonly deviceAuthorizationUrl?: string;
  /** Where the keys are that id_tokens are signed with (RFC 7517). */
  readonly jwksUrl?: string;
  /** Where tokens are revoked (RFC 7009), where there is no discovery. */
  readonly revocationUrl?: string;
  /** What is asked for, separated by spaces. */
  readonly scope: string;
  readonly redirectUri: string;
  /** Parameters of the authorization request beyond the standard ones, such as `login_hint`. */
  readonly authorizationParameters: Readonly<Record<string, string>>;
  /** How long sign-ins last there, as far as it is known. */
  readonly grantLife?: GrantLife;
}

/**
 * How an account gets its access tokens. `authorization_code`: a person signs in with a browser. `device_code`: a
 * person enters a code on any device. `client_credentials`: the application is authorized by itself, and nobody
 * signs in.
 */
export type OAuthGrant = 'authorization_code' | 'device_code' | 'client_credentials';

/** One mail login, everything decided: settings, presets and secrets together. */
export interface Account {
  readonly name: string;
  /** The address that sends and receives. */
  readonly mailbox: string;
  /** Who signs in; the mailbox where nobody does. */
  readonly user: string;
  /** The From header field, as the settings give it or else the mailbox. */
  readonly from: string;
  readonly login:
    | { readonly grant: 'password'; readonly password: string }
    | { readonly grant: OAuthGrant; readonly oauth: OAuthClient };
  readonly smtp?: MailServer & {
    readonly connections: number;
    /** How many messages the server takes: so many at once, and so many a minute; absent for any number. */
    readonly rate?: Rate;
  };
  readonly imap?: MailServer & {
    /** The IMAP mailbox whose news we wait for. */
    readonly mailbox: string;
    /** Further ones, looked into every `pollMs`. */
    readonly others?: readonly string[];
    readonly pollMs: number;
  };
  /** In place of `imap`. */
  readonly pop3?: MailServer & { readonly pollMs: number };
}
