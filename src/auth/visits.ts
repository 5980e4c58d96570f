import { createHash } from 'node:crypto';
import type { PendingSignIn } from './grant.js';
import { mintSignIn, reusableSignIn, type SignInTerms } from './pending.js';

/** The sign-ins of one account that were begun on our page, each by a browser with its own cookie. */
export interface Visits {
  /** The sign-in of this browser: the one that it began and has time left for, else a new one. */
  begin(terms: SignInTerms, now: Date): PendingSignIn;
  /** The sign-in that a state belongs to, unless its 15 minutes are over. */
  find(state: string, now: Date): PendingSignIn | undefined;
  /** Forgets a sign-in. */
  end(state: string): void;
}

const mostVisits = 10_000;

/**
 * Keeps sign-ins of browsers in memory, since anybody can open our page: a visit must neither cost a write
 * nor push out another one. Ten thousand are kept, and the oldest go first; a restart forgets them all.
 */
export function createVisits(): Visits {
  // By the digest of the state, so that the time of a look-up says nothing about the state itself.
  const byState = new Map<string, PendingSignIn>();
  const byTerms = new Map<string, PendingSignIn>();
  const digest = (text: string) => createHash('sha256').update(text).digest('base64url');
  const keyOf = ({ cookieHash, redirectUri, boundTo }: PendingSignIn) =>
    `${cookieHash} ${redirectUri} ${boundTo}`;

  const forget = (visit: PendingSignIn) => {
    byState.delete(digest(visit.state));
    if (byTerms.get(keyOf(visit)) === visit) byTerms.delete(keyOf(visit));
  };
  const makeRoom = (now: Date) => {
    // In the order in which they were begun.
    for (const visit of byState.values()) {
      if (byState.size < mostVisits && visit.expiresAt > now) return;
      forget(visit);
    }
  };

  return {
    begin(terms, now) {
      const minted = mintSignIn(terms, now);
      const before = byTerms.get(keyOf(minted));
      const reusable = before && reusableSignIn([before], terms, now);
      if (reusable) return reusable;
      makeRoom(now);
      byState.set(digest(minted.state), minted);
      byTerms.set(keyOf(minted), minted);
      return minted;
    },
    find(state, now) {
      const found = byState.get(digest(state));
      return found && found.expiresAt > now ? found : undefined;
    },
    end(state) {
      const found = byState.get(digest(state));
      if (found) forget(found);
    },
  };
}
