import type { Account } from '../core/account.js';
import type { Clock } from '../core/clock.js';
import type { DeviceStep } from '../core/device-step.js';
import { Fault } from '../core/fault.js';
import type { AcceptGrant } from './accept-grant.js';
import { authorizeDevice, type DeviceCode } from './device-authorization.js';
import type { EndpointsSource } from './endpoints.js';
import type { Endpoints } from './grant.js';
import { signInFault } from './sign-in-fault.js';
import { createTokenClient, type TokenClientSetup } from './token-client.js';
import type { Tokens } from './token-request.js';

/** What a sign-in by device code needs. */
export interface DeviceSignInSetup {
  readonly account: Account;
  readonly endpoints: EndpointsSource;
  readonly setupAt: (endpoints: Endpoints) => TokenClientSetup;
  readonly accept: AcceptGrant;
  readonly clock: Clock;
}

const slowDownMs = 5_000;
const longestPauseMs = 60_000;

/**
 * Lets a person sign in on any other device (RFC 8628): answers the code to show, and once the person has
 * entered it, who signed in.
 *
 * Throws a `Fault`: OAUTH_CONFIGURATION_REQUIRED where the provider has no such sign-in, OAUTH_REFUSED where the
 * person declined, OAUTH_RESTART where the code came too late, OAUTH_WRONG_ACCOUNT, OAUTH_TEMPORARY. What
 * was kept before is unchanged then. It ends without a word when `signal` is aborted.
 */
export async function* deviceSignIn(
  setup: DeviceSignInSetup,
  signal: AbortSignal,
): AsyncGenerator<DeviceStep> {
  const { account, clock } = setup;
  const endpoints = await setup.endpoints.current();
  const { deviceAuthorizationUrl } = endpoints;
  if (deviceAuthorizationUrl === undefined)
    throw new Fault('OAUTH_CONFIGURATION_REQUIRED', {
      account: account.name,
      detail: 'the provider has no sign-in by device code.',
      remedy: 'Set grant: authorization_code and sign in with a browser, or give deviceAuthorizationUrl.',
    });
  const client = setup.setupAt(endpoints);
  const begun = await authorizeDevice(client, deviceAuthorizationUrl);
  if (!begun.ok) throw signInFault(account, begun.refusal, false);
  const { userCode, verificationUrl, lifetimeMs } = begun.code;
  const expiresAt = new Date(clock.now().getTime() + lifetimeMs);
  yield { step: 'code', userCode, verificationUrl, expiresAt };

  const given = await poll(setup, client, begun.code, expiresAt, signal);
  if (given) yield { step: 'signed-in', ...(await setup.accept({ ...given, endpoints })) };
}

/** Asks for the tokens again and again until the person is done (RFC 8628 section 3.5). */
async function poll(
  { account, clock }: DeviceSignInSetup,
  setup: TokenClientSetup,
  { deviceCode, intervalMs }: DeviceCode,
  expiresAt: Date,
  signal: AbortSignal,
): Promise<{ readonly tokens: Tokens; readonly askedAt: Date } | undefined> {
  const ask = createTokenClient(setup);
  let pauseMs = intervalMs;
  for (;;) {
    await clock.until(new Date(clock.now().getTime() + pauseMs), signal);
    if (signal.aborted) return undefined;
    const askedAt = clock.now();
    const outcome = await ask({ grant: 'device_code', deviceCode });
    if (outcome.ok) return { tokens: outcome.tokens, askedAt };
    const { refusal } = outcome;
    if (refusal.class !== 'transient') throw signInFault(account, refusal, false);
    if (askedAt > expiresAt)
      throw new Fault('OAUTH_RESTART', {
        account: account.name,
        detail: 'nobody entered the code before it expired.',
      });
    if (refusal.error === 'slow_down') pauseMs += slowDownMs;
    // A server in trouble is asked ever more rarely, as long as the code lives.
    else if (refusal.error !== 'authorization_pending')
      pauseMs = Math.max(pauseMs, Math.min(pauseMs * 2, longestPauseMs), refusal.pauseMs ?? 0);
  }
}
