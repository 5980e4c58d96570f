import { randomUUID } from 'node:crypto';
import type { Context } from 'hono';
import { html, raw } from 'hono/html';
import type { Child } from 'hono/jsx';
import type { ConsoleDesk } from '../../core/console-desk.js';
import type { ConsoleEnv } from '../console-env.js';
import type { Assets } from './assets.js';
import { TroubleBanner } from './trouble-banner.js';

/** The pages that the head of every page leads to. */
const sections = {
  accounts: 'Accounts',
  alerts: 'Alerts',
  outbox: 'Outbox',
  replies: 'Replies',
  'system-errors': 'System errors',
  report: 'Report',
};

/** What a page of the console says. */
export interface Framed {
  readonly title: string;
  readonly section?: keyof typeof sections;
  /** The page itself tells of the system errors, so they need not stand on top of it, too. */
  readonly hasTroubles?: boolean;
  readonly children: Child;
}

/** A page in two parts, for what stands between them to follow piece by piece. */
export interface PageParts {
  readonly begin: string;
  readonly end: string;
}

/** Makes whole pages of what a page says. */
export interface Frame {
  /** The path of `publicUrl`, without a slash at its end: every link of a page begins with it. */
  readonly base: string;
  /** A whole HTML document. */
  page(c: Context<ConsoleEnv>, framed: Framed): ReturnType<typeof html>;
  /** The same in two parts, cut behind `children`. */
  parts(c: Context<ConsoleEnv>, framed: Framed): Promise<PageParts>;
}

/** Makes the frame that all pages of the console stand in: where one is, who one is, and what is wrong, on top of all. */
export function createFrame(desk: ConsoleDesk, assets: Assets, base: string): Frame {
  /** Where a page is cut: nobody can write it into one. */
  const cut = `<!--${randomUUID()}-->`;
  const page = (c: Context<ConsoleEnv>, { title, section, hasTroubles, children }: Framed, isCut = false) =>
    html`<!DOCTYPE html>${(
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="robots" content="noindex" />
          <meta name="color-scheme" content="light dark" />
          <title>{title} - Ackmail</title>
          <link rel="stylesheet" href={assets.css} />
          {/* What comes piece by piece must not wait for its end. */}
          <script type="module" async={isCut} src={assets.js} />
        </head>
        <body>
          <a class="skip" href="#content">
            To the content
          </a>
          <header class="top">
            <a class="brand" href={`${base}/`}>
              Ackmail
            </a>
            <nav aria-label="Pages">
              <ul>
                {Object.entries(sections).map(([path, name]) => (
                  <li>
                    <a href={`${base}/${path}`} aria-current={path === section ? 'page' : undefined}>
                      {name}
                    </a>
                  </li>
                ))}
              </ul>
            </nav>
            <form class="visitor" method="post" action={`${base}/sign-out`}>
              <input type="hidden" name="token" value={c.var.visitor.formToken} />
              <span>{c.var.visitor.name}</span> <button type="submit">Sign out</button>
            </form>
          </header>
          <main id="content">
            {!hasTroubles && <TroubleBanner errors={desk.systemErrors()} base={base} />}
            <h1>{title}</h1>
            {children}
            {isCut && <div aria-live="polite">{raw(cut)}</div>}
          </main>
          <footer>Ackmail {desk.version}</footer>
        </body>
      </html>
    )}`;
  return {
    base,
    page: (c, framed) => page(c, framed),
    async parts(c, framed) {
      const [begin = '', end = ''] = String(await page(c, framed, true)).split(cut);
      return { begin, end };
    },
  };
}
