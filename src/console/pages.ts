import { Hono } from 'hono';
import type { ConsoleDesk } from '../core/console-desk.js';
import { createAccess } from './access/access.js';
import type { OneTimeLinks } from './access/one-time-links.js';
import { createAccountRoutes } from './accounts/account-routes.js';
import type { ConsoleEnv } from './console-env.js';
import { openAssets } from './frame/assets.js';
import { createFrame } from './frame/frame.js';

/** What the pages need of the rest. */
export interface PagesParts {
  readonly desk: ConsoleDesk;
  readonly links: OneTimeLinks;
  /** The path of `publicUrl`, without a slash at its end. */
  readonly base: string;
}

/** The pages of the console, their style and script, and the sign-in that all pages are behind. */
export function createPages({ desk, links, base }: PagesParts): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>();
  const assets = openAssets(base);
  const access = createAccess({ base, links, now: desk.now });
  const frame = createFrame(desk, assets, base);
  app.route('/', assets.routes);
  app.route('/', access.routes);
  app.use('/accounts/*', access.signedIn);
  app.route('/', createAccountRoutes({ desk, frame }));
  app.get('/', access.signedIn, (c) => c.redirect(`${frame.base}/accounts`, 303));
  return app;
}
