import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerOptions,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TestCertificate } from './certificate.js';

/** One answer of the token endpoint; what is left out is what a good server says. */
export interface TokenReply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON, a text as it is, as HTML. */
  readonly body?: unknown;
  /** Answers only when this is over; never, when it is `forever`. */
  readonly wait?: Promise<unknown> | 'forever';
}

/** What was asked of the token endpoint. */
export interface TokenRequest {
  readonly parameters: Readonly<Record<string, string>>;
  readonly headers: IncomingHttpHeaders;
}

/** A token endpoint that says what it is told to: for what no real authorization server can be made to do. */
export interface TokenEndpoint {
  readonly url: string;
  readonly requests: readonly TokenRequest[];
  /** The answers to come; the last one is given again and again. */
  answer(...replies: readonly TokenReply[]): void;
  close(): Promise<void>;
}

/** Starts a scripted token endpoint on loopback, with TLS where a certificate is given. */
export async function startTokenEndpoint(certificate?: TestCertificate): Promise<TokenEndpoint> {
  let replies: readonly TokenReply[] = [{ body: { access_token: 'access', token_type: 'Bearer' } }];
  const requests: TokenRequest[] = [];
  const listener = async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const parameters = Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString()));
    requests.push({ parameters, headers: request.headers });
    const [reply = {}, ...rest] = replies;
    if (rest.length > 0) replies = rest;
    if (reply.wait === 'forever') return;
    await reply.wait;
    const json = typeof reply.body !== 'string';
    response.writeHead(reply.status ?? 200, {
      'content-type': json ? 'application/json; charset=utf-8' : 'text/html',
      ...reply.headers,
    });
    response.end(json ? JSON.stringify(reply.body) : reply.body);
  };
  const options: ServerOptions = { keepAliveTimeout: 5_000 };
  const server = certificate
    ? createTlsServer({ ...options, ...certificate }, listener)
    : createServer(options, listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${certificate ? 'https' : 'http'}://127.0.0.1:${port}/token?tenant=a`,
    requests,
    answer(...next) {
      replies = next;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** An id_token with these claims; nobody looks at its signature, since TLS vouches for it. */
export function idToken(claims: Readonly<Record<string, unknown>>): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'RS256' })}.${part(claims)}.${Buffer.from('signature').toString('base64url')}`;
}
