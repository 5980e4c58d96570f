import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { ConsoleEnv } from '../console-env.js';
import { noticePage } from '../notice-page.js';
import type { OneTimeLinks } from './one-time-links.js';
import { createSessions } from './sessions.js';

/** Who may see the pages, and how one comes in. */
export interface Access {
  /** The routes by which one signs in and out. */
  readonly routes: Hono<ConsoleEnv>;
  /** Lets through who is signed in; others are led to the sign-in. */
  readonly signedIn: MiddlewareHandler<ConsoleEnv>;
}

const cookieName = 'ackmail-console';

/** Makes the door of the console. `base` is the path of `publicUrl`. */
export function createAccess(parts: {
  readonly base: string;
  readonly links: OneTimeLinks;
  now(): Date;
}): Access {
  const { base, links, now } = parts;
  const sessions = createSessions(now);
  const routes = new Hono<ConsoleEnv>();
  const visitorOf = (c: Context<ConsoleEnv>) => sessions.find(getCookie(c, cookieName) ?? '');

  routes.get('/sign-in', (c) =>
    c.html(
      noticePage({
        title: 'Sign in',
        text: 'Run `ackmail console` on the machine that Ackmail runs on, and open the link that it prints.',
      }),
      401,
    ),
  );
  routes.get('/sign-in/:ticket', (c) => {
    const name = links.take(c.req.param('ticket'));
    if (name === undefined) return c.redirect(`${base}/sign-in`, 303);
    setCookie(c, cookieName, sessions.begin(name), {
      ...{ httpOnly: true, sameSite: 'Lax', path: `${base}/` },
      secure: new URL(c.req.url).protocol === 'https:',
    });
    return c.redirect(`${base}/`, 303);
  });
  routes.post('/sign-out', (c) => {
    sessions.end(getCookie(c, cookieName) ?? '');
    deleteCookie(c, cookieName, { path: `${base}/` });
    return c.redirect(`${base}/sign-in`, 303);
  });

  return {
    routes,
    async signedIn(c, next) {
      const visitor = visitorOf(c);
      if (!visitor) return c.redirect(`${base}/sign-in`, 303);
      c.set('visitor', visitor);
      await next();
      return undefined;
    },
  };
}
