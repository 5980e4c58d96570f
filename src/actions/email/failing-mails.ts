import type { Clock } from '../../core/clock.js';
import type { Fault, FaultCode } from '../../core/fault.js';

/** Since when a mail fails though others are taken, and when it is to be tried again. */
export interface OwnTrouble {
  readonly since: Date;
  readonly retryAt: Date;
}

/** Tells the mails that a server does not take from the server that takes none. */
export interface FailingMails {
  /**
   * A try of a mail failed. Answers what is to become of it where it is the mail that is at fault: it has failed
   * before, and the server has taken another one since. Undefined where it may be the server.
   */
  failed(mailId: string, fault: Fault): OwnTrouble | undefined;
  /** Until when this mail lets the others go first; undefined when it has failed in no try, or let them go already. */
  stepsBack(mailId: string): Date | undefined;
  /** The server refuses or puts off what it never did: who failed before is under no suspicion of its own. */
  doubted(): void;
  /** The server took a mail. */
  taken(mailId: string): void;
}

interface Failing {
  readonly since: Date;
  readonly last: Date;
  readonly ownFailures: number;
  readonly isAtFault: boolean;
  readonly hasSteppedBack: boolean;
}

const minuteMs = 60_000;
const longestMs = 15 * minuteMs;
/** For so long the mails that did not fail go first; they are due already. */
const stepBackMs = 5_000;
/** What was not tried for so long is not tried any more, or as if it were new. */
const forgottenMs = 120 * minuteMs;
/** What can be due to the very mail, unless the reply is known to be about more. */
const ownCodes: readonly FaultCode[] = ['SMTP_DEFERRED', 'SMTP_UNREACHABLE', 'SMTP_REJECTED'];

/** Remembers the mails that failed and were not taken since; they are tried again after a minute, doubled up to 15. */
export function createFailingMails(clock: Clock): FailingMails {
  const failing = new Map<string, Failing>();
  const after = (ms: number) => new Date(clock.now().getTime() + ms);

  return {
    failed(mailId, fault) {
      const isOfAll = fault.facts['about'] === 'account' || fault.facts['about'] === 'connections';
      if (isOfAll || !ownCodes.includes(fault.code)) return undefined;
      const now = clock.now();
      const before = failing.get(mailId);
      const isAtFault = before?.isAtFault ?? false;
      const since = before?.since ?? now;
      const ownFailures = (before?.ownFailures ?? 0) + (isAtFault ? 1 : 0);
      failing.set(mailId, { since, last: now, ownFailures, isAtFault, hasSteppedBack: false });
      if (!isAtFault) return undefined;
      const ownMs = Math.min(minuteMs * 2 ** (ownFailures - 1), longestMs);
      return { since, retryAt: after(Math.max(ownMs, Number(fault.facts['retryAfterMs'] ?? 0))) };
    },
    stepsBack(mailId) {
      const mail = failing.get(mailId);
      if (!mail || mail.hasSteppedBack) return undefined;
      failing.set(mailId, { ...mail, hasSteppedBack: true });
      return after(stepBackMs);
    },
    doubted() {
      for (const [id, mail] of failing) failing.set(id, { ...mail, isAtFault: false, hasSteppedBack: false });
    },
    taken(mailId) {
      failing.delete(mailId);
      const forgotten = after(-forgottenMs);
      for (const [id, mail] of failing) {
        if (mail.last < forgotten) failing.delete(id);
        else failing.set(id, { ...mail, isAtFault: true });
      }
    },
  };
}
