import type { Account, OAuthClient } from '../core/account.js';
import type { Clock } from '../core/clock.js';
import { Fault } from '../core/fault.js';
import type { AccountStatus } from '../core/status.js';
import type { AccessToken } from '../core/token.js';
import { accountStatus } from './account-status.js';
import type { EndpointsSource } from './endpoints.js';
import { expiryWarnings } from './expiry-warnings.js';
import type { Endpoints, GrantDocument } from './grant.js';
import { belongsTo, refused } from './grant-change.js';
import type { GrantRecord } from './grant-record.js';
import { patiently } from './patiently.js';
import { readExpiries } from './read-expiries.js';
import { refusalFault } from './refusal-fault.js';
import type { Refusal } from './refusals.js';
import type { Renewal } from './renewal.js';
import { renewalDue } from './renewal-due.js';
import type { StandingError } from './standing-error.js';
import type { TokenClient } from './token-client.js';
import { finalTrouble, passingTrouble, type Trouble } from './trouble.js';

/** What keeping the tokens of one account needs. */
export interface TokenKeeperSetup {
  readonly account: Account;
  readonly oauth: OAuthClient;
  readonly record: GrantRecord;
  readonly endpoints: EndpointsSource;
  readonly clientAt: (endpoints: Endpoints) => TokenClient;
  readonly renewal: Renewal;
  readonly standingError: StandingError;
  readonly clock: Clock;
}

/** The tokens of one account. */
export interface TokenKeeper {
  getToken(options: { readonly renew?: string; readonly signal?: AbortSignal }): Promise<AccessToken>;
  /** Asks for another access token though none is due, at most once a minute, and throws why there is none. */
  renewNow(): Promise<AccessToken>;
  /** Takes the grant of a sign-in, which is on disk. */
  adopt(grant: GrantDocument): Promise<void>;
  /**
   * Takes what `end` leaves of the grant, which is on disk. The refresh under way ends before, and none begins
   * meanwhile. Throws what `end` throws, and keeps the grant then.
   */
  forget(end: () => Promise<GrantDocument>): Promise<void>;
  /** Brings the system error up to date. */
  report(): Promise<void>;
  status(): Promise<AccountStatus>;
  /** Refreshes what is due, also when nobody asks, until `signal` is aborted; ends with the call under way. */
  keep(signal: AbortSignal): Promise<void>;
}

const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const refusedPauseMs = { 'sign-in': hourMs, administrator: 5 * minuteMs };
const forcedPauseMs = minuteMs;
const lookMs = 5 * minuteMs;
const quietMs = 30 * minuteMs;

/** Keeps the tokens of one account fresh; `createTokenManager` says how. */
export function createTokenKeeper(setup: TokenKeeperSetup): TokenKeeper {
  const { account, record, clock, renewal, standingError } = setup;
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
    const refusal = belongsTo(next, account) ? next.refusal : undefined;
    const fault = renewal.obstacle(next, now()) ?? (refusal && refusalFault(account, refusal));
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
  const dueAt = () => renewalDue(account, renewal, grant, trouble, now());
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
    trouble = passing
      ? passingTrouble(fault, trouble, now(), pauseMs)
      : finalTrouble(fault, now(), refusedPauseMs[asksFor]);
    const stored = await record.change((current) =>
      passing || current.generation !== generation
        ? current
        : refused(current, account, { class: asksFor, code, reason, remedy }, distrusted),
    );
    // Somebody signed in meanwhile: what was refused is the old grant.
    if (stored.generation === generation) grant = stored;
    else take(stored);
  };
  /** The store closes soon after: what a call begun then would answer might come too late to be written. */
  const beforeStop =
    (client: TokenClient): TokenClient =>
    async (request) => {
      if (stopping?.aborted) throw temporary('Ackmail is stopping.');
      return client(request);
    };
  const refresh = async () => {
    try {
      if (unwritten) return await write(unwritten);
      const held = await record.read();
      if (held.generation !== grant?.generation) {
        take(held);
        if (usableToken() && !isDue()) return;
      }
      const missing = renewal.obstacle(held, now());
      if (missing) trouble = finalTrouble(missing, now(), hourMs);
      if (missing || !renewal.isPossible(held)) return;
      const { generation } = held;
      const askedAt = now();
      const client = setup.clientAt(await setup.endpoints.current());
      const renewed = await renewal.renew(held, beforeStop(client), askedAt);
      if (!renewed.ok) return await refuse(generation, renewed.refusal);
      await write(() =>
        record.change((current) => (current.generation === generation ? renewed.keep(current) : current)),
      );
    } catch (thrown) {
      trouble = passingTrouble(Fault.from(thrown, temporary), trouble, now());
    }
  };
  const expiries = () => readExpiries(account, setup.oauth, grant, trouble, now());
  const report = async () => {
    const stands = trouble && (trouble.final || (isPast(trouble.since, quietMs) && !usableToken()));
    const warnings = expiryWarnings(account, expiries(), now());
    await standingError.show(stands ? trouble?.fault : undefined, warnings);
  };
  const fly = () => {
    flight ??= refresh()
      .then(report)
      .finally(() => {
        flight = undefined;
      });
    return flight;
  };

  const adopt = async (next: GrantDocument) => {
    // What cannot be read does not matter any more.
    await load().catch(() => {});
    distrusted = undefined;
    forcedAt = undefined;
    unwritten = undefined;
    take(next);
    await report();
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
    async renewNow() {
      await load();
      if (!flight && (!forcedAt || isPast(forcedAt, forcedPauseMs))) {
        forcedAt = now();
        fly();
      }
      await flight;
      const latest = usableToken();
      if (latest && !trouble) return tokenOf(latest);
      throw trouble?.fault ?? temporary('no access token was asked for yet.');
    },
    adopt,
    async forget(end) {
      while (flight) await flight;
      const forgetting = (async () => {
        if (unwritten) await write(unwritten);
        await adopt(await end());
      })();
      flight = forgetting
        .catch(() => {})
        .finally(() => {
          flight = undefined;
        });
      await forgetting;
    },
    report,
    async status() {
      await load();
      const own = grant && belongsTo(grant, account) ? grant : undefined;
      const facts = { scope: setup.oauth.scope, grant: own, trouble, expiries: expiries() };
      return accountStatus(account, { ...facts, refreshing: flight !== undefined && isDue() });
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
        const dueMs = grant ? dueAt().getTime() - now().getTime() : lookMs;
        await clock.until(after(Math.min(Math.max(dueMs, secondMs), lookMs)), signal);
      }
      await flight;
    },
  };
}

const tokenOf = ({ token, expiresAt }: AccessToken): AccessToken => ({ token, expiresAt });
