import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The moments of a refresh that are the server's. */
export type ServerMoment = 'the request is here' | 'the answer is on its way';

/** Refresh tokens and access tokens that belong together, as they were given. */
export interface GivenTokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}

/** A token endpoint in front of that of a real authorization server, which can be made to stand still. */
export interface HeldEndpoint {
  readonly url: string;
  /** The tokens that the server gave, whether they arrived or not. */
  readonly given: readonly GivenTokens[];
  /** How many refreshes were asked for. */
  refreshes(): number;
  /** At that moment of the next refresh nothing goes on; resolves when it has come, with a way to go on. */
  holdAt(moment: ServerMoment): Promise<() => void>;
  /** The server has lost this refresh token, as after a restore of what it had before. */
  lose(refreshToken: string): void;
  close(): Promise<void>;
}

/** Starts the endpoint on loopback. */
export async function startHeldEndpoint(tokenEndpoint: string): Promise<HeldEndpoint> {
  const given: GivenTokens[] = [];
  const lost = new Set<string>();
  let refreshes = 0;
  let hold: { readonly moment: ServerMoment; readonly come: (goOn: () => void) => void } | undefined;
  const arrive = (moment: ServerMoment) => {
    if (hold?.moment !== moment) return undefined;
    const { come } = hold;
    hold = undefined;
    return new Promise<void>((resolve) => come(resolve));
  };
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const parameters = new URLSearchParams(body);
    const isRefresh = parameters.get('grant_type') === 'refresh_token';
    if (isRefresh) refreshes += 1;
    if (isRefresh) await arrive('the request is here');
    response.setHeader('content-type', 'application/json');
    if (lost.has(parameters.get('refresh_token') ?? '')) {
      response.writeHead(400).end(JSON.stringify({ error: 'invalid_grant' }));
      return;
    }
    const answer = await fetch(tokenEndpoint, { method: 'POST', body: parameters });
    const text = await answer.text();
    if (answer.ok) {
      const { access_token: accessToken, refresh_token: refreshToken } = JSON.parse(text);
      given.push({ accessToken, refreshToken });
    }
    if (isRefresh) await arrive('the answer is on its way');
    response.writeHead(answer.status).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`,
    given,
    refreshes: () => refreshes,
    holdAt: (moment) =>
      new Promise((come) => {
        hold = { moment, come };
      }),
    lose: (refreshToken) => void lost.add(refreshToken),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
