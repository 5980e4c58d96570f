import { Hono } from 'hono';
import type { ReplyDesk } from '../core/judged-reply.js';
import { jsonLines } from './json-lines.js';
import { readBody } from './read-body.js';

const longestMail = 1_048_576;
const mostAlerts = 1_000;

/**
 * The control routes by which an operator asks about replies, without changing anything: `POST /replies/explain?alerts=N`
 * (the body is a raw mail) and `GET /replies?since=DATE` (a line of JSON a reply, the newest first). `desk` is absent
 * where no replies are read.
 */
export function replyRoutes(desk: ReplyDesk | undefined): Hono {
  const app = new Hono();
  const none = () =>
    Response.json({ error: 'No replies are read: the settings have no `acknowledgement`.' }, { status: 409 });

  app.post('/replies/explain', async (c) => {
    if (!desk) return none();
    const alerts = Number(c.req.query('alerts') ?? 1);
    if (!Number.isInteger(alerts) || alerts < 1 || alerts > mostAlerts)
      return c.json({ error: 'How many alerts?' }, 400);
    const body = await readBody(c.req.raw, longestMail);
    if (!body) return c.json({ error: 'That mail is too long.' }, 413);
    return c.json(await desk.explain(Buffer.from(body), alerts));
  });
  app.get('/replies', (c) => {
    if (!desk) return none();
    const since = new Date(c.req.query('since') ?? '');
    if (Number.isNaN(since.getTime())) return c.json({ error: 'Since when?' }, 400);
    return jsonLines(c.req.raw, () => desk.list(since));
  });
  return app;
}
