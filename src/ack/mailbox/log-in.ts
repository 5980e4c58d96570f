import type { Account } from '../../core/account.js';
import type { Clock } from '../../core/clock.js';
import type { TokenSource } from '../../core/token.js';
import type { MailboxCredential } from './mailbox-credential.js';

/** What a login needs. */
export interface LogInSetup<C> {
  readonly account: Account;
  readonly tokens: TokenSource;
  readonly clock: Clock;
  /** Opens a connection with a credential. */
  readonly open: (credential: MailboxCredential, signal: AbortSignal) => Promise<C>;
  /** Whether what was thrown says that the server refuses the credential. */
  readonly isRefusal: (thrown: unknown) => boolean;
}

/**
 * Makes the function that logs in, with the password of an account or a fresh token for every connection.
 *
 * A server that refuses a token before its time gets one other token, asked for by force; not again before a login
 * has succeeded, so that an authorization server is not hammered for what it cannot mend.
 */
export function createLogIn<C>(setup: LogInSetup<C>): (signal: AbortSignal) => Promise<C> {
  const { account, tokens, clock, open, isRefusal } = setup;
  let renewed = false;

  return async (signal) => {
    if (account.login.grant === 'password') return open({ pass: account.login.password }, signal);
    const { token, expiresAt } = await tokens.getToken(account.name, { signal });
    let client: C;
    try {
      client = await open({ accessToken: token }, signal);
    } catch (thrown) {
      if (renewed || !isRefusal(thrown) || expiresAt <= clock.now()) throw thrown;
      renewed = true;
      const other = await tokens.getToken(account.name, { renew: token, signal });
      client = await open({ accessToken: other.token }, signal);
    }
    renewed = false;
    return client;
  };
}
