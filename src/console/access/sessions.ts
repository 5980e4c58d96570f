import { createHash, randomBytes } from 'node:crypto';
import type { Visitor } from '../console-env.js';

/** Who is signed in, in memory: a restart signs everybody out. */
export interface Sessions {
  /** Begins a session; answers what its cookie holds, which nobody has had before. */
  begin(name: string): string;
  /** Whose session it is, which goes on with that; undefined where there is none, or it is over. */
  find(cookie: string): Visitor | undefined;
  end(cookie: string): void;
}

interface Session extends Visitor {
  readonly endsAt: Date;
  seenAt: Date;
}

/** As long as a shift, so that nobody is signed out in the middle of a bad night. */
const lifeMs = 12 * 3_600_000;
/** As long as nobody leaves a screen alone who still looks after it. */
const idleMs = 2 * 3_600_000;
const mostSessions = 1_000;
const secret = () => randomBytes(32).toString('base64url');
const digest = (cookie: string) => createHash('sha256').update(cookie).digest('base64url');

/** Makes the list of sessions: each ends 12 hours after the sign-in, or 2 hours after it was last used. */
export function createSessions(now: () => Date): Sessions {
  /** By the digest of the cookie, so that neither memory nor the time of a look-up tells one. */
  const sessions = new Map<string, Session>();
  return {
    begin(name) {
      const cookie = secret();
      sessions.set(digest(cookie), {
        ...{ name, formToken: secret(), seenAt: now() },
        endsAt: new Date(now().getTime() + lifeMs),
      });
      const [oldest] = sessions.keys();
      if (sessions.size > mostSessions && oldest !== undefined) sessions.delete(oldest);
      return cookie;
    },
    find(cookie) {
      const key = digest(cookie);
      const session = sessions.get(key);
      const at = now();
      if (!session || session.endsAt <= at || at.getTime() - session.seenAt.getTime() >= idleMs) {
        sessions.delete(key);
        return undefined;
      }
      session.seenAt = at;
      return session;
    },
    end: (cookie) => void sessions.delete(digest(cookie)),
  };
}
