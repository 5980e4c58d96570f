import type { Context } from 'hono';
import type { ConsoleDesk } from '../../core/console-desk.js';
import type { HistoryEntry } from '../../core/store.js';
import type { ConsoleEnv } from '../console-env.js';
import type { Frame } from '../frame/frame.js';
import { Pager } from '../frame/pager.js';
import { readPage } from '../frame/read-page.js';
import { AlertFacts } from './alert-facts.js';
import { AlertThread, type ThreadMails } from './alert-thread.js';
import { outcomeWords } from './outcome-words.js';
import type { Typed } from './read-said.js';
import { SayForm } from './say-form.js';

/** What a form came to that could not be done. */
export interface NotDone {
  readonly problem: string;
  readonly status: 400 | 409 | 503;
  readonly typed: Typed;
}

const perPage = 100;

/** Makes the page of one alert: what is known of it, what may be said of it, and what happened to it. */
export function createAlertPage({ desk, frame }: { readonly desk: ConsoleDesk; readonly frame: Frame }) {
  const { base } = frame;

  async function mailsOf(entries: readonly HistoryEntry[]): Promise<ThreadMails> {
    const ids = new Set(entries.flatMap(({ kind, mail }) => (kind === 'sent' ? [String(mail)] : [])));
    const read = async (id: string) => [id, (await desk.alerts.recipients(id)) ?? {}] as const;
    return new Map(await Promise.all([...ids].map(read)));
  }

  async function threadOf(c: Context<ConsoleEnv>, id: string, trail: readonly HistoryEntry[]) {
    const last = Math.max(1, Math.ceil(trail.length / perPage));
    const page = Math.min(last, readPage(c.req.query('page') ?? String(last)));
    const entries = trail.slice((page - 1) * perPage, page * perPage);
    const firedAt =
      trail.find(({ kind }) => kind === 'fired')?.at ?? desk.alerts.get(id)?.startsAt ?? new Date(0);
    return (
      <section class="card">
        <h2>What happened</h2>
        {entries.length === 0 && <p>Nothing is on record yet.</p>}
        <AlertThread {...{ entries, mails: await mailsOf(entries), firedAt, desk }} />
        <Pager {...{ page, perPage, total: trail.length }} href={(to) => `${base}/alerts/${id}?page=${to}`} />
      </section>
    );
  }

  return async (c: Context<ConsoleEnv>, id: string, failed?: NotDone) => {
    const alert = /^[a-z0-9]{1,64}$/.test(id) ? desk.alerts.get(id) : undefined;
    const trail = /^[a-z0-9]{8,64}$/.test(id) ? await desk.alerts.trail(id) : [];
    if (!alert && trail.length === 0) return c.html(frame.page(c, nothing(base)), 404);
    const thread = await threadOf(c, id, trail);
    const done = outcomeWords.read(c.req.query('done') ?? null);
    const { visitor } = c.var;
    const children = (
      <>
        {done && <p role="status">{done}</p>}
        {failed && (
          <p class="bad" role="alert">
            {failed.problem}
          </p>
        )}
        {alert ? (
          <>
            <AlertFacts {...{ alert, desk }} />
            <SayForm {...{ alert, base, visitor, longestMs: desk.alerts.longestMs, typed: failed?.typed }} />
          </>
        ) : (
          <p>This alert is over and no longer on record; the history still tells what happened.</p>
        )}
        {thread}
      </>
    );
    const named = trail.find(({ name }) => name !== undefined)?.['name'];
    const title = alert ? desk.alerts.nameOf(alert) : String(named ?? id);
    return c.html(frame.page(c, { title, section: 'alerts', children }), failed?.status ?? 200);
  };
}

function nothing(base: string) {
  const children = (
    <p>
      Neither is it on record nor does the history tell of it. <a href={`${base}/alerts`}>All alerts</a>
    </p>
  );
  return { title: 'There is no such alert', section: 'alerts' as const, children };
}
