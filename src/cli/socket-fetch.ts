import { request as httpRequest } from 'node:http';
import type { Readable } from 'node:stream';

/** Makes one HTTP request over a local socket (or a named pipe on Windows). */
export function socketFetch(socketPath: string): (request: Request) => Promise<Response> {
  return async (request) => {
    const { pathname, search } = new URL(request.url);
    const body = await request.text();
    return new Promise((resolve, reject) => {
      const sent = httpRequest(
        {
          socketPath,
          path: pathname + search,
          method: request.method,
          headers: { host: 'localhost', connection: 'close', 'content-length': Buffer.byteLength(body) },
          signal: request.signal,
        },
        (answer) => {
          const { statusCode = 500 } = answer;
          resolve(new Response(streamOf(answer), { status: statusCode }));
        },
      );
      sent.on('error', reject);
      sent.end(body);
    });
  };
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
