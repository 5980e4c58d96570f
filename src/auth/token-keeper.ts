import type { Account, OAuthClient } from '../core/account.js';
import type { Clock } from '../core/clock.js';
import { Fault } from '../core/fault.js';
import type { AccountStatus } from '../core/status.js';
import type { AccessToken } from '../core/token.js';
import type { EndpointsSource } from './endpoints.js';
import type { Endpoints, GrantDocument } from './grant.js';
import { belongsTo, refreshed, refused } from './grant-change.js';
import type { GrantRecord } from './grant-record.js';
import { patiently } from './patiently.js';
import { refreshGrant } from './refresh-grant.js';
import { refusalFault } from './refusal-fault.js';
import type { Refusal } from './refusals.js';
import type { StandingError } from './standing-error.js';
import type { TokenGrant } from './token-grant.js';
import { finalTrouble, passingTrouble, type Trouble, unusable } from './trouble.js';

/** What keeping the tokens of one account needs. */
export interface TokenKeeperSetup {
  readonly account: Account;
  readonly oauth: OAuthClient;
  readonly record: GrantRecord;
  readonly endpoints: EndpointsSource;
  readonly grantAt: (endpoints: Endpoints) => TokenGrant;
  readonly standingError: StandingError;
  readonly clock: Clock;
}

/** The tokens of one account. */
export interface TokenKeeper {
  getToken(options: { readonly renew?: string; readonly signal?: AbortSignal }): Promise<AccessToken>;
  /** Takes the grant of a sign-in, which is on disk. */
  adopt(grant: GrantDocument): Promise<void>;
  /** Brings the system error up to date. */
  report(): Promise<void>;
  status(): Promise<Omit<AccountStatus, 'authorizationUrl'>>;
  /** Refreshes what is due, also when nobody asks, until `signal` is aborted; ends with the call under way. */
  keep(signal: AbortSignal): Promise<void>;
}

const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const refusedPauseMs = { 'sign-in': hourMs, administrator: 5 * minuteMs };
const forcedPauseMs = minuteMs;
const idleMs = 24 * hourMs;
const lookMs = 5 * minuteMs;
const quietMs = 30 * minuteMs;

/** Keeps the tokens of one account fresh; `createTokenManager` says how. */
export function createTokenKeeper(setup: TokenKeeperSetup): TokenKeeper {
  const { account, record, clock, standingError } = setup;
  let grant: GrantDocument | undefined;
  let loading: Promise<void> | undefined;
  let trouble: Trouble | undefined;
  let flight: Promise<void> | undefined;
  /** The token that a mail server refused last. */
  let distrusted: string | undefined;
  let forcedAt: Date | undefined;
  /** Writes the result of a refresh that could not be written: only it knows the good refresh token. */
  let unwritten: (() => Promise<GrantDocument>) | undefined;
  let stopping: AbortSignal | undefined;

  const now = () => clock.now();
  const after = (delayMs: number) => new Date(now().getTime() + delayMs);
  /** Whether a moment is that long ago; one in the future means that the clock was set back. */
  const isPast = (moment: Date, ageMs: number) => moment <= after(-ageMs) || moment > now();
  const temporary = (detail: string) => new Fault('OAUTH_TEMPORARY', { account: account.name, detail });

  const take = (next: GrantDocument) => {
    grant = next;
    const fault = unusable(next, account, now()) ?? (next.refusal && refusalFault(account, next.refusal));
    trouble = fault && finalTrouble(fault, now(), 0);
  };
  const load = () => {
    loading ??= record.read().then(take, (thrown: unknown) => {
      loading = undefined;
      throw thrown;
    });
    return loading;
  };
  /** The access token, where it is worth sending. */
  const usableToken = () => {
    const held = grant && belongsTo(grant, account) ? grant.accessToken : undefined;
    if (!held || held.expiresAt <= now()) return undefined;
    return trouble?.final && held.token === distrusted ? undefined : held;
  };
  const dueAt = (): Date => {
    if (trouble) return trouble.retryAt > after(hourMs) ? now() : trouble.retryAt;
    const { accessToken, refreshedAt, refreshToken } = grant ?? {};
    if (!accessToken || !refreshedAt || refreshedAt > after(minuteMs)) return now();
    if (refreshToken === undefined) return accessToken.expiresAt;
    return new Date(Math.min(accessToken.renewAt.getTime(), refreshedAt.getTime() + idleMs));
  };
  const isDue = () => dueAt() <= now();
  /** A refresh before its time, for a token that a mail server refuses, at most once a minute. */
  const mayForce = () => (!forcedAt || isPast(forcedAt, forcedPauseMs)) && (!trouble || isDue());

  const write = async (change: () => Promise<GrantDocument>) => {
    unwritten = change;
    take(await change());
    unwritten = undefined;
  };
  const refuse = async (generation: number, refusal: Refusal) => {
    const { class: asksFor, code, reason, remedy, pauseMs } = refusal;
    const fault = refusalFault(account, refusal);
    const passing = asksFor !== 'sign-in' && asksFor !== 'administrator';
    const before = trouble;
    trouble = passing
      ? passingTrouble(fault, before, now(), pauseMs)
      : finalTrouble(fault, now(), refusedPauseMs[asksFor]);
    const stored = await record.change((current) =>
      passing || current.generation !== generation
        ? current
        : refused(current, { class: asksFor, code, reason, remedy }, distrusted),
    );
    // Somebody signed in meanwhile: what was refused is the old grant.
    if (stored.generation === generation) grant = stored;
    else take(stored);
  };
  const refresh = async () => {
    try {
      if (unwritten) return await write(unwritten);
      const held = await record.read();
      if (held.generation !== grant?.generation) {
        take(held);
        if (usableToken() && !isDue()) return;
      }
      const missing = unusable(held, account, now());
      if (missing) trouble = finalTrouble(missing, now(), hourMs);
      const { refreshToken, generation } = held;
      if (missing || refreshToken === undefined) return;
      const askedAt = now();
      const client = setup.grantAt(await setup.endpoints.current());
      const call: TokenGrant['refresh'] = async (request) => {
        // The store closes soon: what a call begun now would answer might come too late to be written.
        if (stopping?.aborted) throw temporary('Ackmail is stopping.');
        return client.refresh(request);
      };
      const { outcome, used } = await refreshGrant(call, { ...held, refreshToken }, setup.oauth.scope);
      if (!outcome.ok) return await refuse(generation, outcome.refusal);
      const { tokens } = outcome;
      await write(() =>
        record.change((current) =>
          current.generation === generation ? refreshed(current, tokens, used, askedAt) : current,
        ),
      );
    } catch (thrown) {
      trouble = passingTrouble(Fault.from(thrown, temporary), trouble, now());
    }
  };
  const report = async () => {
    const stands = trouble && (trouble.final || (isPast(trouble.since, quietMs) && !usableToken()));
    await standingError.show(stands ? trouble?.fault : undefined);
  };
  const fly = () => {
    flight ??= refresh()
      .then(report)
      .finally(() => {
        flight = undefined;
      });
    return flight;
  };

  return {
    async getToken({ renew, signal }) {
      await load();
      const held = usableToken();
      const forced = renew !== undefined && grant?.accessToken?.token === renew;
      if (forced) distrusted = renew;
      if (held && !forced && !isDue()) return tokenOf(held);
      if (!flight && (forced ? mayForce() : isDue())) {
        if (forced) forcedAt = now();
        fly();
      }
      // While refreshes fail, what is still good is not held up by the next try.
      const needed = forced || !held || !trouble;
      if (flight && needed) await patiently(flight, signal);
      const latest = usableToken();
      // A token that was renewed a moment ago is as new as can be, whatever a mail server says of it.
      if (latest && (latest.token !== renew || !trouble)) return tokenOf(latest);
      throw trouble?.fault ?? temporary('a token was asked for again at once.');
    },
    async adopt(next) {
      await load();
      distrusted = undefined;
      forcedAt = undefined;
      unwritten = undefined;
      take(next);
      await report();
    },
    report,
    async status() {
      await load();
      const own = grant && belongsTo(grant, account) ? grant : undefined;
      const authorizedAs = own?.identity?.name ?? own?.user;
      return {
        account: account.name,
        mailbox: account.mailbox,
        grant: 'authorization_code',
        state: stateOf(trouble),
        ...(authorizedAs === undefined ? {} : { authorizedAs }),
        ...(own?.accessToken ? { accessTokenExpiresAt: own.accessToken.expiresAt } : {}),
        ...(own?.refreshedAt ? { refreshedAt: own.refreshedAt } : {}),
        ...(trouble ? { detail: trouble.fault.message } : {}),
      };
    },
    async keep(signal) {
      stopping = signal;
      while (!signal.aborted) {
        try {
          await load();
          await (isDue() ? fly() : report());
        } catch (thrown) {
          await standingError.show(Fault.from(thrown, temporary));
        }
        const nextMs = grant
          ? Math.max(dueAt().getTime(), after(secondMs).getTime())
          : Number.POSITIVE_INFINITY;
        await clock.until(new Date(Math.min(nextMs, after(lookMs).getTime())), signal);
      }
      await flight;
    },
  };
}

function stateOf(trouble: Trouble | undefined): AccountStatus['state'] {
  if (!trouble) return 'authorized';
  if (!trouble.final) return 'degraded';
  return trouble.fault.code === 'OAUTH_CONFIGURATION_REQUIRED'
    ? 'configuration-required'
    : 'authorization-required';
}

function tokenOf({ token, expiresAt }: NonNullable<GrantDocument['accessToken']>): AccessToken {
  return { token, expiresAt };
}
