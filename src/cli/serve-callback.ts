import { listen } from '../console/listen.js';
import { Fault } from '../core/fault.js';
import type { PluginInstance } from '../core/host.js';
import type { Settings } from '../core/settings.js';

/** The callback of a sign-in, answered by the command itself. */
export interface ServedCallback {
  /** Why the browser cannot come back here. */
  readonly problem?: { readonly problem: string };
  /** Ends, but not before a browser that has just signed in got its last page. */
  close(): Promise<void>;
}

const lastPageMs = 3_000;

/** Answers the sign-in, and nothing else, where the browser comes back to, as far as that is this machine. */
export async function serveCallback(
  instance: Pick<PluginInstance, 'fetch'>,
  redirectUri: string,
  http: Settings['http'],
): Promise<ServedCallback> {
  const { protocol, hostname, port } = new URL(redirectUri);
  const loopback = protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
  const address = loopback ? `${hostname === '[::1]' ? hostname : '127.0.0.1'}:${port || 80}` : http.listen;
  if (address === undefined) return { close: async () => {} };

  /** The page that a browser is on its way to. */
  let lastPage: Promise<void> | undefined;
  let shown = () => {};
  const answer = async (request: Request): Promise<Response> => {
    const { pathname } = new URL(request.url);
    if (!/\/(oauth|authorize)\//.test(pathname))
      return new Response('Ackmail does not run; somebody is signing in.\n', { status: 503 });
    const response = await instance.fetch(request);
    if (response.status === 303 && pathname.endsWith('/oauth/callback'))
      lastPage = new Promise((resolve) => {
        shown = resolve;
      });
    if (pathname.endsWith('/oauth/complete')) shown();
    return response;
  };
  try {
    const { close } = await listen(answer, address);
    return {
      async close() {
        if (lastPage)
          await Promise.race([lastPage, new Promise((resolve) => setTimeout(resolve, lastPageMs))]);
        await close();
      },
    };
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    return { problem: { problem: thrown.message }, close: async () => {} };
  }
}
