import { Hono } from 'hono';
import type { ConsoleDesk } from '../../core/console-desk.js';
import type { ConsoleEnv } from '../console-env.js';
import type { Frame } from '../frame/frame.js';
import { AccountFacts } from './account-facts.js';

/** The pages of the mail accounts. */
export function createAccountRoutes(parts: {
  readonly desk: ConsoleDesk;
  readonly frame: Frame;
}): Hono<ConsoleEnv> {
  const { desk, frame } = parts;
  const routes = new Hono<ConsoleEnv>();

  routes.get('/accounts', async (c) => {
    const { accounts } = await desk.status();
    const children = accounts.map((account) => (
      <section class="card" aria-label={account.account}>
        <h2>{account.account}</h2>
        <AccountFacts account={account} desk={desk} />
      </section>
    ));
    return c.html(frame.page(c, { title: 'Accounts', section: 'accounts', children }));
  });

  return routes;
}
