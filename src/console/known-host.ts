/** The addresses that we are known by besides localhost. */
export interface KnownAddresses {
  readonly publicUrl?: string;
  /** HOST:PORT. */
  readonly listen?: string;
}

const loopbackNames: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Tells whether a request is for a Host that we are known by: localhost, the address that we listen on, or the host of
 * `publicUrl`. Any other is a name that somebody else made lead here (DNS rebinding), or that nobody told us of.
 */
export function createKnownHost({ publicUrl, listen }: KnownAddresses): (request: Request) => boolean {
  const own = [
    publicUrl === undefined ? undefined : new URL(publicUrl).hostname,
    listen === undefined ? undefined : hostnameOf(listen),
  ];
  return (request) => {
    const name = hostnameOf(request.headers.get('host') ?? new URL(request.url).host);
    return name !== undefined && (loopbackNames.has(name) || own.includes(name));
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
