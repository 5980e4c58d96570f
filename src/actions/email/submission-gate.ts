import type { Account } from '../../core/account.js';
import type { ActionResult } from '../../core/action.js';
import type { Clock } from '../../core/clock.js';
import { Fault, type FaultCode } from '../../core/fault.js';
import type { Transport } from '../../core/mail.js';
import type { SystemErrors } from '../../core/system-error.js';
import type { TokenSource } from '../../core/token.js';

/** What stands in the way, until when it does at least, and since when. */
export interface Standing {
  readonly fault: Fault;
  readonly retryAt?: Date;
  readonly since: Date;
}

/** Knows whether mail can leave by an account, so that nothing is composed or tried while it cannot. */
export interface SubmissionGate {
  /** Undefined when a mail may be composed and tried; else why not, and until when. Throws nothing. */
  blocked(signal: AbortSignal): Promise<ActionResult['deferred']>;
  /** A try failed for a reason that is not the mail's. Answers what `standing` would. */
  failed(fault: Fault): Promise<Standing>;
  /** The server took a mail, or said of each recipient why not. */
  succeeded(): Promise<void>;
  /** What the last try failed with, and since when tries fail; undefined when the last one worked. */
  standing(): Standing | undefined;
  /** A login worked again with no mail at stake: that clears all but what only a mail can show. */
  recovered(): Promise<void>;
}

const accountCodes: readonly FaultCode[] = [
  'SMTP_LOGIN_REFUSED',
  'SMTP_UNREACHABLE',
  'SMTP_TLS',
  'SMTP_DEFERRED',
];
const firstHoldMs = 5_000;
const longestHoldMs = 60_000;
/** How long mail may be held up by the server before a person is told. */
const patienceMs = 5 * 60_000;

/**
 * Watches over the way out by one account.
 *
 * After a failure nothing is tried for a while (5 seconds, doubled each time, at most a minute; a minute
 * after a refused login, since servers lock out who hammers, or until there is another access token), then
 * one connection is tried for all who wait.
 * A refused login is told to people at once, any other failure of the server when it lasts 5 minutes; the
 * first success clears it. What the token source throws is no business of the server's: it is not held
 * against it, and told by the token source.
 */
export function createSubmissionGate(deps: {
  readonly account: Account;
  readonly transport: Transport;
  readonly tokens: TokenSource;
  readonly systemErrors: SystemErrors;
  readonly clock: Clock;
  /** Mail leaves by another way meanwhile, and that is told at once. */
  readonly hasBackup: boolean;
}): SubmissionGate {
  const { account, transport, tokens, systemErrors, clock } = deps;
  let isProven = false;
  let failure: { fault: Fault; since: Date; at: Date; heldUntil: Date; holdMs: number } | undefined;
  let tokenFailure: Standing | undefined;
  /** The access token that the server refused last. */
  let refusedToken: string | undefined;
  let trial: Promise<ActionResult['deferred']> | undefined;

  /** A failure in our future is from before the clock was set back. */
  const isHeld = (now: Date) => failure !== undefined && now >= failure.at && now < failure.heldUntil;
  const currentToken = async (signal?: AbortSignal) => {
    if (account.login.grant === 'password') return undefined;
    const options = signal ? { signal } : {};
    return tokens.getToken(account.name, options).then(
      ({ token }) => token,
      () => undefined,
    );
  };
  /** Somebody has signed in again, as a refused login asks for. */
  const hasAnotherToken = async (signal: AbortSignal) => {
    const token = refusedToken && (await currentToken(signal));
    return token !== undefined && token !== refusedToken;
  };
  const after = (delayMs: number) => new Date(clock.now().getTime() + delayMs);

  const tell = async (fault: Fault, since: Date) => {
    const isUrgent =
      fault.code === 'SMTP_LOGIN_REFUSED' || (deps.hasBackup && fault.code !== 'SMTP_DEFERRED');
    const stands = isUrgent || after(-patienceMs) >= since;
    if (!stands || !accountCodes.includes(fault.code)) return;
    await systemErrors.raise({
      code: fault.code,
      subject: account.name,
      severity: fault.code === 'SMTP_DEFERRED' ? 'warning' : 'critical',
      message: fault.message,
      remedy: fault.remedy,
    });
  };

  const prove = () => {
    isProven = true;
    tokenFailure = undefined;
  };
  const clear = async () => {
    for (const { code, subject } of systemErrors.list())
      if (subject === account.name && accountCodes.includes(code)) await systemErrors.clear(code, subject);
  };

  const failed = async (fault: Fault) => {
    isProven = false;
    const now = clock.now();
    if (!fault.code.startsWith('SMTP_')) {
      tokenFailure = { fault, since: tokenFailure?.since ?? now };
      return tokenFailure;
    }
    // Those who were under way together fail together, and count as one.
    if (failure === undefined || !isHeld(now)) {
      const doubledMs = Math.min((failure?.holdMs ?? firstHoldMs / 2) * 2, longestHoldMs);
      const holdMs = fault.code === 'SMTP_LOGIN_REFUSED' ? longestHoldMs : doubledMs;
      const askedMs = Number(fault.facts['retryAfterMs'] ?? 0);
      const heldUntil = after(Math.max(holdMs, askedMs));
      const since = failure && failure.since < now ? failure.since : now;
      failure = { fault, since, at: now, heldUntil, holdMs };
      await tell(fault, failure.since);
      refusedToken = fault.code === 'SMTP_LOGIN_REFUSED' ? await currentToken() : undefined;
    }
    return { fault, retryAt: failure.heldUntil, since: failure.since };
  };

  const tryOut = async (signal: AbortSignal): Promise<ActionResult['deferred']> => {
    try {
      // On a start nothing speaks against the server; whether there is a token is seen without it.
      if (failure) await transport.verify(signal);
      else if (account.login.grant !== 'password') await tokens.getToken(account.name, { signal });
      prove();
      return undefined;
    } catch (thrown) {
      const fault = Fault.from(
        thrown,
        (detail, cause) => new Fault('ACTION_FAILED', { action: account.name, detail }, cause),
      );
      return signal.aborted ? { fault } : failed(fault);
    }
  };

  return {
    async blocked(signal) {
      if (isProven) return undefined;
      if (failure && isHeld(clock.now()) && !(await hasAnotherToken(signal)))
        return { fault: failure.fault, retryAt: failure.heldUntil };
      trial ??= tryOut(signal).finally(() => {
        trial = undefined;
      });
      return trial;
    },
    failed,
    async succeeded() {
      prove();
      failure = undefined;
      await clear();
    },
    standing() {
      if (isProven) return undefined;
      if (failure) return { fault: failure.fault, since: failure.since, retryAt: failure.heldUntil };
      return tokenFailure;
    },
    async recovered() {
      if (failure?.fault.code !== 'SMTP_DEFERRED') await clear();
    },
  };
}
