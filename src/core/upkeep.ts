import type { ReplyDesk } from './judged-reply.js';
import type { TestStep } from './server-test.js';
import type { HistoryEntry } from './store.js';
import type { OutboxDesk } from './waiting.js';

/** How the authorization of an account was ended. */
export interface Forgotten {
  readonly account: string;
  /** Whose it was, as the provider names the person; absent where nothing was kept. */
  readonly user?: string;
  /** Why the provider did not revoke it, though it was to be removed all the same; absent where it did. */
  readonly notRevoked?: string;
  /** Until when an access token is still good that the provider cannot revoke. */
  readonly accessTokenExpiresAt?: Date;
}

/** What a rotation of the key at rest came to. */
export interface RotatedKey {
  /** The file that the new key stands in. */
  readonly file: string;
  /** How many documents are sealed with a key that is not known here; they are left as they are. */
  readonly unopened: number;
  /** What a person still has to do, in a sentence. */
  readonly left?: string;
}

/** A copy of the data directory as it stood at one moment. */
export interface Snapshot {
  readonly folder: string;
  /** Names the key at rest that it is sealed with, and tells nothing else of it. */
  readonly kid: string;
}

/** What an operator does to what is kept, asked for over the control socket. */
export interface Upkeep {
  /**
   * Revokes the authorization of an account at the provider and removes what is kept of it; with `force` also where
   * the provider cannot be told. Throws `OAUTH_NOT_REVOKED`, and nothing is removed then.
   */
  forget(account: string, options: { readonly force: boolean }): Promise<Forgotten>;
  /** Makes a new key at rest and seals everything with it. Throws `CONFIG_KEY_GIVEN`. */
  rotateKey(): Promise<RotatedKey>;
  /** Yields a snapshot, once, which is there until `signal` is aborted or nobody iterates any more. */
  snapshot(signal: AbortSignal): AsyncIterable<Snapshot>;
  /** What waits to be told. */
  readonly outbox: OutboxDesk;
  /** What is asked about replies; absent where none are read. */
  readonly replies?: ReplyDesk;
  /**
   * Makes a round trip by an account through the watched mailbox, a step at a time; absent where no replies are read.
   */
  roundTrip?(account: string, signal: AbortSignal): AsyncIterable<TestStep>;
  /** What happened since a moment, oldest first. */
  history(since: Date): AsyncIterable<HistoryEntry>;
}
