import { Hono } from 'hono';
import type { Account } from '../core/account.js';
import type { Upkeep } from '../core/upkeep.js';
import { jsonLines } from './json-lines.js';
import { outboxRoutes } from './outbox-routes.js';
import { replyRoutes } from './reply-routes.js';

const noReplies = 'No replies are read: the settings have no `acknowledgement`.';

/** What the routes of the upkeep need. */
export interface UpkeepRoutesParts {
  readonly upkeep: Upkeep;
  find(account: string): Account | undefined;
  noAccount(account: string): Response;
}

/**
 * The control routes by which an operator looks after what is kept: `POST /forget/ACCOUNT` (with `?force` also where
 * the provider cannot be told), `POST /rotate-key`, `POST /snapshot` (a line of JSON that says where it is, for as long
 * as the connection stands), `POST /round-trip/ACCOUNT` (a line of JSON a step), and what `outboxRoutes` and `replyRoutes` add.
 */
export function upkeepRoutes({ upkeep, find, noAccount }: UpkeepRoutesParts): Hono {
  const app = new Hono();

  app.post('/forget/:account', async (c) => {
    const account = find(c.req.param('account'));
    if (!account) return noAccount(c.req.param('account'));
    const { name, login } = account;
    if (login.grant === 'password')
      return c.json({ error: `Account ${name} has grant: password; there is nothing to forget.` }, 409);
    return c.json(await upkeep.forget(name, { force: c.req.query('force') !== undefined }));
  });

  app.post('/rotate-key', async (c) => c.json(await upkeep.rotateKey()));

  app.post('/snapshot', (c) => jsonLines(c.req.raw, upkeep.snapshot));
  app.post('/round-trip/:account', (c) => {
    const account = find(c.req.param('account'));
    if (!account) return noAccount(c.req.param('account'));
    const { roundTrip } = upkeep;
    if (!roundTrip || !account.smtp)
      return c.json({ error: roundTrip ? `Account ${account.name} has no smtp.` : noReplies }, 409);
    return jsonLines(c.req.raw, (signal) => roundTrip(account.name, signal));
  });

  app.route('/', outboxRoutes(upkeep));
  app.route('/', replyRoutes(upkeep.replies));

  return app;
}
