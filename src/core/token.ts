/** An access token (RFC 6749 section 1.4) for one mail account. */
export interface AccessToken {
  readonly token: string;
  readonly expiresAt: Date;
}

/** All that mail code sees of OAuth. */
export interface TokenSource {
  /**
   * A token that is good for at least a few minutes.
   *
   * `renew` hands over the token that a server has just refused, and asks for another one. Throws a `Fault`:
   * a transient one when it is worth trying again, `OAUTH_AUTHORIZATION_REQUIRED` when a person has to sign
   * in, `OAUTH_CONFIGURATION_REQUIRED` when an administrator has to change something.
   */
  getToken(
    account: string,
    options?: { readonly renew?: string; readonly signal?: AbortSignal },
  ): Promise<AccessToken>;
}
