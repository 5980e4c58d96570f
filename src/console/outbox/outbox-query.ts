import type { Context } from 'hono';
import { readPage } from '../frame/read-page.js';

/** Why something waits: since it failed or is just due, for its date, for a person, or for no longer than its telling takes. */
export const waitingStates = ['waiting', 'later', 'held', 'telling'] as const;

/** What of the outbox a page lists, as its address says. */
export interface ListedWaiting {
  /** Absent for that of all actions. */
  readonly action?: string;
  readonly state?: (typeof waitingStates)[number];
  /** Counted from 1. */
  readonly page: number;
}

/** How the address of a list of what waits is read and written. */
export const outboxQuery = {
  of(c: Context): ListedWaiting {
    const { searchParams } = new URL(c.req.url);
    const action = (searchParams.get('action') ?? '').slice(0, 100);
    const state = waitingStates.find((each) => each === searchParams.get('state'));
    return {
      page: readPage(searchParams.get('page') ?? undefined),
      ...(action === '' ? {} : { action }),
      ...(state ? { state } : {}),
    };
  },

  /** The query with its question mark; empty for the first page of everything. */
  write({ action, state, page }: ListedWaiting, more: Readonly<Record<string, string>> = {}): string {
    const query = new URLSearchParams({
      ...(action === undefined ? {} : { action }),
      ...(state ? { state } : {}),
      ...(page > 1 ? { page: String(page) } : {}),
      ...more,
    }).toString();
    return query === '' ? '' : `?${query}`;
  },
};
