import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Hono } from 'hono';

const types = { css: 'text/css; charset=utf-8', js: 'text/javascript; charset=utf-8' };

/** The style and the script of the console, each at a path that changes with what it says. */
export interface Assets {
  readonly css: string;
  readonly js: string;
  readonly routes: Hono;
}

/** Reads the style and the script, and answers for them at paths below `base`. */
export function openAssets(base: string): Assets {
  const routes = new Hono();
  const serve = (kind: keyof typeof types): string => {
    const text = readFileSync(new URL(`../../../assets/console.${kind}`, import.meta.url), 'utf8');
    const hash = createHash('sha256').update(text).digest('hex').slice(0, 16);
    const path = `/assets/console-${hash}.${kind}`;
    routes.get(path, (c) =>
      c.body(text, 200, {
        'content-type': types[kind],
        'cache-control': 'public, max-age=31536000, immutable',
      }),
    );
    return `${base}${path}`;
  };
  return { css: serve('css'), js: serve('js'), routes };
}
