import { type Context, Hono } from 'hono';
import { accepts } from 'hono/accepts';
import { secureHeaders } from 'hono/secure-headers';
import type { ConsoleDesk } from '../core/console-desk.js';
import type { Log } from '../core/host.js';
import type { ReportHeader } from '../core/report.js';
import { createOneTimeLinks } from './access/one-time-links.js';
import type { ConsoleEnv } from './console-env.js';
import { failurePage } from './failure-page.js';
import { noticePage } from './notice-page.js';
import { pageStyleSource } from './page.js';
import { createPages } from './pages.js';
import { type Connection, createRequestOrigin } from './request-origin.js';
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
  readonly log: Log;
}

/** Everything HTTP. */
export interface Console {
  /** Answers one request; it never throws. `connection` tells where it came from, where that is known. */
  fetch(request: Request, connection?: Connection): Promise<Response>;
  /** The address that signs one person in at the pages, once and within ten minutes. */
  mintLink(name: string): string;
}

/**
 * Makes the handler of everything HTTP: `/oauth/callback`, `/authorize/ACCOUNT`, `/healthz`, `/metrics`,
 * `/report-header`, `/monitors/…`.
 *
 * A request for a Host that we are not known by gets 421 (RFC 9110 section 15.5.20). `/report-header` names
 * accounts and authorization URLs and is therefore answered to programs on this machine only, as far as
 * `createRequestOrigin` can tell, and to who has the token; so is the detail of `/healthz`. `/metrics` is for who
 * has the token alone. A host that mounts us has `reportHeader()`. The paths are answered with and without
 * the path of `publicUrl` before them.
 */
export function createConsole(parts: ConsoleParts): Console {
  const originOf = createRequestOrigin(parts);
  const base = parts.publicUrl === undefined ? '' : new URL(parts.publicUrl).pathname.replace(/\/+$/, '');
  const links = createOneTimeLinks(() => parts.desk?.now() ?? new Date());
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
      // Whoever terminates TLS before us decides on this one.
      strictTransportSecurity: false,
    }),
  );
  app.use(async (c, next) => {
    if (c.env.origin === 'unknown') return misdirected(c);
    await next();
    if (!c.res.headers.has('Cache-Control')) c.header('Cache-Control', 'no-store');
    return undefined;
  });

  const hasToken = (c: Context<ConsoleEnv>) =>
    parts.token !== undefined && secretMatches(c.req.header('authorization') ?? null, parts.token);
  const isTrusted = (c: Context<ConsoleEnv>) => c.env.origin === 'local' || hasToken(c);
  const refused = (c: Context<ConsoleEnv>) => (parts.token === undefined ? notFound(c) : unauthorized(c));
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
  if (parts.desk) app.route('/', createPages({ desk: parts.desk, links, base }));
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
        const origin = originOf(request, connection);
        const { peer } = connection ?? {};
        const bindings = { origin, ...(peer === undefined ? {} : { peer }) };
        return await app.fetch(stripPrefix(request, parts.publicUrl), bindings);
      } catch (thrown) {
        parts.log.error({ err: thrown }, 'A request could not be answered');
        return new Response('Something went wrong here.\n', { status: 500 });
      }
    },
    mintLink(name) {
      const at = parts.publicUrl?.replace(/\/+$/, '') ?? `http://${parts.listen ?? 'localhost'}`;
      return `${at}/sign-in/${links.mint(name)}`;
    },
  };
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
