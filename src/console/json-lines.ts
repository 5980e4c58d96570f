import { describe, Fault } from '../core/fault.js';

/**
 * Answers a request with what happens, a line of JSON each, as it happens. The signal that `begin` gets is aborted when
 * nobody reads any more. What goes wrong is the last line.
 */
export function jsonLines(
  request: Request,
  begin: (signal: AbortSignal) => AsyncIterable<unknown>,
): Response {
  const ending = new AbortController();
  const items = begin(AbortSignal.any([ending.signal, request.signal]));
  const iterator = items[Symbol.asyncIterator]();
  const encoder = new TextEncoder();
  const line = (value: unknown) => encoder.encode(`${JSON.stringify(value)}\n`);
  const body = new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await iterator.next();
        if (done) controller.close();
        else controller.enqueue(line(value));
      } catch (thrown) {
        const { code, facts } = thrown instanceof Fault ? thrown : { code: undefined, facts: {} };
        controller.enqueue(line(code ? { fault: { code, facts } } : { error: describe(thrown) }));
        controller.close();
      }
    },
    async cancel() {
      ending.abort();
      await iterator.return?.();
    },
  });
  return new Response(body, { headers: { 'content-type': 'application/x-ndjson' } });
}
