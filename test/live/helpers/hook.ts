import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A web server that takes what a webhook action tells. */
export interface Hook {
  readonly url: string;
  /** The bodies that were taken, oldest first. */
  readonly bodies: readonly string[];
  /** The addresses that they came from. */
  readonly from: ReadonlySet<string>;
  close(): Promise<void>;
}

/** Starts one at a free port of `host`. */
export async function startHook(host = '127.0.0.1'): Promise<Hook> {
  const bodies: string[] = [];
  const from = new Set<string>();
  const server = createServer(async (request, response) => {
    from.add(request.socket.remoteAddress ?? '');
    let body = '';
    for await (const chunk of request) body += chunk;
    bodies.push(body);
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}/`,
    bodies,
    from,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
