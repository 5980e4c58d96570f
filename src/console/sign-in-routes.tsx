import { randomBytes } from 'node:crypto';
import { type Context, Hono } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { Fault } from '../core/fault.js';
import type { Log } from '../core/host.js';
import type { SignedIn } from '../core/signed-in.js';
import { callbackProblem } from './callback-problem.js';
import { completePage } from './complete-page.js';
import { failurePage } from './failure-page.js';
import { faultStatus } from './fault-status.js';
import { noticePage } from './notice-page.js';
import { createReceipts } from './receipts.js';

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

/** A page that a browser is sent on to. */
interface Shown {
  readonly page: ReturnType<typeof noticePage>;
  readonly status: ContentfulStatusCode;
}

/**
 * The routes of a sign-in in the browser: `/authorize/ACCOUNT` sends a person to the provider,
 * `/oauth/callback` (RFC 6749 section 4.1.2) is where the provider sends the browser back, and
 * `/oauth/complete` says how it ended. Whatever comes to the callback leaves it by a redirect, so that
 * code and state stay in no address bar, no history and no Referer.
 */
export function createSignInRoutes(parts: SignInParts): Hono {
  const app = new Hono();
  // Apart, since strangers can cause any number of failures.
  const ends = { done: createReceipts<Shown>(20), failed: createReceipts<Shown>(20) };
  const base = parts.publicUrl?.replace(/\/+$/, '');

  // A HEAD runs the route of GET, and what asks with HEAD is a program that looks, not a person who signs in.
  const onlyGet = async (c: Context, next: () => Promise<void>) => {
    if (c.req.method === 'GET') return next();
    return c.text('Only GET is answered here.\n', 405, { Allow: 'GET' });
  };
  app.use('/authorize/*', onlyGet);
  app.use('/oauth/*', onlyGet);

  const failure = (title: string, thrown: unknown, accountName?: string): Shown => {
    if (thrown instanceof Fault) parts.log.warn({ code: thrown.code }, thrown.message);
    else parts.log.error({ err: thrown }, title);
    const wanted = accountName ?? (thrown instanceof Fault ? thrown.facts['account'] : undefined);
    const account = parts.accounts.find(({ name }) => name === wanted)?.name;
    const hasPage = base !== undefined && !(thrown instanceof Fault && thrown.code === 'OAUTH_NO_PAGE');
    const restart = {
      ...(account === undefined ? {} : { account }),
      ...(account === undefined || !hasPage ? {} : { url: `${base}/authorize/${account}` }),
    };
    const status = thrown instanceof Fault ? faultStatus(thrown) : 500;
    return { page: failurePage({ title, thrown, restart }), status };
  };
  // Relative, since a proxy may have taken a path off.
  const showDone = (c: Context, shown: Shown) => c.redirect(`complete?receipt=${ends.done.keep(shown)}`, 303);
  const showFailed = (c: Context, shown: Shown) =>
    c.redirect(`complete?failure=${ends.failed.keep(shown)}`, 303);

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
      const { page, status } = failure('The sign-in cannot begin', thrown, account.name);
      return c.html(page, status);
    }
  });

  app.get('/oauth/callback', async (c) => {
    const problem = callbackProblem(c.req.url);
    if (problem) {
      const { text, status } = problem;
      return showFailed(c, { page: noticePage({ title: 'This sign-in cannot be finished', text }), status });
    }
    const cookie = getCookie(c, cookieName, 'host');
    try {
      const signedIn = await parts.complete(c.req.url, cookie === undefined ? {} : { cookie });
      const mailbox = parts.accounts.find(({ name }) => name === signedIn.account)?.mailbox;
      const page = completePage({ ...signedIn, ...(mailbox === undefined ? {} : { mailbox }) });
      return showDone(c, { page, status: 200 });
    } catch (thrown) {
      return showFailed(c, failure('Authentication failed', thrown));
    }
  });

  app.get('/oauth/complete', (c) => {
    const { receipt = '', failure: failed = '' } = c.req.query();
    const shown = ends.done.find(receipt) ?? ends.failed.find(failed);
    if (shown) return c.html(shown.page, shown.status);
    return c.html(
      noticePage({
        title: 'This page is gone',
        text: 'The command `ackmail status` shows which accounts are authorized.',
      }),
      404,
    );
  });

  return app;
}
