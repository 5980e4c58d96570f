import type { Context } from 'hono';
import type { AlertStatus } from '../../core/alert.js';
import { readPage } from '../frame/read-page.js';

/** The alerts that a page lists, as its address says. */
export interface ListedAlerts {
  /** Absent for those that are not resolved. */
  readonly status?: AlertStatus;
  readonly text: string;
  /** Counted from 1. */
  readonly page: number;
}

const statuses: readonly AlertStatus[] = ['firing', 'acknowledged', 'resolved'];
const longestText = 200;

/** How the address of a list of alerts is read and written. */
export const alertQuery = {
  read(from: Pick<URLSearchParams, 'get'>): ListedAlerts {
    const status = statuses.find((each) => each === from.get('status'));
    const text = (from.get('q') ?? '').trim().slice(0, longestText);
    return { text, page: readPage(from.get('page') ?? undefined), ...(status ? { status } : {}) };
  },

  of: (c: Context): ListedAlerts => alertQuery.read(new URL(c.req.url).searchParams),

  /** The query with its question mark; empty for the first page of all that are not resolved. */
  write({ status, text, page }: ListedAlerts, more: Readonly<Record<string, string>> = {}): string {
    const query = new URLSearchParams({
      ...(status ? { status } : {}),
      ...(text === '' ? {} : { q: text }),
      ...(page > 1 ? { page: String(page) } : {}),
      ...more,
    }).toString();
    return query === '' ? '' : `?${query}`;
  },
};
