import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { describe, Fault } from '../core/fault.js';

/** What is known of the connection that a request came by. */
export interface Connection {
  /** The IP address at the other end, as the socket tells it. */
  readonly peer?: string;
}

/** A port that is open. */
export interface Listening {
  readonly port: number;
  /** Takes no new connections and ends in at most about two seconds, whoever hangs on. */
  close(): Promise<void>;
}

const graceMs = 2_000;

/**
 * Answers HTTP at `address` (HOST:PORT, IPv6 in brackets; port 0 for any that is free).
 *
 * Throws a `Fault` CONFIG_LISTEN when the port cannot be had.
 */
export async function listen(
  fetch: (request: Request, connection: Connection) => Promise<Response>,
  address: string,
): Promise<Listening> {
  const [, host = '', port = ''] = /^(.*):(\d+)$/.exec(address) ?? [];
  const answer = getRequestListener(
    (request, { incoming }) => {
      const peer = incoming.socket?.remoteAddress;
      return fetch(request, peer === undefined ? {} : { peer });
    },
    // A plugin leaves the globals of its host as they are.
    { overrideGlobalObjects: false },
  );
  const server = createServer(answer);
  const bound = await new Promise<AddressInfo | string | null>((resolve, reject) => {
    server.on('error', reject);
    server.listen(Number(port), host.replace(/^\[|\]$/g, ''), () => resolve(server.address()));
  }).catch((cause: unknown) => {
    throw listenFault(address, cause);
  });
  return {
    port: typeof bound === 'object' && bound ? bound.port : Number(port),
    close: () =>
      new Promise((resolve) => {
        // A connection that is answered while we close becomes idle only then.
        const idle = setInterval(() => server.closeIdleConnections(), 20);
        const cut = setTimeout(() => server.closeAllConnections(), graceMs);
        server.close(() => {
          clearInterval(idle);
          clearTimeout(cut);
          resolve();
        });
      }),
  };
}

function listenFault(address: string, cause: unknown): Fault {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  const words: Readonly<Record<string, string>> = {
    EADDRINUSE: 'another program has this port',
    EACCES: 'the user that Ackmail runs as may not open this port',
    EADDRNOTAVAIL: 'this machine does not have that address',
    ENOTFOUND: 'there is no such host name',
  };
  return new Fault('CONFIG_LISTEN', { address, detail: words[String(code)] ?? describe(cause) }, cause);
}
