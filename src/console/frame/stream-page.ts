import type { Context } from 'hono';
import type { HtmlEscapedString } from 'hono/utils/html';
import type { Log } from '../../core/host.js';
import type { ConsoleEnv } from '../console-env.js';
import type { PageParts } from './frame.js';

/**
 * Answers with a page whose middle is sent as it comes about. The signal that `begin` gets is aborted when nobody reads
 * any more, and when `stopping` is; `begin` answers whole pieces of HTML and tells of its own failures: one that throws
 * ends the page where it is, and what it threw is for the log alone.
 */
export async function streamPage(
  c: Context<ConsoleEnv>,
  parts: PageParts,
  { stopping, log }: { readonly stopping: AbortSignal; readonly log: Log },
  begin: (signal: AbortSignal) => AsyncIterable<HtmlEscapedString>,
): Promise<Response> {
  const ending = new AbortController();
  const pieces = whole(parts, begin(AbortSignal.any([ending.signal, stopping])), log);
  const encoder = new TextEncoder();
  const body = new ReadableStream({
    async pull(controller) {
      const { done, value } = await pieces.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    async cancel() {
      ending.abort();
      await pieces.return();
    },
  });
  // A proxy that collects what it hands on would make people wait for the end.
  return c.body(body, 200, { 'content-type': 'text/html; charset=utf-8', 'x-accel-buffering': 'no' });
}

async function* whole(
  { begin, end }: PageParts,
  pieces: AsyncIterable<HtmlEscapedString>,
  log: Log,
): AsyncGenerator<string, void> {
  yield begin;
  try {
    yield* pieces;
  } catch (thrown) {
    log.error({ err: thrown }, 'A page broke off while it was sent');
    yield '<p class="bad">Something went wrong here, and the page ends. Open it again.</p>';
  }
  yield end;
}
