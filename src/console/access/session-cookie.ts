import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { ConsoleEnv } from '../console-env.js';

/** The cookie of a session. */
export interface SessionCookie {
  /** What it holds; empty where there is none. */
  read(c: Context<ConsoleEnv>): string;
  set(c: Context<ConsoleEnv>, value: string): void;
  remove(c: Context<ConsoleEnv>): void;
}

const name = 'ackmail-console';

/**
 * Makes the cookie of sessions: on https with the prefix `__Host-` (RFC 6265bis section 4.1.3.2), so that no other host
 * and no http page can have set it; over plain http, as on loopback, without. It ends with the browser.
 */
export function createSessionCookie(publicUrl: string | undefined): SessionCookie {
  const known = publicUrl === undefined ? undefined : new URL(publicUrl);
  const isHttps = (c: Context<ConsoleEnv>) => {
    const url = new URL(c.req.url);
    // Whoever takes off TLS before us hands on plain http, with the host that was asked for.
    return url.protocol === 'https:' || (known?.protocol === 'https:' && url.hostname === known.hostname);
  };
  return {
    read: (c) => (isHttps(c) ? getCookie(c, name, 'host') : getCookie(c, name)) ?? '',
    set(c, value) {
      const options = { httpOnly: true, sameSite: 'Lax', path: '/' } as const;
      setCookie(c, name, value, isHttps(c) ? { ...options, prefix: 'host', secure: true } : options);
    },
    remove(c) {
      if (isHttps(c)) deleteCookie(c, name, { prefix: 'host', path: '/', secure: true });
      else deleteCookie(c, name, { path: '/' });
    },
  };
}
