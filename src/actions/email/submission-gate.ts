import type { Account } from '../../core/account.js';
import type { Clock } from '../../core/clock.js';
import { Fault, type FaultCode } from '../../core/fault.js';
import type { Transport } from '../../core/mail.js';
import type { SystemErrors } from '../../core/system-error.js';
import type { TokenSource } from '../../core/token.js';
import { createFailingMails } from './failing-mails.js';

/** What stands in the way, until when it does at least, and since when. */
export interface Standing {
  readonly fault: Fault;
  readonly retryAt?: Date;
  readonly since: Date;
  /** It is this mail alone that the server does not take. */
  readonly isOfMail?: true;
}

/** Knows whether mail can leave by an account, so that nothing is composed or tried while it cannot. */
export interface SubmissionGate {
  /**
   * Undefined when a mail may be composed and tried; else why not, and until when. Throws nothing. `mailId`: the mail
   * that wants to leave, where one does.
   */
  blocked(signal: AbortSignal, mailId?: string): Promise<Standing | undefined>;
  /**
   * Runs a try to send. After a failure one mail is tried for all, and the others wait for what comes of it: then this
   * answers what stands in the way, and their tries are not run. Where there is a backup, that is answered at once.
   * A mail that failed lets the others go first.
   */
  inTurn(mailId: string, attempt: () => Promise<Standing | undefined>): Promise<Standing | undefined>;
  /** A try failed. Answers what `standing` would, or what stands in the way of the mail alone. */
  failed(mailId: string, fault: Fault): Promise<Standing>;
  /** The server has refused a mail as it is. Answers what `standing` would where it refuses each one it is given. */
  rejected(mailId: string, fault: Fault): Promise<Standing | undefined>;
  /** The server took a mail, or said of each recipient why not. */
  succeeded(mailId: string): Promise<void>;
  /** What the last try failed with, and since when tries fail; undefined when the last one worked. */
  standing(): Standing | undefined;
  /** A login worked again with no mail at stake: that clears all but what only a mail can show. */
  recovered(): Promise<void>;
}

const accountCodes: readonly FaultCode[] = [
  'SMTP_LOGIN_REFUSED',
  'SMTP_SENDER_REFUSED',
  'SMTP_UNREACHABLE',
  'SMTP_TLS',
  'SMTP_DEFERRED',
];
/** What a login that works does not end. */
const mailCodes: readonly FaultCode[] = ['SMTP_SENDER_REFUSED', 'SMTP_DEFERRED'];

/** How long nothing is tried after the first failure, and at most. */
interface Hold {
  readonly firstMs: number;
  readonly longestMs: number;
}
const minuteMs = 60_000;
const shortHold: Hold = { firstMs: 5_000, longestMs: minuteMs };
const holds: Partial<Record<FaultCode, Hold>> = {
  SMTP_LOGIN_REFUSED: { firstMs: minuteMs, longestMs: minuteMs },
  SMTP_SENDER_REFUSED: { firstMs: minuteMs, longestMs: 15 * minuteMs },
};
/** So many mails that are refused one after the other, and none taken, are no longer a matter of these mails. */
const mailsRefused = 3;
/** When who found another mail being tried looks again. */
const lookAgainMs = 2_000;
/** How long mail may be held up by the server before a person is told. */
const patienceMs = 5 * minuteMs;

/**
 * Watches over the way out by one account.
 *
 * After a failure nothing is tried for a while: 5 seconds, doubled each time, at most a minute; a minute after a
 * refused login, since servers lock out who hammers, or until there is another access token; a minute, doubled up to 15,
 * where the server takes nothing that the account sends; and never shorter than the server asks for. Then one login is
 * tried for all who wait, and one mail: one that did not fail before, where there is any. Who failed before and fails
 * again when the server has taken another is at fault itself, and nobody else is held up for it.
 * A refused login or sender is told to people at once, any other failure of the server when it lasts 5 minutes or is to
 * last as long; the first success clears it. What the token source throws is no business of the server's: it is not held
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
  let trial: Promise<Standing | undefined> | undefined;
  /** The mail that is tried for all. */
  let probe: Promise<unknown> | undefined;
  const refusedMails = new Set<string>();
  const failingMails = createFailingMails(clock);
  /** Mails that came in the pause, or stood behind the one that was tried for all; two are enough to know of another. */
  const waiting = new Set<string>();
  const waits = (mailId: string) => {
    if (waiting.size < 2) waiting.add(mailId);
  };

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

  const tell = async (fault: Fault, since: Date, heldUntil: Date) => {
    const isUrgent = !fault.transient || (deps.hasBackup && fault.code !== 'SMTP_DEFERRED');
    const stands = isUrgent || after(-patienceMs) >= since || heldUntil >= after(patienceMs);
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

  const closed = async (fault: Fault) => {
    isProven = false;
    const now = clock.now();
    if (!fault.code.startsWith('SMTP_')) {
      tokenFailure = { fault, since: tokenFailure?.since ?? now };
      return tokenFailure;
    }
    // Those who were under way together fail together, and count as one.
    if (failure === undefined || !isHeld(now)) {
      const { firstMs, longestMs } = holds[fault.code] ?? shortHold;
      const holdMs = Math.min(Math.max(firstMs, (failure?.holdMs ?? 0) * 2), longestMs);
      const askedMs = Number(fault.facts['retryAfterMs'] ?? 0);
      const heldUntil = after(Math.max(holdMs, askedMs));
      const since = failure && failure.since < now ? failure.since : now;
      failure = { fault, since, at: now, heldUntil, holdMs };
      failingMails.doubted();
      await tell(fault, since, heldUntil);
      refusedToken = fault.code === 'SMTP_LOGIN_REFUSED' ? await currentToken() : undefined;
    }
    return { fault, retryAt: failure.heldUntil, since: failure.since };
  };

  const tryOut = async (signal: AbortSignal): Promise<Standing | undefined> => {
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
      return signal.aborted ? { fault, since: clock.now() } : closed(fault);
    }
  };

  const standing = (): Standing | undefined => {
    if (isProven) return undefined;
    if (failure) return { fault: failure.fault, since: failure.since, retryAt: failure.heldUntil };
    return tokenFailure;
  };

  return {
    async blocked(signal, mailId) {
      if (isProven) return undefined;
      if (failure && isHeld(clock.now()) && !(await hasAnotherToken(signal))) {
        if (mailId !== undefined) waits(mailId);
        return standing();
      }
      trial ??= tryOut(signal).finally(() => {
        trial = undefined;
      });
      return trial;
    },
    async inTurn(mailId, attempt) {
      while (failure && probe) {
        // It may last minutes, and the others have another way.
        if (deps.hasBackup)
          return { fault: failure.fault, since: failure.since, retryAt: after(lookAgainMs) };
        await probe;
      }
      if (!failure) return attempt();
      const held = standing();
      if (held) {
        waits(mailId);
        return held;
      }
      const othersWait = [...waiting].some((each) => each !== mailId);
      const retryAt = othersWait ? failingMails.stepsBack(mailId) : undefined;
      if (retryAt) return { fault: failure.fault, since: failure.since, retryAt };
      waiting.clear();
      const running = attempt();
      const ended = () => {
        probe = undefined;
      };
      probe = running.then(ended, ended);
      return running;
    },
    async failed(mailId, fault) {
      const own = failingMails.failed(mailId, fault);
      return own ? { fault, ...own, isOfMail: true } : closed(fault);
    },
    async rejected(mailId, fault) {
      if (failingMails.failed(mailId, fault)) return undefined;
      refusedMails.add(mailId);
      if (refusedMails.size < mailsRefused) return undefined;
      return closed(new Fault('SMTP_SENDER_REFUSED', fault.facts, fault));
    },
    async succeeded(mailId) {
      failingMails.taken(mailId);
      prove();
      failure = undefined;
      refusedMails.clear();
      await clear();
    },
    standing,
    async recovered() {
      if (!failure || !mailCodes.includes(failure.fault.code)) await clear();
    },
  };
}
