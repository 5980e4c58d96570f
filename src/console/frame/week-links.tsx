import type { Week } from './week.js';

/** The links from one week of the past to those before and after it. */
export function WeekLinks({ week, href }: { readonly week: Week; href(day: string | undefined): string }) {
  return (
    <nav class="pager" aria-label="Weeks">
      <a href={href(week.earlier)}>Earlier</a>
      {week.later !== undefined && <a href={href(week.later)}>Later</a>}
      {!week.isLast && <a href={href(undefined)}>The last 7 days</a>}
    </nav>
  );
}
