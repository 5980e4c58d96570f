import { request as httpRequest } from 'node:http';
import type { Readable } from 'node:stream';

/** What may be asked over a socket: a path, with a method (GET unless told) and a body. */
export type SocketFetch = (path: string, init?: SocketRequest) => Promise<Response>;

/** One request; `signal` breaks it off, and the reading of its answer. */
export interface SocketRequest {
  readonly method?: 'GET' | 'POST';
  readonly body?: string | Buffer;
  readonly signal?: AbortSignal;
}

/**
 * Makes one HTTP request over a local socket (or a named pipe on Windows).
 *
 * It takes no `Request`: the signal of one no longer hears the signal that it was made with once Node has tidied memory.
 */
export function socketFetch(socketPath: string): SocketFetch {
  return (path, { method = 'GET', body = '', signal } = {}) =>
    new Promise((resolve, reject) => {
      const headers = { host: 'localhost', connection: 'close', 'content-length': Buffer.byteLength(body) };
      const sent = httpRequest(
        { socketPath, path, method, headers, ...(signal ? { signal } : {}) },
        (answer) => {
          const { statusCode = 500 } = answer;
          resolve(new Response(streamOf(answer), { status: statusCode }));
        },
      );
      sent.on('error', reject);
      sent.end(body);
    });
}

function streamOf(answer: Readable): ReadableStream<Uint8Array> {
  const chunks = answer[Symbol.asyncIterator]();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await chunks.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel() {
      answer.destroy();
    },
  });
}
