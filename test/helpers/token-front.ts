import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TokenReply } from './token-endpoint.js';

/** What happens in front of a token endpoint; everything may be left out. */
export interface TokenFrontOptions {
  /** Told of each request before it goes on; the request waits for it, and is answered by what it gives. */
  readonly onRequest?: (parameters: URLSearchParams) => Promise<TokenReply | undefined>;
  /** Told of each answer before it goes on, which waits for it. */
  readonly onAnswer?: (parameters: URLSearchParams, body: unknown) => Promise<void>;
}

/** Stands in front of the token endpoint of a real authorization server, for what that cannot be made to do. */
export async function startTokenFront(
  tokenEndpoint: string,
  options: TokenFrontOptions,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const parameters = new URLSearchParams(text);
    let reply = await options.onRequest?.(parameters);
    if (!reply) {
      const answer = await fetch(tokenEndpoint, { method: 'POST', body: parameters });
      reply = { status: answer.status, body: await answer.json() };
      await options.onAnswer?.(parameters, reply.body);
    }
    response.writeHead(reply.status ?? 200, { 'content-type': 'application/json', ...reply.headers });
    response.end(typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
