import type { Fault } from '../core/fault.js';
import type { GrantDocument } from './grant.js';
import type { Refusal } from './refusals.js';
import type { TokenClient } from './token-client.js';

/** What a renewal came to: what is to be kept of it, or why there is no other access token. */
export type Renewed =
  | { readonly ok: true; readonly keep: (stored: GrantDocument) => GrantDocument }
  | { readonly ok: false; readonly refusal: Refusal };

/** How an account gets its next access token. Whoever keeps tokens sees no more of a grant than this. */
export interface Renewal {
  /** Why a person must sign in; undefined while an access token is there, or can be had. */
  obstacle(grant: GrantDocument, now: Date): Fault | undefined;
  /** Whether another access token can be had without a person. */
  isPossible(grant: GrantDocument): boolean;
  /** Asks for another one, at `askedAt`. */
  renew(grant: GrantDocument, client: TokenClient, askedAt: Date): Promise<Renewed>;
}
