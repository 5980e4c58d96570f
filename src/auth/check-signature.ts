import {
  type CompactVerifyGetKey,
  compactVerify,
  createLocalJWKSet,
  decodeProtectedHeader,
  errors,
} from 'jose';
import { z } from 'zod';
import type { Network } from '../core/network.js';
import { timeLimit } from '../core/time-limit.js';
import { readText } from './read-text.js';

/** `good`, `wrong`, or `unknown` where it cannot be checked now. */
export type SignatureOutcome = 'good' | 'wrong' | 'unknown';

/** What a signature is checked with. */
export interface SignatureSetup {
  /** Where the keys of the issuer are; absent where nobody told. */
  readonly jwksUrl?: string;
  /** For an id_token that is signed with it (OpenID Connect Core 1.0 section 3.1.3.7, number 8). */
  readonly clientSecret?: string;
  readonly network: Network;
  readonly timeLimitMs: number;
}

const keySet = z.object({ keys: z.array(z.looseObject({ kty: z.string() })).min(1) });

/**
 * Checks the signature of an id_token (RFC 7515) against the keys that its issuer shows.
 *
 * The token came straight from the token endpoint, so TLS vouches for it where there are no keys, or where they
 * cannot be had now: that is `unknown`, and no reason to refuse anybody. A signature by none of the keys is `wrong`.
 */
export async function checkSignature(idToken: string, setup: SignatureSetup): Promise<SignatureOutcome> {
  const { jwksUrl, clientSecret } = setup;
  let algorithm: string | undefined;
  try {
    algorithm = decodeProtectedHeader(idToken).alg;
  } catch {
    return 'wrong';
  }
  if (algorithm?.startsWith('HS') && clientSecret !== undefined)
    return verify(idToken, async () => new TextEncoder().encode(clientSecret));
  if (jwksUrl === undefined) return 'unknown';
  let keys: CompactVerifyGetKey;
  try {
    keys = await fetchKeys(jwksUrl, setup);
  } catch {
    return 'unknown';
  }
  // Where there are keys, a token without a signature is nobody's.
  return algorithm === undefined || algorithm === 'none' || algorithm.startsWith('HS')
    ? 'wrong'
    : verify(idToken, keys);
}

async function fetchKeys(
  url: string,
  { network, timeLimitMs }: SignatureSetup,
): Promise<CompactVerifyGetKey> {
  const response = await network.fetch(url, {
    headers: { accept: 'application/json' },
    signal: timeLimit(timeLimitMs),
  });
  const text = await readText(response);
  if (response.status !== 200) throw new Error(`it answers HTTP ${response.status}`);
  return createLocalJWKSet(keySet.parse(JSON.parse(text)));
}

async function verify(idToken: string, keys: CompactVerifyGetKey): Promise<SignatureOutcome> {
  try {
    await compactVerify(idToken, keys);
    return 'good';
  } catch (thrown) {
    // Several keys fit, since the token does not name its own.
    if (thrown instanceof errors.JWKSMultipleMatchingKeys) {
      for await (const key of thrown) if ((await verify(idToken, async () => key)) === 'good') return 'good';
      return 'wrong';
    }
    const definite = [errors.JWSSignatureVerificationFailed, errors.JWKSNoMatchingKey, errors.JWSInvalid];
    return definite.some((each) => thrown instanceof each) ? 'wrong' : 'unknown';
  }
}
