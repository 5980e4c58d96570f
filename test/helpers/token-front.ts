import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TestCertificate } from './certificate.js';
import type { TokenReply } from './token-endpoint.js';

/** What happens in front of a token endpoint; everything may be left out. */
export interface TokenFrontOptions {
  /** Told of each request before it goes on; the request waits for it, and is answered by what it gives. */
  readonly onRequest?: (parameters: URLSearchParams) => Promise<TokenReply | undefined>;
  /** Told of each answer before it goes on, which waits for it. */
  readonly onAnswer?: (parameters: URLSearchParams, body: unknown) => Promise<void>;
  /** TLS from the first byte. */
  readonly tls?: TestCertificate;
  /** 127.0.0.1 unless told. */
  readonly host?: string;
}

/** A token endpoint in front of another one. */
export interface TokenFront {
  readonly url: string;
  /** The addresses that requests came from. */
  readonly from: ReadonlySet<string>;
  close(): Promise<void>;
}

/** Stands in front of the token endpoint of a real authorization server, for what that cannot be made to do. */
export async function startTokenFront(
  tokenEndpoint: string,
  options: TokenFrontOptions,
): Promise<TokenFront> {
  const { host = '127.0.0.1', tls } = options;
  const from = new Set<string>();
  const listener = async (request: IncomingMessage, response: ServerResponse) => {
    from.add(request.socket.remoteAddress ?? '');
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
  };
  const server = tls ? createTlsServer({ ...tls }, listener) : createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return {
    from,
    url: `${tls ? 'https' : 'http'}://${host}:${(server.address() as AddressInfo).port}/token`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
