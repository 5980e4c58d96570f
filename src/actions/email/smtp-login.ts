import type { Account } from '../../core/account.js';
import { Fault } from '../../core/fault.js';
import type { Log } from '../../core/host.js';
import type { TokenSource } from '../../core/token.js';
import { replyMeaning, type SmtpError } from './smtp-fault.js';

/** How nodemailer logs in. */
export type SmtpAuth =
  | { readonly user: string; readonly pass: string }
  | {
      readonly type: 'OAuth2';
      readonly user: string;
      readonly provisionCallback: (
        user: string,
        renew: boolean,
        callback: (error: Error | null, token?: string, expires?: number) => void,
      ) => void;
    };

/** The login of one account at its submission server. */
export interface SmtpLogin {
  readonly auth: SmtpAuth;
  /** Runs `step`, and once more with a renewed token when the server refused the token. */
  attempt<T>(signal: AbortSignal, step: () => Promise<T>): Promise<T>;
}

/**
 * Logs in with what the token source gives, or with the password of the account.
 *
 * nodemailer asks for another token only after a 334 challenge; Exchange answers straight 535. So a refusal
 * renews the token here, once: a token that is fresh from a renewal and refused again is not the reason.
 */
export function createSmtpLogin(deps: {
  readonly account: Account;
  readonly tokens: TokenSource;
  readonly log: Log;
}): SmtpLogin {
  const { account, tokens, log } = deps;
  const user = account.smtp?.user ?? account.user;
  if (account.login.grant === 'password')
    return { auth: { user, pass: account.login.password }, attempt: (_signal, step) => step() };

  let used: string | undefined;
  let renewed: string | undefined;
  let renewals = 0;
  let challenges = 0;

  const renew = async (signal?: AbortSignal) => {
    log.debug({ account: account.name }, 'The submission server refused the access token; it is renewed.');
    const refused = used;
    const { token, expiresAt } = await tokens.getToken(account.name, {
      ...(refused === undefined ? {} : { renew: refused }),
      ...(signal ? { signal } : {}),
    });
    if (token !== refused) renewals += 1;
    used = token;
    renewed = token;
    return { token, expiresAt };
  };
  const current = async () => {
    const fresh = await tokens.getToken(account.name);
    used = fresh.token;
    return fresh;
  };

  return {
    auth: {
      type: 'OAuth2',
      user,
      provisionCallback(_user, again, callback) {
        if (again) challenges += 1;
        (again && used !== renewed ? renew() : current()).then(
          ({ token, expiresAt }) => callback(null, token, expiresAt.getTime()),
          // nodemailer writes its own code over that of the error it is given.
          (thrown: unknown) => callback(new Error('no access token', { cause: thrown })),
        );
      },
    },
    async attempt(signal, step) {
      const before = { renewals, challenges };
      try {
        return await step();
      } catch (thrown) {
        // After a challenge nodemailer has tried a renewed token already.
        const isMendable = isTokenRefused(thrown) && challenges === before.challenges && !signal.aborted;
        if (!isMendable) throw thrown;
        // Another mail may have had the same token renewed meanwhile.
        if (renewals === before.renewals && used !== renewed) await renew(signal);
        if (renewals === before.renewals) throw thrown;
        return step();
      }
    },
  };
}

/** A refused login that another token could mend: not a policy, which no token mends, and nothing that passes. */
function isTokenRefused(thrown: unknown): boolean {
  if (thrown instanceof Fault || typeof thrown !== 'object' || thrown === null) return false;
  const error: SmtpError = thrown;
  return error.code === 'EAUTH' && replyMeaning(error)?.credential === true;
}
