import { type Fixture, startFixture } from '../test/auth/fixture.js';
import { startTokenEndpoint, type TokenEndpoint } from '../test/helpers/token-endpoint.js';
import { median } from './median.js';

const dayMs = 86_400_000;
const lifetimeMs = 3_600_000;
/** A token is renewed so long before its end. */
const earlyMs = 300_000;
const sendsADay = 10_000;
const callers = 1_000;
const warmCalls = 2_000;
const warmRounds = 21;

/**
 * What the token manager costs: the token endpoint is real and on loopback, the store is on disk, and the day
 * passes by a clock of its own.
 */
export async function measureTokens(): Promise<Record<string, number>> {
  const endpoint = await startTokenEndpoint();
  const fixture = await startFixture({
    oauth: { authorizationUrl: 'https://login.example.com/authorize', tokenUrl: endpoint.url },
  });
  try {
    await signIn(fixture, endpoint);
    return {
      'token.warmMicros': await warmMicros(fixture),
      ...(await refreshesADay(fixture, endpoint)),
      'token.refreshes1000': await refreshesOfManyCallers(fixture, endpoint),
    };
  } finally {
    await fixture.close();
    await endpoint.close();
  }
}

async function signIn({ manager }: Fixture, endpoint: TokenEndpoint): Promise<void> {
  endpoint.answer({
    body: {
      access_token: 'access',
      refresh_token: 'refresh',
      token_type: 'Bearer',
      expires_in: lifetimeMs / 1_000,
    },
  });
  const url = new URL(await manager.authorizationUrl('alerts'));
  const callback = new URL(url.searchParams.get('redirect_uri') ?? '');
  callback.search = new URLSearchParams({
    code: 'code',
    state: url.searchParams.get('state') ?? '',
  }).toString();
  await manager.complete(callback.href);
}

/** Microseconds of one `getToken` while the token is good: the median over rounds of many calls. */
async function warmMicros({ manager }: Fixture): Promise<number> {
  const rounds: number[] = [];
  for (let round = 0; round < warmRounds; round += 1) {
    const startedAt = performance.now();
    for (let call = 0; call < warmCalls; call += 1) await manager.getToken('alerts');
    rounds.push(((performance.now() - startedAt) * 1_000) / warmCalls);
  }
  return median(rounds);
}

/** The refreshes of a day in which mail leaves all the time, and how many the life of the tokens asks for. */
async function refreshesADay(
  { manager, clock }: Fixture,
  endpoint: TokenEndpoint,
): Promise<Record<string, number>> {
  const before = endpoint.requests.length;
  const stopping = new AbortController();
  const running = manager.start(stopping.signal);
  for (let send = 0; send < sendsADay; send += 1) {
    await clock.forward(dayMs / sendsADay);
    await manager.getToken('alerts');
  }
  stopping.abort();
  await running;
  return {
    'token.refreshesDay': endpoint.requests.length - before,
    'token.refreshesDayNeeded': Math.floor(dayMs / (lifetimeMs - earlyMs)),
  };
}

/** The refreshes that so many cost who ask at once, when the token has run out. */
async function refreshesOfManyCallers({ restart, clock }: Fixture, endpoint: TokenEndpoint): Promise<number> {
  const manager = restart();
  await clock.forward(dayMs);
  const before = endpoint.requests.length;
  await Promise.all(Array.from({ length: callers }, () => manager.getToken('alerts')));
  return endpoint.requests.length - before;
}
