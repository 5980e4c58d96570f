import { randomBytes } from 'node:crypto';
import { type Context, Hono } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { Fault } from '../core/fault.js';
import type { Log } from '../core/host.js';
import { callbackProblem } from './callback-problem.js';
import { completePage } from './complete-page.js';
import { failurePage } from './failure-page.js';
import { faultStatus } from './fault-status.js';
import { noticePage } from './notice-page.js';
import { createReceipts } from './receipts.js';

/** Who signed in for which account. */
export interface SignedIn {
  readonly account: string;
  readonly user: string;
}

/** What the sign-in needs of the rest. */
export interface SignInParts {
  readonly accounts: readonly { readonly name: string; readonly mailbox: string; readonly user: string }[];
  /** Where a person signs in; such a sign-in can be finished only with `cookie`. */
  authorizationUrl(account: string, options: { readonly cookie: string }): Promise<string>;
  /** Finishes a sign-in with the URL that the browser came back to. Throws a `Fault`. */
  complete(callbackUrl: string, options: { readonly cookie?: string }): Promise<SignedIn>;
  /** The address that people reach us by, perhaps with a path, which a proxy may hand on or not. */
  readonly publicUrl?: string;
  readonly log: Log;
}

const cookieName = 'ackmail-sign-in';
const cookieShape = /^[A-Za-z0-9_-]{43}$/;

/**
 * The routes of a sign-in in the browser: `/authorize/ACCOUNT` sends a person to the provider,
 * `/oauth/callback` (RFC 6749 section 4.1.2) is where the provider sends the browser back, and
 * `/oauth/complete` says how it ended, at an address without code and state.
 */
export function createSignInRoutes(parts: SignInParts): Hono {
  const app = new Hono();
  const receipts = createReceipts<SignedIn>(20);
  const base = parts.publicUrl?.replace(/\/+$/, '');

  // A HEAD runs the route of GET, and what asks with HEAD is a program that looks, not a person who signs in.
  const onlyGet = async (c: Context, next: () => Promise<void>) => {
    if (c.req.method === 'GET') return next();
    return c.text('Only GET is answered here.\n', 405, { Allow: 'GET' });
  };
  app.use('/authorize/*', onlyGet);
  app.use('/oauth/*', onlyGet);

  const failed = (c: Context, title: string, thrown: unknown, accountName?: string) => {
    if (thrown instanceof Fault) parts.log.warn({ code: thrown.code }, thrown.message);
    else parts.log.error({ err: thrown }, title);
    const wanted = accountName ?? (thrown instanceof Fault ? thrown.facts['account'] : undefined);
    const account = parts.accounts.find(({ name }) => name === wanted)?.name;
    const restart = {
      ...(account === undefined ? {} : { account }),
      ...(account === undefined || base === undefined ? {} : { url: `${base}/authorize/${account}` }),
    };
    const status = thrown instanceof Fault ? faultStatus(thrown) : 500;
    return c.html(failurePage({ title, thrown, restart }), status);
  };

  app.get('/authorize/:account', async (c) => {
    const account = parts.accounts.find(({ name }) => name === c.req.param('account'));
    if (!account)
      return c.html(
        noticePage({
          title: 'There is no such account',
          text: 'Look up the name of the account in the settings.',
        }),
        404,
      );
    if (base === undefined)
      return c.html(
        noticePage({
          title: 'There is no public address',
          text: `Sign in with the command: ackmail authorize ${account.name}. This page answers when http.publicUrl is set.`,
        }),
        404,
      );
    const known = getCookie(c, cookieName, 'host');
    // The same cookie for a second sign-in, so that a first one in another tab can still be finished.
    const cookie = known && cookieShape.test(known) ? known : randomBytes(32).toString('base64url');
    try {
      const url = await parts.authorizationUrl(account.name, { cookie });
      setCookie(c, cookieName, cookie, {
        prefix: 'host',
        secure: true,
        httpOnly: true,
        sameSite: 'Lax',
        path: '/',
        maxAge: 15 * 60,
      });
      return c.redirect(url, 303);
    } catch (thrown) {
      return failed(c, 'The sign-in cannot begin', thrown, account.name);
    }
  });

  app.get('/oauth/callback', async (c) => {
    const problem = callbackProblem(c.req.url);
    if (problem) {
      const { text, status } = problem;
      return c.html(noticePage({ title: 'This sign-in cannot be finished', text }), status);
    }
    const cookie = getCookie(c, cookieName, 'host');
    try {
      const signedIn = await parts.complete(c.req.url, cookie === undefined ? {} : { cookie });
      // Relative, since a proxy may have taken a path off.
      return c.redirect(`complete?receipt=${receipts.keep(signedIn)}`, 303);
    } catch (thrown) {
      return failed(c, 'Authentication failed', thrown);
    }
  });

  app.get('/oauth/complete', (c) => {
    const signedIn = receipts.find(c.req.query('receipt') ?? '');
    if (!signedIn)
      return c.html(
        noticePage({
          title: 'This page is gone',
          text: 'The command `ackmail status` shows which accounts are authorized.',
        }),
        404,
      );
    const mailbox = parts.accounts.find(({ name }) => name === signedIn.account)?.mailbox;
    return c.html(completePage({ ...signedIn, ...(mailbox === undefined ? {} : { mailbox }) }));
  });

  return app;
}
