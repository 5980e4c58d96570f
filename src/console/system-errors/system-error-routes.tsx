import { Hono } from 'hono';
import type { ConsoleDesk } from '../../core/console-desk.js';
import type { ConsoleEnv } from '../console-env.js';
import type { Frame } from '../frame/frame.js';
import { Pager } from '../frame/pager.js';
import { readPastDays } from '../frame/past-days.js';
import { PastDaysLinks } from '../frame/past-days-links.js';
import { readPage } from '../frame/read-page.js';
import { PastErrors } from './past-errors.js';
import { StandingError } from './standing-error.js';

const perPage = 100;
const dayCount = 7;

/** The page of the system errors: those that stand, and those that were raised and cleared in some days. */
export function createSystemErrorRoutes(parts: {
  readonly desk: ConsoleDesk;
  readonly frame: Frame;
}): Hono<ConsoleEnv> {
  const { desk, frame } = parts;
  const routes = new Hono<ConsoleEnv>();

  routes.get('/system-errors', async (c) => {
    const days = readPastDays(c.req.query('before'), desk.now(), dayCount);
    const past = await desk.pastErrors(days.from, days.until);
    const standing = desk.systemErrors();
    const page = Math.min(readPage(c.req.query('page')), Math.max(1, Math.ceil(past.length / perPage)));
    const errors = past.slice((page - 1) * perPage, page * perPage);
    const href = (day: string | undefined, to = 1) => {
      const query = new URLSearchParams({
        ...(day === undefined ? {} : { before: day }),
        ...(to > 1 ? { page: String(to) } : {}),
      }).toString();
      return `${frame.base}/system-errors${query === '' ? '' : `?${query}`}`;
    };
    const before = days.isLast ? undefined : c.req.query('before');
    const children = (
      <>
        {standing.length === 0 && <p>None stands: nothing is in the way of telling people.</p>}
        {standing.map((error) => (
          <StandingError {...{ error, desk }} />
        ))}
        <section class="card">
          <h2>
            {before === undefined ? `The last ${dayCount} days` : `The ${dayCount} days before ${before}`}
          </h2>
          {errors.length === 0 ? <p>None was raised or cleared.</p> : <PastErrors {...{ errors, desk }} />}
          <Pager {...{ page, perPage, total: past.length }} href={(to) => href(before, to)} />
          <PastDaysLinks days={days} href={(day) => href(day)} />
        </section>
      </>
    );
    return c.html(
      frame.page(c, { title: 'System errors', section: 'system-errors', hasTroubles: true, children }),
    );
  });
  return routes;
}
