import { isLoopback } from '../core/is-loopback.js';

/** What is known of the connection that a request came by. */
export interface Connection {
  /** The IP address at the other end, as the socket tells it. */
  readonly peer?: string;
}

/**
 * From where a request was made: `local` by a program on this machine, `known` by an address that we are
 * known by, `unknown` by any other (DNS rebinding, or a name nobody told us of).
 */
export type RequestOrigin = 'local' | 'known' | 'unknown';

/** The addresses that we are known by besides localhost. */
export interface KnownAddresses {
  readonly publicUrl?: string;
  /** HOST:PORT. */
  readonly listen?: string;
}

const loopbackNames: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);
const proxyFields = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'];

/**
 * Tells where requests come from, by their Host, by the header fields that proxies leave, and by the peer.
 *
 * A request is `local` only when its peer is known to be on this machine and nothing else speaks against it; in
 * a host that mounts us the peer is not known. A reverse proxy on the same machine that changes
 * Host to localhost and adds no header field of its own cannot be told from a local program: a proxy should
 * hand on the Host that it was asked for.
 */
export function createRequestOrigin({ publicUrl, listen }: KnownAddresses) {
  const publicName = publicUrl === undefined ? undefined : new URL(publicUrl).hostname;
  const listenName = listen === undefined ? undefined : hostnameOf(listen);
  return (request: Request, connection: Connection = {}): RequestOrigin => {
    const name = hostnameOf(request.headers.get('host') ?? new URL(request.url).host);
    if (name === undefined) return 'unknown';
    const loopback = loopbackNames.has(name);
    if (!loopback && name !== listenName && name !== publicName) return 'unknown';
    const byPublicName = !loopback && name === publicName;
    const proxied = proxyFields.some((field) => request.headers.has(field));
    const fromHere = connection.peer !== undefined && isLoopback(connection.peer.replace(/^::ffff:/, ''));
    return fromHere && !byPublicName && !proxied ? 'local' : 'known';
  };
}

function hostnameOf(host: string): string | undefined {
  if (!/^[A-Za-z0-9.:[\]_-]+$/.test(host)) return undefined;
  try {
    return new URL(`http://${host}`).hostname;
  } catch {
    return undefined;
  }
}
