import type { Account } from '../../core/account.js';
import type { ActionResult } from '../../core/action.js';
import type { Clock } from '../../core/clock.js';
import { Fault } from '../../core/fault.js';
import type { ComposedMail, SendResult, Transport } from '../../core/mail.js';
import type { RateBudget } from './rate-budget.js';
import type { Standing, SubmissionGate } from './submission-gate.js';
import { withFrom } from './with-from.js';

/** An account that mail can leave by, and how: the same for all who send by it. */
export interface WayOut {
  readonly account: Account;
  readonly transport: Transport;
  /** What is left of the account's rate; absent where it has none. */
  readonly budget?: RateBudget | undefined;
  readonly gate: SubmissionGate;
}

type Deferred = NonNullable<ActionResult['deferred']>;

/** One call of the action: what `pace` took account of for it is given back where nothing was sent. */
export interface Trip {
  /** Undefined when a mail, whose id is or will be `mailId`, may be composed and tried; else why not, and until when. */
  blocked(signal: AbortSignal, mailId: string): Promise<Deferred | undefined>;
  /**
   * Sends a mail by the first way that is open; answers the account that took it, or why none did.
   *
   * `ownSince` is since when the server does not take this very mail, where it takes others. From and envelope sender
   * are those of the account that sends. Throws SMTP_REJECTED where a server takes
   * the mail for nobody, and what `record` throws.
   */
  send(
    mail: ComposedMail,
    recipients: readonly string[],
    signal: AbortSignal,
    record: (result: SendResult) => Promise<void>,
  ): Promise<
    { readonly sentBy: Account } | { readonly deferred: Deferred; readonly ownSince?: Date | undefined }
  >;
  end(): void;
}

/** The submission server of an action and, where it has one, its backup. */
export interface WaysOut {
  /**
   * Of how many alerts the next mail may tell, for which the account's budget is charged: one alone while there is
   * room, all there are when it is short or where that is wished; a date when there is none.
   */
  pace(wish?: 'together'): number | Date;
  begin(): Trip;
  close(): Promise<void>;
}

/** How long a server may throttle before the backup takes over. */
const throttledMs = 2 * 60_000;
const recoveryMs = 60_000;
const mostTogether = 500;
/** While the budget is short, so long is waited for more to tell of together. */
const gatherMs = 1_000;

/**
 * Sends by the first account, and by the backup as long as the first cannot: it is not authorized, its login or all
 * that it sends is refused, it cannot be reached, or it has put mail off for 2 minutes or wants to.
 *
 * The first account's failure stays a system error all the while. It is tried by a login of its own, from time to
 * time and with no mail at stake, until that works; then mail leaves by it again.
 */
export function createWaysOut(deps: {
  readonly primary: WayOut;
  readonly backup?: WayOut | undefined;
  readonly action: string;
  readonly clock: Clock;
}): WaysOut {
  const { primary: first, backup, clock } = deps;
  const ways = backup ? [first, backup] : [first];
  const closing = new AbortController();
  let recovery: Promise<void> | undefined;

  const recover = async () => {
    for (let held = await first.gate.blocked(closing.signal); held; ) {
      await clock.until(held.retryAt ?? new Date(clock.now().getTime() + recoveryMs), closing.signal);
      if (closing.signal.aborted) return;
      held = await first.gate.blocked(closing.signal);
    }
    await first.gate.recovered();
  };
  /** Whether the next way is taken for what went wrong with this one: a server that throttles has a little time. */
  const isGivenUp = ({ fault, since, retryAt = since }: Standing) => {
    const nowMs = clock.now().getTime();
    if (fault.code !== 'SMTP_DEFERRED') return true;
    return nowMs - since.getTime() >= throttledMs || retryAt.getTime() - nowMs > throttledMs;
  };
  /** Until when a mail waits at the most: by then there is another way. */
  const waiting = (held: Standing): Deferred => {
    const { fault, since, retryAt } = held;
    const otherWayMs = ways.length > 1 && !isGivenUp(held) ? since.getTime() + throttledMs : Infinity;
    if (!retryAt) return { fault };
    return { fault, retryAt: new Date(Math.min(retryAt.getTime(), otherWayMs)) };
  };
  const blockOf = async (way: WayOut, signal: AbortSignal, mailId: string) => {
    const standing = ways.length > 1 && way === first ? first.gate.standing() : undefined;
    if (!standing || !isGivenUp(standing)) return way.gate.blocked(signal, mailId);
    // No alert waits for another try of what has failed while there is another way.
    recovery ??= recover().finally(() => {
      recovery = undefined;
    });
    return standing;
  };
  let chargedFor: readonly RateBudget[] = [];
  let togetherMs = 0;

  const attempt = async (
    { account, transport, gate }: WayOut,
    mail: ComposedMail,
    recipients: readonly string[],
    signal: AbortSignal,
    record: (result: SendResult) => Promise<void>,
  ): Promise<Standing | undefined> => {
    const own = account.name === mail.account ? mail : sentBy(mail, account);
    let recorded = false;
    try {
      await transport.send(own, recipients, signal, async (result) => {
        recorded = true;
        await record(result);
      });
    } catch (thrown) {
      // The server has it; it is the disk that failed.
      if (recorded) throw thrown;
      const fault = Fault.from(thrown, actionFault);
      if (signal.aborted) return { fault, since: clock.now() };
      if (fault.code !== 'SMTP_REJECTED') return gate.failed(mail.id, fault);
      const refusesAll = await gate.rejected(mail.id, fault);
      if (!refusesAll) throw fault;
      return refusesAll;
    }
    await gate.succeeded(mail.id);
    return undefined;
  };

  return {
    pace(wish) {
      const { budget } = first.gate.standing() ? (ways[1] ?? first) : first;
      const room = budget?.room() ?? 'alone';
      const nowMs = clock.now().getTime();
      if (budget && room === 'none') return budget.nextAt();
      if (room === 'together') {
        const gatheredMs = Math.abs(nowMs - togetherMs);
        if (gatheredMs < gatherMs) return new Date(nowMs + gatherMs - gatheredMs);
        togetherMs = nowMs;
      }
      if (budget) {
        budget.take();
        chargedFor = [...chargedFor, budget];
      }
      return room === 'together' || wish === 'together' ? mostTogether : 1;
    },

    begin() {
      let [charged] = chargedFor;
      chargedFor = chargedFor.slice(1);
      const charge = (budget: RateBudget | undefined) => {
        if (charged !== budget) budget?.take();
        else charged = undefined;
      };
      return {
        async blocked(signal, mailId) {
          let all: Deferred | undefined;
          for (const way of ways) {
            const held = await blockOf(way, signal, mailId);
            if (!held) return undefined;
            all = sooner(all, waiting(held));
            if (!isGivenUp(held)) break;
          }
          return all;
        },
        async send(mail, recipients, signal, record) {
          let all: Deferred | undefined;
          let ownSince: Date | undefined;
          for (const way of ways) {
            let held = await blockOf(way, signal, mail.id);
            if (!held) {
              held = await way.gate.inTurn(mail.id, () => {
                charge(way.budget);
                return attempt(way, mail, recipients, signal, record);
              });
            }
            if (!held) return { sentBy: way.account };
            all = sooner(all, waiting(held));
            if (held.isOfMail) ownSince ??= held.since;
            if (signal.aborted || !isGivenUp(held)) break;
          }
          return { deferred: all ?? { fault: actionFault('there is no way out') }, ownSince };
        },
        end: () => charged?.giveBack(),
      };
    },

    async close() {
      closing.abort();
      await recovery;
      await Promise.all(ways.map(({ transport }) => transport.close()));
    },
  };

  function actionFault(detail: string, cause?: unknown): Fault {
    return new Fault('ACTION_FAILED', { action: deps.action, detail }, cause);
  }
}

function sentBy(mail: ComposedMail, { name, mailbox, from }: Account): ComposedMail {
  return { ...mail, account: name, envelopeFrom: mailbox, raw: withFrom(mail.raw, from) };
}

/** Of two ways that are closed, the fault of the first and the earlier try. */
function sooner(one: Deferred | undefined, other: Deferred): Deferred {
  if (!one?.retryAt || !other.retryAt) return one ?? other;
  return { ...one, retryAt: one.retryAt < other.retryAt ? one.retryAt : other.retryAt };
}
