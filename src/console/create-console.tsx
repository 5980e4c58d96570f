import { type Context, Hono } from 'hono';
import { accepts } from 'hono/accepts';
import { secureHeaders } from 'hono/secure-headers';
import type { ConsoleDesk } from '../core/console-desk.js';
import type { Log } from '../core/host.js';
import type { ReportHeader } from '../core/report.js';
import { type AccessParts, createAccess } from './access/access.js';
import { createOneTimeLinks } from './access/one-time-links.js';
import type { ConsoleEnv } from './console-env.js';
import { failurePage } from './failure-page.js';
import { openAssets } from './frame/assets.js';
import { createKnownHost } from './known-host.js';
import type { Connection } from './listen.js';
import { noticePage } from './notice-page.js';
import { pageStyleSource } from './page.js';
import { createPages } from './pages.js';
import { secretMatches } from './secret-matches.js';
import { createSignInRoutes, type SignInParts } from './sign-in-routes.js';
import { stripPrefix } from './strip-prefix.js';

/** What the console needs of the rest. */
export interface ConsoleParts extends SignInParts {
  /** What the pages show and do; absent where there are none. */
  readonly desk?: ConsoleDesk;
  reportHeader(): ReportHeader;
  /** Absent without `token`. */
  readonly metrics?: (() => Promise<{ readonly type: string; readonly text: string }>) | undefined;
  /** Who sends it may read what is not for everybody. */
  readonly token?: string;
  health(): { readonly ok: boolean; readonly detail: string };
  /** Answers what is asked for under `/monitors/`; absent for 404. */
  readonly monitors?: (request: Request) => Promise<Response>;
  /** HOST:PORT that we listen on. */
  readonly listen?: string;
  /** Names with the hashes of the passwords that sign them in at the pages. */
  readonly users?: AccessParts['users'];
  /** The proxies whose word counts on who somebody is. */
  readonly proxies?: AccessParts['proxies'];
  readonly log: Log;
}

/** Everything HTTP. */
export interface Console {
  /** Answers one request; it never throws. `connection` tells where it came from, where that is known. */
  fetch(request: Request, connection?: Connection): Promise<Response>;
  /**
   * The address that signs one person in at the pages, once and within ten minutes; undefined where the settings have
   * neither `http.listen` nor `http.publicUrl`.
   */
  mintLink(name: string): string | undefined;
  /** Everything that is answered, for the rule who may see it. */
  readonly routes: readonly { readonly method: string; readonly path: string }[];
}

/**
 * Makes the handler of everything HTTP: `/oauth/callback`, `/authorize/ACCOUNT`, `/healthz`, `/metrics`,
 * `/report-header`, `/monitors/…`.
 *
 * A request for a Host that we are not known by gets 421 (RFC 9110 section 15.5.20). `/report-header` names
 * accounts and authorization URLs and is therefore for who has the token or is signed in, on this machine too; so is
 * the detail of `/healthz`. `/metrics` is for who has the token alone. Whatever is not named here is a page, behind the
 * sign-in. The paths are answered with and without the path of `publicUrl` before them.
 */
export function createConsole(parts: ConsoleParts): Console {
  const isKnownHost = createKnownHost(parts);
  const base = parts.publicUrl === undefined ? '' : new URL(parts.publicUrl).pathname.replace(/\/+$/, '');
  const { desk, publicUrl } = parts;
  const links = createOneTimeLinks(() => desk?.now() ?? new Date());
  const assets = openAssets(base);
  const access =
    desk &&
    createAccess({
      ...{ base, links, css: assets.css, log: parts.log, now: desk.now },
      ...(publicUrl === undefined ? {} : { publicUrl }),
      ...(parts.users ? { users: parts.users } : {}),
      ...(parts.proxies ? { proxies: parts.proxies } : {}),
    });
  const app = new Hono<ConsoleEnv>();

  app.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'none'"],
        styleSrc: ["'self'", pageStyleSource],
        scriptSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
      xFrameOptions: 'DENY',
      // Whoever terminates TLS before us decides on this one.
      strictTransportSecurity: false,
      // A page with forms says more of where one comes from.
      overwrite: false,
    }),
  );
  app.use(async (c, next) => {
    if (isKnownHost(c.req.raw)) await next();
    else c.res = misdirected(c);
    if (!c.res.headers.has('Cache-Control')) c.header('Cache-Control', 'no-store');
  });

  const hasToken = (c: Context<ConsoleEnv>) =>
    parts.token !== undefined && secretMatches(c.req.header('authorization') ?? null, parts.token);
  const isTrusted = (c: Context<ConsoleEnv>) => hasToken(c) || access?.visitorOf(c) !== undefined;
  const refused = (c: Context<ConsoleEnv>) => (parts.token === undefined ? forbidden(c) : unauthorized(c));
  app.get('/healthz', (c) => {
    const { ok, detail } = parts.health();
    return c.json(isTrusted(c) ? { ok, detail } : { ok }, ok ? 200 : 503);
  });
  app.get('/metrics', async (c) => {
    if (!parts.metrics || !hasToken(c)) return refused(c);
    const { type, text } = await parts.metrics();
    return c.body(text, 200, { 'content-type': type });
  });
  app.get('/report-header', (c) => (isTrusted(c) ? reportHeader(c, parts.reportHeader()) : refused(c)));
  app.all('/monitors/*', (c) => parts.monitors?.(c.req.raw) ?? notFound(c));
  app.route('/', createSignInRoutes(parts));
  if (desk && access) app.route('/', createPages({ desk, assets, access, base, log: parts.log }));
  else
    app.get('/', (c) =>
      c.html(noticePage({ title: 'Ackmail', text: 'It runs. There is nothing to see here.' })),
    );
  app.notFound(notFound);
  app.onError((thrown, c) => {
    parts.log.error({ err: thrown }, 'A request could not be answered');
    return c.html(failurePage({ title: 'Something went wrong here', thrown }), 500);
  });

  return {
    async fetch(request, connection) {
      try {
        return await app.fetch(stripPrefix(request, parts.publicUrl), { ...connection });
      } catch (thrown) {
        parts.log.error({ err: thrown }, 'A request could not be answered');
        return new Response('Something went wrong here.\n', { status: 500 });
      }
    },
    mintLink(name) {
      const at = publicUrl?.replace(/\/+$/, '') ?? (parts.listen && `http://${reachable(parts.listen)}`);
      return at && `${at}/sign-in/${links.mint(name)}`;
    },
    routes: app.routes,
  };
}

/** Who listens on every address of a machine is not called by that. */
function reachable(listen: string): string {
  return listen.replace(/^(0\.0\.0\.0|\[::\])(?=:)/, 'localhost');
}

function reportHeader(c: Context, header: ReportHeader) {
  const type = accepts(c, {
    header: 'Accept',
    supports: ['text/plain', 'text/html', 'application/json'],
    default: 'text/plain',
  });
  switch (c.req.query('format') ?? type) {
    case 'json':
    case 'application/json':
      return c.json(header.json);
    case 'html':
    case 'text/html':
      return c.html(header.html);
    case 'text':
    case 'text/plain':
      return c.text(header.text);
    default:
      return c.text('format is one of text, html, json.\n', 400);
  }
}

function notFound(c: Context) {
  return c.html(noticePage({ title: 'There is nothing here', text: 'The address is not one of ours.' }), 404);
}

function forbidden(c: Context) {
  return c.text(
    'This is for who has http.token. Set it in the settings, and send it as Bearer token.\n',
    403,
  );
}

function unauthorized(c: Context) {
  return c.text('Send http.token of the settings as Bearer token or as basic-auth password.\n', 401, {
    'www-authenticate': 'Bearer realm="ackmail", Basic realm="ackmail", charset="UTF-8"',
  });
}

function misdirected(c: Context) {
  return c.text(
    'This is not an address that Ackmail is known by. Use localhost or the host of http.listen, ' +
      'or set http.publicUrl in the settings to the address that you use.\n',
    421,
  );
}
