import type { Account, OAuthClient } from '../core/account.js';
import type { Clock } from '../core/clock.js';
import type { DeviceStep } from '../core/device-step.js';
import { Fault } from '../core/fault.js';
import type { Log } from '../core/host.js';
import type { Network } from '../core/network.js';
import type { SignedIn } from '../core/signed-in.js';
import type { AccountStatus } from '../core/status.js';
import type { Collection, History } from '../core/store.js';
import type { SystemErrors } from '../core/system-error.js';
import type { AccessToken, TokenSource } from '../core/token.js';
import type { Forgotten } from '../core/upkeep.js';
import { createAcceptGrant } from './accept-grant.js';
import { readCallback } from './callback.js';
import { clientRenewal } from './client-renewal.js';
import { deviceSignIn } from './device-sign-in.js';
import { createEndpoints } from './endpoints.js';
import { createForgetGrant } from './forget-grant.js';
import type { Endpoints, GrantDocument } from './grant.js';
import { createGrantRecord } from './grant-record.js';
import { refreshRenewal } from './refresh-renewal.js';
import { createSignIn, type SignIn } from './sign-in.js';
import { createStandingError } from './standing-error.js';
import { createTokenClient, type TokenClientSetup } from './token-client.js';
import { createTokenKeeper, type TokenKeeper } from './token-keeper.js';

/** What the token manager needs. */
export interface TokenManagerSetup {
  /** All accounts; those with a password are left alone. */
  readonly accounts: readonly Account[];
  readonly grants: Collection<GrantDocument>;
  readonly systemErrors: SystemErrors;
  readonly history: History;
  readonly clock: Clock;
  readonly network: Network;
  readonly log: Log;
  /** Told of each sign-in, when its grant is on disk: what was refused before may be taken now. */
  readonly onSignedIn?: (account: string) => void;
  /** Our own short address where a sign-in begins, for system errors; absent: the provider's own URL. */
  readonly authorizationPage?: (account: string) => string;
  /** How long a call of an authorization server may take; 30 seconds unless told. */
  readonly timeLimitMs?: number;
}

/** Everything about authorization (RFC 6749), for all accounts. */
export interface TokenManager extends TokenSource {
  /**
   * The provider's URL where a person signs in, in every state of the account, also without a connection.
   *
   * Without `cookie` the same URL is answered until it is used up, for 30 days; with it, the sign-in must be
   * finished by a browser with that cookie within 15 minutes. Throws `OAUTH_TEMPORARY` only where the
   * endpoints were never discovered and cannot be now, and `OAUTH_NO_PAGE` where nobody signs in with a browser.
   */
  authorizationUrl(
    account: string,
    options?: { readonly cookie?: string; readonly redirectUri?: string },
  ): Promise<string>;
  /**
   * Finishes a sign-in with the URL that the browser ended on, as it is or pasted by a person.
   *
   * Throws a `Fault`: OAUTH_STATE_UNKNOWN, OAUTH_COOKIE_MISSING, OAUTH_REFUSED, OAUTH_WRONG_ACCOUNT,
   * OAUTH_RESTART, OAUTH_CONFIGURATION_REQUIRED or OAUTH_TEMPORARY; the old authorization is unchanged then.
   */
  complete(callbackUrl: string, options?: { readonly cookie?: string }): Promise<SignedIn>;
  /** Lets a person sign in on another device, by a code; `deviceSignIn` says more. */
  signInByDevice(account: string, signal: AbortSignal): AsyncIterable<DeviceStep>;
  /** Asks for another access token though none is due, at most once a minute; throws why there is none. */
  renewNow(account: string): Promise<AccessToken>;
  /** Ends the authorization of an account, at the provider and here; `createForgetGrant` says more. */
  forget(account: string, options: { readonly force: boolean }): Promise<Forgotten>;
  /** How an account is doing, as it is known without asking anybody. */
  status(account: string): Promise<AccountStatus>;
  /**
   * Raises what stands against the accounts and keeps their grants alive, until `signal` is aborted.
   *
   * Returns when the refreshes under way have ended, so that no rotated refresh token is lost; that takes
   * at most the time limit of the token endpoint.
   */
  start(signal: AbortSignal): Promise<void>;
}

/**
 * Makes the token manager.
 *
 * An access token is served from memory until 5 minutes before its end (half its life, when it is shorter
 * lived than 10). Then one refresh is made, however many ask:
 *
 * 1. the grant is read again; somebody may have signed in;
 * 2. the token endpoint is asked, with no lock held, so that a hanging server blocks no sign-in;
 * 3. what it gave is written, if the grant is still of the generation that was asked with;
 * 4. only then is the access token handed out.
 *
 * A passing failure (class `transient` and `ours` of the refusals) pauses the refreshes, 5 seconds to 5 minutes or as long as
 * the server asks, and the access token is served while it lasts. A refusal for good (`sign-in`, `administrator`) is written down
 * and raised as a system error; it is tried again every hour or 5 minutes, and the first success clears it.
 * Refresh tokens are never dropped. A grant is refreshed once a day at least, though nothing is sent.
 */
export function createTokenManager(setup: TokenManagerSetup): TokenManager {
  const parts = new Map<string, AccountParts>();
  for (const account of setup.accounts)
    if (account.login.grant !== 'password')
      parts.set(account.name, createParts(setup, account, account.login.oauth));

  const partsOf = (account: string) => {
    const found = parts.get(account);
    if (found) return found;
    throw new Fault('CONFIG_INVALID', { detail: `${account} is not an account with OAuth.` });
  };
  const signInOf = (account: string) => {
    const { signIn } = partsOf(account);
    if (signIn) return signIn;
    throw new Fault('OAUTH_NO_PAGE', { account, detail: 'nobody signs in for it with a browser.' });
  };

  return {
    getToken: async (account, options = {}) => partsOf(account).keeper.getToken(options),
    authorizationUrl: async (account, options = {}) => signInOf(account).authorizationUrl(options),
    async complete(callbackUrl, { cookie } = {}) {
      const callback = readCallback(callbackUrl);
      if (!callback) throw new Fault('OAUTH_STATE_UNKNOWN');
      let unreadable: unknown;
      for (const { signIn } of parts.values()) {
        const begun = await signIn?.find(callback.state).catch((thrown: unknown) => {
          unreadable = thrown;
        });
        if (signIn && begun) return signIn.complete(begun, callback, cookie);
      }
      throw unreadable ?? new Fault('OAUTH_STATE_UNKNOWN');
    },
    signInByDevice: (account, signal) => partsOf(account).signInByDevice(signal),
    renewNow: async (account) => partsOf(account).keeper.renewNow(),
    forget: async (account, options) => partsOf(account).forget(options),
    async status(account) {
      const { keeper, signIn } = partsOf(account);
      const status = await keeper.status();
      if (status.state !== 'authorization-required') return status;
      const authorizationUrl = await pageOf(setup, account, signIn);
      return { ...status, ...(authorizationUrl === undefined ? {} : { authorizationUrl }) };
    },
    async start(signal) {
      await Promise.all([...parts.values()].map(({ keeper }) => keeper.keep(signal)));
    },
  };
}

/** What there is for one account. */
interface AccountParts {
  readonly keeper: TokenKeeper;
  /** Absent where nobody signs in with a browser. */
  readonly signIn?: SignIn;
  signInByDevice(signal: AbortSignal): AsyncIterable<DeviceStep>;
  readonly forget: ReturnType<typeof createForgetGrant>;
}

function createParts(setup: TokenManagerSetup, account: Account, oauth: OAuthClient): AccountParts {
  const { clock, network, log, history, timeLimitMs = 30_000 } = setup;
  const { grant } = account.login;
  const record = createGrantRecord(setup.grants, account.name);
  const endpoints = createEndpoints({ account, oauth, record, network, clock, timeLimitMs });
  const setupAt = (found: Endpoints): TokenClientSetup => ({
    oauth,
    endpoints: found,
    network,
    clock,
    timeLimitMs,
  });
  const clientAt = (found: Endpoints) => createTokenClient(setupAt(found));
  const accept = createAcceptGrant({
    ...{ account, oauth, record, network, history, clock, log, timeLimitMs },
    async onGranted(granted) {
      await keeper.adopt(granted);
      setup.onSignedIn?.(account.name);
    },
  });
  const signIn =
    grant === 'authorization_code'
      ? createSignIn({
          ...{ account, oauth, record, endpoints, clientAt, accept, clock },
          onSpent: () => keeper.report(),
        })
      : undefined;
  const standingError = createStandingError({
    account: account.name,
    systemErrors: setup.systemErrors,
    authorizationUrl: () => pageOf(setup, account.name, signIn),
    log,
  });
  const renewal =
    grant === 'client_credentials' ? clientRenewal(account, oauth.scope) : refreshRenewal(account, oauth);
  const keeper: TokenKeeper = createTokenKeeper({
    ...{ account, oauth, record, endpoints, clientAt, renewal, standingError, clock },
  });
  return {
    keeper,
    ...(signIn ? { signIn } : {}),
    forget: createForgetGrant({ account, record, endpoints, setupAt, keeper, history, clock, log }),
    signInByDevice(signal) {
      if (grant !== 'client_credentials')
        return deviceSignIn({ account, endpoints, setupAt, accept, clock }, signal);
      throw new Fault('OAUTH_NO_PAGE', { account: account.name, detail: 'nobody signs in for it.' });
    },
  };
}

/** Where people are sent to sign in; undefined when that cannot be told now, or there is no such page. */
async function pageOf(
  setup: TokenManagerSetup,
  account: string,
  signIn: SignIn | undefined,
): Promise<string | undefined> {
  if (setup.authorizationPage) return setup.authorizationPage(account);
  return signIn?.authorizationUrl({}).catch(() => undefined);
}
