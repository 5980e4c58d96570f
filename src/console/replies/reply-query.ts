import type { Context } from 'hono';
import { type KeptReply, replyVerdicts } from '../../core/judged-reply.js';
import { readPage } from '../frame/read-page.js';

/** The replies that a page lists, as its address says. */
export interface ListedReplies {
  readonly verdict?: KeptReply['verdict'];
  /** The day before which the days end; absent for the last ones. */
  readonly before?: string;
  /** Counted from 1. */
  readonly page: number;
}

/** How the address of a list of replies is read and written. */
export const replyQuery = {
  of(c: Context): ListedReplies {
    const { searchParams } = new URL(c.req.url);
    const verdict = replyVerdicts.find((each) => each === searchParams.get('verdict'));
    const before = searchParams.get('before');
    return {
      page: readPage(searchParams.get('page') ?? undefined),
      ...(verdict ? { verdict } : {}),
      ...(before === null ? {} : { before }),
    };
  },

  /** The query with its question mark; empty for the first page of the last days. */
  write({ verdict, before, page }: ListedReplies): string {
    const query = new URLSearchParams({
      ...(verdict ? { verdict } : {}),
      ...(before === undefined ? {} : { before }),
      ...(page > 1 ? { page: String(page) } : {}),
    }).toString();
    return query === '' ? '' : `?${query}`;
  },
};
