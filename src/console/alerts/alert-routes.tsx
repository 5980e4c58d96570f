import { type Context, Hono } from 'hono';
import type { ConsoleDesk } from '../../core/console-desk.js';
import { Fault } from '../../core/fault.js';
import { readForm } from '../access/read-form.js';
import type { ConsoleEnv } from '../console-env.js';
import type { Frame } from '../frame/frame.js';
import { AlertList } from './alert-list.js';
import { createAlertPage, type NotDone } from './alert-page.js';
import { alertQuery } from './alert-query.js';
import { outcomeWords } from './outcome-words.js';
import { readSaid } from './read-said.js';

const perPage = 50;
const takenSince =
  'Not done: somebody else has acknowledged since this page was opened. Nothing of what you typed is lost: send it again to take it over.';

/** What a form came to: the word for the next address, or why it could not be done. */
type Came = { readonly done: string } | NotDone;

/** The pages of the alerts: the list, one alert with its thread, and the forms in which people say something of them. */
export function createAlertRoutes(parts: {
  readonly desk: ConsoleDesk;
  readonly frame: Frame;
}): Hono<ConsoleEnv> {
  const { desk, frame } = parts;
  const { base } = frame;
  const routes = new Hono<ConsoleEnv>();
  const showAlert = createAlertPage(parts);

  async function showList(c: Context<ConsoleEnv>, failed?: NotDone) {
    const listed = alertQuery.of(c);
    const { status, text, page } = listed;
    const asked = { text, from: (page - 1) * perPage, count: perPage, ...(status ? { status } : {}) };
    const found = await desk.alerts.find(asked);
    const last = Math.ceil(found.total / perPage);
    if (page > 1 && page > last)
      return c.redirect(`${base}/alerts${alertQuery.write({ ...listed, page: last })}`, 303);
    const told = await desk.alerts.told(found.alerts.map(({ id }) => id));
    const { formToken } = c.var.visitor;
    const done = outcomeWords.read(new URL(c.req.url).searchParams.get('done'));
    const children = (
      <>
        {done && <p role="status">{done}</p>}
        {failed && (
          <p class="bad" role="alert">
            {failed.problem}
          </p>
        )}
        <AlertList
          {...{ desk, base, listed, perPage, found, told, formToken }}
          {...(failed ? { typed: failed.typed } : {})}
        />
      </>
    );
    return c.html(frame.page(c, { title: 'Alerts', section: 'alerts', children }), failed?.status ?? 200);
  }

  async function take(c: Context<ConsoleEnv>, alertId?: string): Promise<Came> {
    const form = (await readForm(c)) ?? new URLSearchParams();
    if (alertId !== undefined) form.set('alert', alertId);
    const read = readSaid(form, c.var.visitor.name);
    if ('problem' in read) return { ...read, status: 400 };
    try {
      const outcome = await desk.alerts.say(read.said);
      if (outcome === 'taken-since') return { problem: takenSince, status: 409, typed: read.typed };
      return { done: outcomeWords.write(read.said.kind, outcome) };
    } catch (thrown) {
      if (!(thrown instanceof Fault)) throw thrown;
      const problem = `Not known to be done. ${thrown.message} It may be done all the same, so look at the alert again in a moment. Nothing of what you typed is lost: send it again, which counts once, or acknowledge in the monitor itself.`;
      return { problem, status: 503, typed: read.typed };
    }
  }

  routes.get('/alerts', (c) => showList(c));
  routes.post('/alerts/say', async (c) => {
    const came = await take(c);
    if ('problem' in came) return showList(c, came);
    return c.redirect(`${base}/alerts${alertQuery.write(alertQuery.of(c), { done: came.done })}`, 303);
  });
  routes.get('/alerts/:id', (c) => showAlert(c, c.req.param('id')));
  routes.post('/alerts/:id/say', async (c) => {
    const id = c.req.param('id');
    const came = await take(c, id);
    if ('problem' in came) return showAlert(c, id, came);
    return c.redirect(`${base}/alerts/${encodeURIComponent(id)}?done=${came.done}`, 303);
  });
  return routes;
}
