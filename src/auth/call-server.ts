import { allowInsecureRequests, type ClientAuth, customFetch } from 'oauth4webapi';
import { timeLimit } from '../core/time-limit.js';
import { clientProof } from './client-proof.js';
import { readRefusal } from './read-refusal.js';
import { readText } from './read-text.js';
import { classifyRefusal, type Refusal } from './refusals.js';
import type { TokenClientSetup } from './token-client.js';

/** A good answer of an authorization server, parsed as far as it is JSON, or why there is none. */
export type Answer =
  | { readonly ok: true; readonly body: unknown }
  | { readonly ok: false; readonly refusal: Refusal };

/** What every call of oauth4webapi is made with. */
export interface CallOptions {
  readonly [customFetch]: (url: string, init: RequestInit) => Promise<Response>;
  readonly [allowInsecureRequests]: true;
  readonly signal: AbortSignal;
}

const mostSkewMs = 60_000;

/**
 * Makes one call by oauth4webapi, and reads the answer itself: the library takes none that is only nearly right.
 *
 * `secrets` are what the call holds besides the client secret; none comes back in a refusal.
 */
export async function callServer(
  { oauth, endpoints, network, clock, timeLimitMs }: TokenClientSetup,
  call: (proof: ClientAuth, options: CallOptions) => Promise<Response>,
  secrets: readonly string[] = [],
): Promise<Answer> {
  const hidden = [...(oauth.clientSecret === undefined ? [] : [oauth.clientSecret]), ...secrets];
  const options: CallOptions = {
    [customFetch]: (url, init) => network.fetch(url, init),
    // Where http is allowed was decided with the settings.
    [allowInsecureRequests]: true,
    signal: timeLimit(timeLimitMs),
  };
  const attempt = async (now: Date) => call(await clientProof(oauth, endpoints, now), options);
  try {
    const askedAt = clock.now();
    let response = await attempt(askedAt);
    // An assertion that our wrong clock made is refused: once more, with the time that the server tells.
    const serverTime = new Date(response.headers.get('date') ?? '');
    const skewMs = Math.abs(serverTime.getTime() - askedAt.getTime());
    if (oauth.certificate && [400, 401].includes(response.status) && skewMs > mostSkewMs) {
      await response.body?.cancel();
      response = await attempt(serverTime);
    }
    const { status, headers } = response;
    const body = parseJson(await readText(response));
    if (status === 200) return { ok: true, body };
    const header = (name: string) => headers.get(name) ?? undefined;
    return { ok: false, refusal: readRefusal({ status, body, header }, hidden) };
  } catch (thrown) {
    // What undici throws hides the reason in its cause.
    const cause = thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause : thrown;
    return { ok: false, refusal: classifyRefusal({ cause, secrets: hidden }) };
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
