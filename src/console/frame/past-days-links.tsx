import type { PastDays } from './past-days.js';

/** The links from some days of the past to those before and after them. */
export function PastDaysLinks({
  days,
  href,
}: {
  readonly days: PastDays;
  href(day: string | undefined): string;
}) {
  return (
    <nav class="pager" aria-label="Days">
      <a href={href(days.earlier)}>Earlier</a>
      {days.later !== undefined && <a href={href(days.later)}>Later</a>}
      {!days.isLast && <a href={href(undefined)}>The last {days.count} days</a>}
    </nav>
  );
}
