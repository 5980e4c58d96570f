import { Hono } from 'hono';
import type { ConsoleDesk } from '../core/console-desk.js';
import type { Log } from '../core/host.js';
import type { Access } from './access/access.js';
import { createAccountRoutes } from './accounts/account-routes.js';
import { createAlertRoutes } from './alerts/alert-routes.js';
import type { ConsoleEnv } from './console-env.js';
import type { Assets } from './frame/assets.js';
import { createFrame } from './frame/frame.js';
import { createWaitingRoutes } from './outbox/waiting-routes.js';
import { createReplyPageRoutes } from './replies/reply-page-routes.js';
import { createReportRoutes } from './report/report-routes.js';
import { createSystemErrorRoutes } from './system-errors/system-error-routes.js';

/** What the pages need of the rest. */
export interface PagesParts {
  readonly desk: ConsoleDesk;
  readonly assets: Assets;
  readonly access: Access;
  /** The path of `publicUrl`, without a slash at its end. */
  readonly base: string;
  readonly log: Log;
}

/** The pages of the console, their style and script, and the sign-in that all pages are behind. */
export function createPages({ desk, assets, access, base, log }: PagesParts): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>();
  const frame = createFrame(desk, assets, base);
  app.route('/', assets.routes);
  app.route('/', access.routes);
  // Whatever comes after this line is for who is signed in.
  app.use(access.signedIn);
  app.route('/', createAccountRoutes({ desk, frame, log }));
  app.route('/', createAlertRoutes({ desk, frame }));
  app.route('/', createWaitingRoutes({ desk, frame }));
  app.route('/', createReplyPageRoutes({ desk, frame }));
  app.route('/', createSystemErrorRoutes({ desk, frame }));
  app.route('/', createReportRoutes({ desk, frame }));
  app.get('/', (c) => c.redirect(`${frame.base}/accounts`, 303));
  return app;
}
