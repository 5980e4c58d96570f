import { createHash, randomBytes } from 'node:crypto';
import type { Visitor } from '../console-env.js';

/** Who is signed in, in memory: a restart signs everybody out. */
export interface Sessions {
  /** Begins a session; answers what its cookie holds. */
  begin(name: string): string;
  /** Whose session it is; undefined where there is none, or it is over. */
  find(cookie: string): Visitor | undefined;
  end(cookie: string): void;
}

interface Session extends Visitor {
  readonly endsAt: Date;
}

/** As long as a shift, so that nobody is signed out in the middle of a bad night. */
const lifeMs = 12 * 3_600_000;
const mostSessions = 1_000;
const secret = () => randomBytes(32).toString('base64url');
const digest = (cookie: string) => createHash('sha256').update(cookie).digest('base64url');

/** Makes the list of sessions. */
export function createSessions(now: () => Date): Sessions {
  /** By the digest of the cookie, so that neither memory nor the time of a look-up tells one. */
  const sessions = new Map<string, Session>();
  return {
    begin(name) {
      const cookie = secret();
      sessions.set(digest(cookie), {
        ...{ name, formToken: secret() },
        endsAt: new Date(now().getTime() + lifeMs),
      });
      const [oldest] = sessions.keys();
      if (sessions.size > mostSessions && oldest !== undefined) sessions.delete(oldest);
      return cookie;
    },
    find(cookie) {
      const session = sessions.get(digest(cookie));
      return session && session.endsAt > now() ? session : undefined;
    },
    end: (cookie) => void sessions.delete(digest(cookie)),
  };
}
