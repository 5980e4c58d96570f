import { createHmac, randomBytes } from 'node:crypto';
import { type Context, Hono, type MiddlewareHandler } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Log } from '../../core/host.js';
import type { ConsoleEnv, Visitor } from '../console-env.js';
import { doorPage } from './door-page.js';
import { isForeign } from './is-foreign.js';
import { createLogins } from './logins.js';
import type { OneTimeLinks } from './one-time-links.js';
import { openForm } from './open-form.js';
import { ownPath } from './own-path.js';
import { createProxies, type ProxiesSettings } from './proxies.js';
import { createSessionCookie } from './session-cookie.js';
import { createSessions } from './sessions.js';
import { SignInForm } from './sign-in-form.js';
import { tokenMatches } from './token-matches.js';

/** What the door of the console needs. */
export interface AccessParts {
  /** The path of `publicUrl`, without a slash at its end. */
  readonly base: string;
  readonly publicUrl?: string;
  /** The path of the style. */
  readonly css: string;
  readonly links: OneTimeLinks;
  /** Names with the hashes of their passwords. */
  readonly users?: Readonly<Record<string, string>>;
  readonly proxies?: ProxiesSettings;
  readonly log: Log;
  now(): Date;
}

/** Who may see the pages, and how one comes in. */
export interface Access {
  /** The routes by which one signs in and out. */
  readonly routes: Hono<ConsoleEnv>;
  /**
   * Lets through who is signed in, and a form only with its token from a page of ours; others are led to the sign-in, or
   * told that nothing was done. Passing it twice is passing it once.
   */
  readonly signedIn: MiddlewareHandler<ConsoleEnv>;
  /** Who is signed in. */
  visitorOf(c: Context<ConsoleEnv>): Visitor | undefined;
}

/** With no-referrer, a browser would not even tell our own origin with our own forms. */
const tellOrigin = (c: Context) => c.header('Referrer-Policy', 'same-origin');
const looks = (c: Context) => c.req.method === 'GET' || c.req.method === 'HEAD';

/** Makes the door of the console. */
export function createAccess({ base, publicUrl, css, links, now, ...rest }: AccessParts): Access {
  const logins = createLogins({ users: rest.users ?? {}, log: rest.log, now });
  const proxies = createProxies(rest.proxies);
  const proxyKey = randomBytes(32);
  const sessions = createSessions(now);
  const cookie = createSessionCookie(publicUrl);
  const routes = new Hono<ConsoleEnv>();
  /** Who a proxy names has no session of ours; the token of the forms is made of the name. */
  const proxied = (c: Context<ConsoleEnv>): Visitor | undefined => {
    const name = proxies.nameOf(c);
    const formToken = createHmac('sha256', proxyKey)
      .update(name ?? '')
      .digest('base64url');
    return name === undefined ? undefined : { name, formToken };
  };
  const visitorOf = (c: Context<ConsoleEnv>) => proxied(c) ?? sessions.find(cookie.read(c));

  const show = (
    c: Context<ConsoleEnv>,
    status: ContentfulStatusCode,
    title: string,
    children: Parameters<typeof doorPage>[0]['children'],
  ) => {
    tellOrigin(c);
    return c.html(doorPage({ title, css, children }), status);
  };
  const signIn = <a href={`${base}/sign-in`}>Sign in</a>;
  const foreign = (c: Context<ConsoleEnv>) =>
    show(c, 403, 'Another site sent this', <p>Nothing was done. Use the forms of Ackmail's own pages.</p>);
  const tooLong = (c: Context<ConsoleEnv>) =>
    show(c, 413, 'That is too long', <p>Nothing was done. Write less than 64 kB.</p>);

  /** A new session under a new cookie, whatever cookie there was before. */
  const enter = (c: Context<ConsoleEnv>, name: string, to: string) => {
    sessions.end(cookie.read(c));
    cookie.set(c, sessions.begin(name));
    rest.log.info({ name, address: proxies.addressOf(c) }, 'Somebody signed in at the console.');
    return c.redirect(`${base}${to}`, 303);
  };

  routes.get('/sign-in', (c) => {
    const to = ownPath(c.req.query('to') ?? '') ?? '/';
    if (visitorOf(c)) return c.redirect(`${base}${to}`, 303);
    return show(c, 200, 'Sign in', <SignInForm base={base} hasUsers={logins.hasUsers} to={to} />);
  });
  routes.post('/sign-in', async (c) => {
    if (isForeign(c, publicUrl)) return foreign(c);
    const form = await openForm(c);
    if (!form) return tooLong(c);
    const name = form.get('name')?.trim() ?? '';
    const to = ownPath(form.get('to') ?? '') ?? '/';
    const again = (problem: string, status: ContentfulStatusCode) =>
      show(c, status, 'Sign in', <SignInForm {...{ base, hasUsers: logins.hasUsers, to, name, problem }} />);
    if (!logins.hasUsers) return again('Nobody has a password in the settings.', 403);
    const outcome = await logins.attempt(name, form.get('password') ?? '', proxies.addressOf(c));
    if (outcome === 'right') return enter(c, name, to);
    if (outcome === 'wrong') return again('Name or password is wrong.', 403);
    const seconds = Math.ceil(outcome.waitMs / 1_000);
    c.header('Retry-After', String(seconds));
    return again(
      `Too many passwords were wrong. Wait ${seconds} seconds, or take the link of the command.`,
      429,
    );
  });

  const gone = (c: Context<ConsoleEnv>) =>
    show(
      c,
      403,
      'This link is over',
      <p>
        It is good once, within ten minutes. Run <code>ackmail console</code> again on the machine that
        Ackmail runs on, and open the new one.
      </p>,
    );
  // A scanner of links or a browser that looks ahead opens it, too, and must not use it up.
  routes.get('/sign-in/:ticket', (c) => {
    const ticket = c.req.param('ticket');
    const name = links.find(ticket);
    if (name === undefined) return gone(c);
    return show(
      c,
      200,
      'Sign in',
      <form method="post" action={`${base}/sign-in/${encodeURIComponent(ticket)}`}>
        <p>
          You sign in as <strong>{name}</strong>.
        </p>
        <button class="first" type="submit">
          Sign in
        </button>
      </form>,
    );
  });
  routes.post('/sign-in/:ticket', (c) => {
    if (isForeign(c, publicUrl)) return foreign(c);
    const name = links.take(c.req.param('ticket'));
    return name === undefined ? gone(c) : enter(c, name, '/');
  });

  const signedIn: MiddlewareHandler<ConsoleEnv> = async (c, next) => {
    if (c.get('visitor')) return next();
    if (!looks(c) && isForeign(c, publicUrl)) return foreign(c);
    const visitor = visitorOf(c);
    if (!visitor) {
      if (!looks(c))
        return show(
          c,
          403,
          'Your session is over',
          <p>What you sent was not done. {signIn}, and do it again.</p>,
        );
      const { pathname, search } = new URL(c.req.url);
      const to = ownPath(pathname + search) ?? '/';
      return c.redirect(`${base}/sign-in${to === '/' ? '' : `?to=${encodeURIComponent(to)}`}`, 303);
    }
    if (!looks(c)) {
      const form = await openForm(c);
      if (!form) return tooLong(c);
      if (!tokenMatches(form, visitor.formToken))
        return show(
          c,
          403,
          'This page was out of date',
          <p>
            What you sent was not done: the page is from before your sign-in.{' '}
            <a href={`${base}/`}>Open it again</a>, and do it there.
          </p>,
        );
      c.set('form', form);
    }
    c.set('visitor', visitor);
    await next();
    tellOrigin(c);
    return undefined;
  };

  routes.post('/sign-out', signedIn, (c) => {
    if (proxied(c))
      return show(
        c,
        403,
        'The proxy has signed you in',
        <p>Sign out there. Here it would sign you in again at once.</p>,
      );
    sessions.end(cookie.read(c));
    cookie.remove(c);
    return c.redirect(`${base}/sign-in`, 303);
  });

  return { routes, signedIn, visitorOf };
}
