import type { Account } from '../../core/account.js';
import type { Clock } from '../../core/clock.js';
import { describe } from '../../core/fault.js';
import type { Log } from '../../core/host.js';
import { withoutCredentials } from '../../core/without-credentials.js';
import type { CleaningRules } from '../mailbox/cleaning.js';
import { headersOf } from './headers-of.js';
import type { Ledger } from './ledger.js';
import type { Pop3Session } from './open-pop3.js';
import type { DropMail } from './pop3-client.js';
import { Pop3Refusal } from './pop3-refusal.js';

/** Removes old mail of ours from a maildrop. */
export interface DropCleaning {
  /**
   * Marks a piece of it where it is due. Marked mails go when the session is quit: what this answers is called after that,
   * and not where the session ended otherwise, so that the next one begins with the same piece.
   */
  mark(session: Pop3Session, mails: readonly DropMail[], ledger: Ledger): Promise<() => void>;
}

/** What cleaning needs. */
export interface DropCleaningSetup {
  readonly account: Account;
  readonly clean: CleaningRules;
  readonly clock: Clock;
  readonly log: Log;
}

/** A mail that the server does not show or does not mark, and what it says. */
interface Refused {
  readonly mail: DropMail;
  readonly refusal: Pop3Refusal;
}

const dayMs = 86_400_000;
/** The maildrop is held for the time that it takes, and replies wait. */
const pieceSize = 100;

/**
 * Makes what removes, once a day, the mail that is ours and old enough: replies that are done, and copies of what we sent,
 * each by its header once more. It does a piece in a session, until nothing is left.
 *
 * Nothing is marked before all headers of the piece are shown to be those of their mails. When the server refuses one mail
 * of it, all marks are taken back, and none goes by that session; the next one goes on without what was refused, which
 * stays until the next day. That is logged once a day.
 */
export function createDropCleaning({ account, clean, clock, log }: DropCleaningSetup): DropCleaning {
  const { olderThanMs, ownMail } = clean;
  let doneMs = Number.NEGATIVE_INFINITY;
  /** What has had its turn since it was due. */
  const passed = new Set<string>();
  let isTold = false;

  function candidates(mails: readonly DropMail[], ledger: Ledger, nowMs: number): readonly DropMail[] {
    const numbers = new Map(mails.map(({ number, uid }) => [uid, number]));
    return ledger.drop().ours.flatMap(([uid, at]) => {
      const number = numbers.get(uid);
      const isDue = at.getTime() < nowMs - olderThanMs && !passed.has(uid);
      return number !== undefined && isDue ? [{ number, uid }] : [];
    });
  }

  async function markPiece(session: Pop3Session, piece: readonly DropMail[]) {
    const old: DropMail[] = [];
    const refused: Refused[] = [];
    for (const found of await headersOf(session, piece))
      if ('refusal' in found) refused.push(found);
      else if ((await ownMail.isDone(found.header)) || (await ownMail.isSent(found.header)))
        old.push(found.mail);
    if (refused.length > 0) return { removed: 0, refused };
    for (const mail of old)
      try {
        await session.dele(mail.number);
      } catch (thrown) {
        if (!(thrown instanceof Pop3Refusal)) throw thrown;
        refused.push({ mail, refusal: thrown });
      }
    if (refused.length > 0) await session.rset();
    return { removed: refused.length > 0 ? 0 : old.length, refused };
  }

  function tell(removed: number, [first, ...more]: readonly Refused[]): void {
    if (removed > 0) log.info({ account: account.name, mails: removed }, 'Old mail of ours was removed.');
    if (!first || isTold) return;
    isTold = true;
    const reply = withoutCredentials(describe(first.refusal), account);
    log.warn(
      { account: account.name, mails: 1 + more.length, reply },
      'Old mail of ours is not removed: the server refuses it. It is tried again tomorrow.',
    );
  }

  return {
    async mark(session, mails, ledger) {
      const nowMs = clock.now().getTime();
      if (Math.abs(nowMs - doneMs) < dayMs) return () => undefined;
      const all = candidates(mails, ledger, nowMs);
      const piece = all.slice(0, pieceSize);
      const { removed, refused } =
        piece.length > 0 ? await markPiece(session, piece) : { removed: 0, refused: [] };
      return () => {
        tell(removed, refused);
        for (const { uid } of refused.length > 0 ? refused.map(({ mail }) => mail) : piece) passed.add(uid);
        if (refused.length > 0 || piece.length < all.length) return;
        doneMs = nowMs;
        passed.clear();
        isTold = false;
      };
    },
  };
}
