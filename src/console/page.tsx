import { createHash } from 'node:crypto';
import { html, raw } from 'hono/html';
import type { Child } from 'hono/jsx';

const style = `
:root { color-scheme: light dark; --text: #1b1f24; --back: #fbfbfa; --soft: #57606a; --line: #d0d7de; --good: #17692f; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --text: #e6e9ec; --back: #16191d; --soft: #a3adb8; --line: #3a424b; --good: #6fd08c; --bad: #ff9a91; } }
* { box-sizing: border-box; }
body { margin: 0; padding: 1.5rem 1.25rem; font: 1.0625rem/1.55 system-ui, sans-serif; color: var(--text); background: var(--back); }
main { max-width: 36rem; margin: 8vh auto 0; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 1rem; }
h1.good { color: var(--good); }
h1.bad { color: var(--bad); }
p { margin: 0 0 1rem; }
dl { margin: 0 0 1rem; padding: .75rem 0; border-block: 1px solid var(--line); }
dt { color: var(--soft); font-size: .9375rem; }
dd { margin: 0 0 .5rem; font-weight: 600; }
dd:last-child { margin: 0; }
code { font: .9375rem ui-monospace, monospace; }
a { color: inherit; text-underline-offset: .2em; }
a.button { display: inline-block; padding: .7rem 1.1rem; border: 2px solid currentColor; border-radius: .4rem; font-weight: 600; text-decoration: none; }
a:focus-visible { outline: 3px solid currentColor; outline-offset: 3px; }
footer { margin-top: 2.5rem; color: var(--soft); font-size: .9375rem; }
`;

/** The source expression (Content Security Policy Level 3, section 2.3.1) that lets the style of `page` through. */
export const pageStyleSource = `'sha256-${createHash('sha256').update(style).digest('base64')}'`;

/** What a page says. Text in it is escaped; there is no script. */
export interface Page {
  readonly title: string;
  readonly tone?: 'good' | 'bad';
  readonly children: Child;
}

/** A whole HTML document: one heading, what is below it, legible on a phone, in light and in dark. */
export function page({ title, tone, children }: Page) {
  return html`<!DOCTYPE html>${(
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>{title} - Ackmail</title>
        <style>{raw(style)}</style>
      </head>
      <body>
        <main>
          <h1 class={tone}>{title}</h1>
          {children}
          <footer>Ackmail</footer>
        </main>
      </body>
    </html>
  )}`;
}
