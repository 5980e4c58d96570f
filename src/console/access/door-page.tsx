import { html } from 'hono/html';
import type { Child } from 'hono/jsx';

/** What a page before the sign-in says. */
export interface DoorPage {
  readonly title: string;
  /** The path of the style. */
  readonly css: string;
  readonly children: Child;
}

/** A whole HTML document for who is not signed in: it knows nothing of what is behind it. */
export function doorPage({ title, css, children }: DoorPage) {
  return html`<!DOCTYPE html>${(
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <meta name="color-scheme" content="light dark" />
        <title>{title} - Ackmail</title>
        <link rel="stylesheet" href={css} />
      </head>
      <body>
        <main class="door">
          <p class="brand">Ackmail</p>
          <div class="card">
            <h1>{title}</h1>
            {children}
          </div>
        </main>
      </body>
    </html>
  )}`;
}
