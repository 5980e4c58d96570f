import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { GrantDocument, PendingSignIn } from './grant.js';

/** How a sign-in is to be finished. */
export interface SignInTerms {
  readonly redirectUri: string;
  /** The client and the authorization server that it is for. */
  readonly boundTo: string;
  /** Of the browser that begins it and must finish it; absent where any browser may. */
  readonly cookie?: string;
}

const mostPending = 10;
const minuteMs = 60_000;
const dayMs = 1_440 * minuteMs;
const lifeMs = { cookie: 15 * minuteMs, open: 30 * dayMs };
const leastLeftMs = { cookie: 10 * minuteMs, open: dayMs };

/** The sign-in that was begun on these terms and has enough time left; undefined when there is none. */
export function reusableSignIn(
  pending: readonly PendingSignIn[],
  terms: SignInTerms,
  now: Date,
): PendingSignIn | undefined {
  const cookieHash = terms.cookie === undefined ? undefined : hash(terms.cookie);
  const leastMs = leastLeftMs[cookieHash === undefined ? 'open' : 'cookie'];
  return pending.find(
    (each) =>
      each.redirectUri === terms.redirectUri &&
      each.boundTo === terms.boundTo &&
      each.cookieHash === cookieHash &&
      each.mintedAt <= now &&
      each.expiresAt.getTime() - now.getTime() > leastMs,
  );
}

/** A new sign-in: state, PKCE verifier and nonce of 256 random bits each. */
export function mintSignIn({ redirectUri, boundTo, cookie }: SignInTerms, now: Date): PendingSignIn {
  const random = () => randomBytes(32).toString('base64url');
  return {
    state: random(),
    verifier: random(),
    nonce: random(),
    redirectUri,
    boundTo,
    mintedAt: now,
    expiresAt: new Date(now.getTime() + lifeMs[cookie === undefined ? 'open' : 'cookie']),
    ...(cookie === undefined ? {} : { cookieHash: hash(cookie) }),
  };
}

/** The grant with one more sign-in begun. Ten are kept, and the oldest go first. */
export function withSignIn(grant: GrantDocument, added: PendingSignIn, now: Date): GrantDocument {
  const pending = grant.pending.filter((each) => each.expiresAt > now);
  return { ...grant, pending: [...pending.slice(1 - mostPending), added] };
}

/** The grant without one of its sign-ins; the very same grant where that is none of them. */
export function withoutSignIn(grant: GrantDocument, state: string): GrantDocument {
  if (!grant.pending.some((each) => each.state === state)) return grant;
  return { ...grant, pending: grant.pending.filter((each) => each.state !== state) };
}

/** The sign-in that a state belongs to; every state is compared, in constant time. */
export function findSignIn(grant: GrantDocument, state: string, now: Date): PendingSignIn | undefined {
  let found: PendingSignIn | undefined;
  for (const each of grant.pending) if (same(each.state, state)) found = each;
  return found && found.expiresAt > now ? found : undefined;
}

/** Whether this browser may finish a sign-in. */
export function fitsCookie({ cookieHash }: PendingSignIn, cookie: string | undefined): boolean {
  return cookieHash === undefined || (cookie !== undefined && same(cookieHash, hash(cookie)));
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

function same(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
