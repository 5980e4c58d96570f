import { createHash } from 'node:crypto';
import { html, raw } from 'hono/html';
import type { Child } from 'hono/jsx';

const style = `
:root { color-scheme: light dark; --text: #1c2430; --back: #f4f6f8; --card: #fff; --soft: #556070; --line: #dfe4ea; --link: #1355a6; --good: #17663a; --bad: #b0241c; }
@media (prefers-color-scheme: dark) { :root { --text: #e4e8ed; --back: #13161a; --card: #1b1f25; --soft: #a2adba; --line: #313943; --link: #8fbdff; --good: #77d296; --bad: #ff9c93; } }
* { box-sizing: border-box; }
body { margin: 0; padding: 1rem; font: 1rem/1.55 system-ui, sans-serif; color: var(--text); background: var(--back); }
main { max-width: 36rem; margin: 8vh auto 0; padding: 1.5rem 1.75rem; overflow-wrap: anywhere; background: var(--card); border: 1px solid var(--line); border-top: 4px solid var(--link); border-radius: .6rem; }
main:has(h1.good) { border-top-color: var(--good); }
main:has(h1.bad) { border-top-color: var(--bad); }
h1 { font-size: 1.5rem; line-height: 1.25; letter-spacing: -.015em; margin: 0 0 1rem; }
h1.good { color: var(--good); }
h1.bad { color: var(--bad); }
p { margin: 0 0 1rem; }
dl { margin: 0 0 1rem; padding: .75rem 0; border-block: 1px solid var(--line); }
dt { color: var(--soft); font-size: .9375rem; }
dd { margin: 0 0 .5rem; font-weight: 600; }
dd:last-child { margin: 0; }
code { font: .9375rem ui-monospace, monospace; }
a { color: var(--link); text-underline-offset: .2em; }
a.button { display: inline-block; padding: .5rem 1rem; border: 1px solid currentColor; border-radius: .4rem; font-weight: 600; text-decoration: none; }
a:focus-visible { outline: 3px solid currentColor; outline-offset: 3px; }
footer { margin-top: 1.5rem; color: var(--soft); font-size: .875rem; }
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
