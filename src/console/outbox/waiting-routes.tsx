import { randomBytes } from 'node:crypto';
import { type Context, Hono } from 'hono';
import type { ConsoleDesk } from '../../core/console-desk.js';
import { readForm } from '../access/read-form.js';
import type { ConsoleEnv } from '../console-env.js';
import type { Frame } from '../frame/frame.js';
import { doneWords } from './done-words.js';
import { DropQuestion } from './drop-question.js';
import { listedWaiting } from './listed-waiting.js';
import { OutboxChoices } from './outbox-choices.js';
import { OutboxEvent } from './outbox-event.js';
import { OutboxList } from './outbox-list.js';
import { outboxQuery } from './outbox-query.js';

const perPage = 50;
const mostQuestions = 50;

/** The pages of the outbox: what waits, one event of it, and the question before something is dropped. */
export function createWaitingRoutes(parts: {
  readonly desk: ConsoleDesk;
  readonly frame: Frame;
}): Hono<ConsoleEnv> {
  const { desk, frame } = parts;
  const { base } = frame;
  const routes = new Hono<ConsoleEnv>();
  /** What somebody was asked about, so that nothing is dropped which came after. */
  const questions = new Map<string, readonly string[]>();

  const ask = (ids: readonly string[]) => {
    const key = randomBytes(16).toString('hex');
    questions.set(key, ids);
    const [oldest] = questions.keys();
    if (questions.size > mostQuestions && oldest !== undefined) questions.delete(oldest);
    return key;
  };
  const page = (c: Context<ConsoleEnv>, title: string, children: Parameters<Frame['page']>[1]['children']) =>
    frame.page(c, { title, section: 'outbox', children });
  const notThere = (c: Context<ConsoleEnv>) =>
    c.html(
      page(
        c,
        'It waits no more',
        <p>
          It was told or dropped meanwhile, or Ackmail was started anew.{' '}
          <a href={`${base}/outbox`}>What waits now</a>
        </p>,
      ),
      404,
    );

  async function showList(c: Context<ConsoleEnv>, problem?: string) {
    const listed = outboxQuery.of(c);
    const all = await desk.outbox.list();
    const chosen = listedWaiting(all, listed, desk.now());
    const total = chosen.length;
    const last = Math.max(1, Math.ceil(total / perPage));
    if (listed.page > last)
      return c.redirect(`${base}/outbox${outboxQuery.write({ ...listed, page: last })}`, 303);
    const events = chosen.slice((listed.page - 1) * perPage, listed.page * perPage);
    const read = await desk.outbox.details(events.map(({ id }) => id));
    const details = new Map(read.map((detail) => [detail.id, detail]));
    const { formToken } = c.var.visitor;
    const done = doneWords.read(new URL(c.req.url).searchParams);
    const children = (
      <>
        {done && <p role="status">{done}</p>}
        {problem && (
          <p class="bad" role="alert">
            {problem}
          </p>
        )}
        {all.length > 0 && <OutboxChoices {...{ base, listed, all, now: desk.now() }} />}
        {total === 0 ? (
          <p>{all.length === 0 ? 'Nothing waits: everything was told.' : 'Of that nothing waits.'}</p>
        ) : (
          <OutboxList {...{ desk, base, listed, events, details, total, perPage, formToken }} />
        )}
      </>
    );
    return c.html(page(c, 'Outbox', children), problem === undefined ? 200 : 400);
  }

  routes.get('/outbox', (c) => showList(c));

  routes.post('/outbox/do', async (c) => {
    const form = (await readForm(c)) ?? new URLSearchParams();
    const [what, isAll] = (form.get('do') ?? '').split('-');
    const listed = outboxQuery.of(c);
    const ids = isAll
      ? listedWaiting(await desk.outbox.list(), listed, desk.now()).map(({ id }) => id)
      : [...new Set(form.getAll('id'))];
    if (ids.length === 0) return showList(c, 'Nothing was selected: tick what you mean.');
    if (what === 'drop') return c.redirect(`${base}/outbox/drop/${ask(ids)}`, 303);
    if (what !== 'retry') return showList(c, 'The form was not whole. Open the page again.');
    const done = doneWords.write('retried', await desk.outbox.retry(ids));
    return c.redirect(`${base}/outbox${outboxQuery.write(listed, done)}`, 303);
  });

  routes.get('/outbox/drop/:key', async (c) => {
    const key = c.req.param('key');
    const ids = questions.get(key);
    if (!ids) return notThere(c);
    const details = await desk.outbox.details(ids.slice(0, perPage));
    const { formToken } = c.var.visitor;
    const action = `${base}/outbox/drop/${key}`;
    const children = <DropQuestion {...{ desk, base, action, count: ids.length, details, formToken }} />;
    return c.html(page(c, ids.length === 1 ? 'Drop it?' : `Drop ${ids.length} events?`, children));
  });
  routes.post('/outbox/drop/:key', async (c) => {
    const key = c.req.param('key');
    const ids = questions.get(key);
    if (!ids) return notThere(c);
    questions.delete(key);
    const done = doneWords.write('dropped', await desk.outbox.drop(ids));
    return c.redirect(`${base}/outbox${outboxQuery.write({ page: 1 }, done)}`, 303);
  });

  routes.get('/outbox/:id', async (c) => {
    const id = c.req.param('id');
    const event = (await desk.outbox.list()).find((each) => each.id === id);
    if (!event) return notThere(c);
    const [detail] = await desk.outbox.details([id]);
    const { formToken } = c.var.visitor;
    return c.html(page(c, 'In the outbox', <OutboxEvent {...{ desk, base, event, detail, formToken }} />));
  });
  return routes;
}
