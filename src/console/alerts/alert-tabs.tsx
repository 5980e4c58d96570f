import type { AlertPage } from '../../core/alert-desk.js';
import { alertQuery, type ListedAlerts } from './alert-query.js';

const tabs = [
  { name: 'Open' },
  { name: 'Firing', status: 'firing' },
  { name: 'Acknowledged', status: 'acknowledged' },
  { name: 'Resolved', status: 'resolved' },
] as const;

/** The links to the alerts of each status, with how many there are, and the search among those that are listed. */
export function AlertTabs({
  base,
  listed,
  counts,
}: {
  readonly base: string;
  readonly listed: ListedAlerts;
  readonly counts: AlertPage['counts'];
}) {
  const { status, text } = listed;
  const countOf = (tab: (typeof tabs)[number]) =>
    'status' in tab ? counts[tab.status] : counts.firing + counts.acknowledged;
  return (
    <div class="choices">
      <nav aria-label="Which alerts">
        <ul>
          {tabs.map((tab) => {
            const { status: its } = { status: undefined, ...tab };
            const query = alertQuery.write({ text, page: 1, ...(its ? { status: its } : {}) });
            return (
              <li>
                <a href={`${base}/alerts${query}`} aria-current={its === status ? 'page' : undefined}>
                  {tab.name} <span class="soft">{countOf(tab)}</span>
                </a>
              </li>
            );
          })}
        </ul>
      </nav>
      <search>
        <form method="get" action={`${base}/alerts`}>
          {status && <input type="hidden" name="status" value={status} />}
          <label for="q">Search labels and monitor</label>
          <input type="search" id="q" name="q" value={text} maxlength={200} />
          <button type="submit">Search</button>
        </form>
      </search>
    </div>
  );
}
