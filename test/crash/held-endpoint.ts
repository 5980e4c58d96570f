import { startTokenFront } from '../helpers/token-front.js';

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
  const arrive = async (moment: ServerMoment) => {
    if (hold?.moment !== moment) return;
    const { come } = hold;
    hold = undefined;
    await new Promise<void>((resolve) => come(resolve));
  };
  const isRefresh = (parameters: URLSearchParams) => parameters.get('grant_type') === 'refresh_token';
  const front = await startTokenFront(tokenEndpoint, {
    async onRequest(parameters) {
      if (!isRefresh(parameters)) return undefined;
      refreshes += 1;
      await arrive('the request is here');
      const isLost = lost.has(parameters.get('refresh_token') ?? '');
      return isLost ? { status: 400, body: { error: 'invalid_grant' } } : undefined;
    },
    // biome-ignore lint/suspicious/noExplicitAny: what a real server answers
    async onAnswer(parameters, { access_token: accessToken, refresh_token: refreshToken }: any) {
      if (accessToken) given.push({ accessToken, refreshToken });
      if (isRefresh(parameters)) await arrive('the answer is on its way');
    },
  });
  return {
    url: front.url,
    given,
    refreshes: () => refreshes,
    holdAt: (moment) =>
      new Promise((come) => {
        hold = { moment, come };
      }),
    lose: (refreshToken) => void lost.add(refreshToken),
    close: front.close,
  };
}
