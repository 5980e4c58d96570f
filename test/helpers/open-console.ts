import { socketFetch } from '../../src/cli/socket-fetch.js';
import { controlSocketPath } from '../../src/store/control-socket-path.js';

/** A person who is signed in at the console, with a browser that runs no scripts and follows no redirects. */
export interface ConsoleVisit {
  /** Where the console is, without a slash at its end. */
  readonly origin: string;
  readonly cookie: string;
  get(path: string, init?: RequestInit): Promise<Response>;
  /** Sends a form, with the token that the pages of this visit carry unless `token` is given. */
  post(path: string, form?: Readonly<Record<string, string>>): Promise<Response>;
}

/** Asks the running Ackmail of a data directory for the link that signs somebody in, as `ackmail console` does. */
export async function consoleLink(dataDir: string, name: string): Promise<string> {
  const ask = socketFetch(await controlSocketPath(dataDir));
  const answer = await ask(`/console-link/${encodeURIComponent(name)}`, { method: 'POST' });
  const { url } = (await answer.json()) as { url: string };
  return url;
}

/** Signs somebody in at the console of the running Ackmail of a data directory. */
export async function openConsole(dataDir: string, name = 'ops@example.com'): Promise<ConsoleVisit> {
  const url = await consoleLink(dataDir, name);
  const answer = await fetch(url, { redirect: 'manual', method: 'POST' });
  const cookie = answer.headers.getSetCookie().map((field) => field.split(';', 1)[0]);
  const visit: ConsoleVisit = {
    origin: url.replace(/\/sign-in\/.*/, ''),
    cookie: cookie.join('; '),
    get: (path, init = {}) =>
      fetch(`${visit.origin}${path}`, {
        redirect: 'manual',
        ...init,
        headers: { cookie: visit.cookie, ...Object.fromEntries(new Headers(init.headers)) },
      }),
    async post(path, form = {}) {
      const token = form['token'] ?? (await formToken(visit));
      return visit.get(path, { method: 'POST', body: new URLSearchParams({ ...form, token }) });
    },
  };
  return visit;
}

async function formToken({ get }: ConsoleVisit): Promise<string> {
  const page = await (await get('/accounts')).text();
  return /name="token" value="([^"]+)"/.exec(page)?.[1] ?? '';
}
