import { type Context, Hono } from 'hono';
import { z } from 'zod';
import type { Upkeep } from '../core/upkeep.js';
import { jsonLines } from './json-lines.js';
import { readBody } from './read-body.js';

const idsSchema = z.object({ ids: z.array(z.string()) });
/** A hundred thousand ids have 3 MB. */
const longestBody = 16_000_000;

/**
 * The control routes by which an operator looks at what waits and at what happened: `GET /outbox`, `POST
 * /outbox/details`, `POST /outbox/retry` and `POST /outbox/drop` (the ids in `{ "ids": [] }`), and `GET
 * /history?since=DATE` (a line of JSON an entry).
 */
export function outboxRoutes({ outbox, history }: Pick<Upkeep, 'outbox' | 'history'>): Hono {
  const app = new Hono();
  const withIds = async (c: Context, task: (ids: readonly string[]) => Promise<object>) => {
    const body = await readBody(c.req.raw, longestBody);
    const asked = idsSchema.safeParse(body && parseJson(new TextDecoder().decode(body)));
    return asked.success ? c.json(await task(asked.data.ids)) : c.json({ error: 'No ids were given.' }, 400);
  };

  app.get('/outbox', async (c) => c.json(await outbox.list()));
  app.post('/outbox/details', (c) => withIds(c, outbox.details));
  app.post('/outbox/retry', (c) => withIds(c, outbox.retry));
  app.post('/outbox/drop', (c) => withIds(c, outbox.drop));
  app.get('/history', (c) => {
    const since = new Date(c.req.query('since') ?? '');
    if (Number.isNaN(since.getTime())) return c.json({ error: 'Since when?' }, 400);
    return jsonLines(c.req.raw, () => history(since));
  });
  return app;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
