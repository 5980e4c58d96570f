const dayMs = 86_400_000;
const weekMs = 7 * dayMs;

/** A week of the past that a page shows, for what is kept by days (UTC). */
export interface Week {
  readonly from: Date;
  /** The week ends before it. */
  readonly until: Date;
  /** Whether it ends now. */
  readonly isLast: boolean;
  /** The day that the address of the week before it names. */
  readonly earlier: string;
  /** The day that the address of the week after it names; absent for the last week, which no day names. */
  readonly later?: string;
}

/** The week before a day such as `2026-03-02`; the last seven days where the text is no such day that is past. */
export function readWeek(text: string | undefined, now: Date): Week {
  const named = /^\d{4}-\d\d-\d\d$/.test(text ?? '') ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  const isLast = !(named > 0 && named <= now.getTime());
  const untilMs = isLast ? now.getTime() : named;
  // Whole days, so that those of two pages join.
  const fromMs = Math.max(0, Math.floor((untilMs - weekMs) / dayMs) * dayMs);
  const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);
  const laterMs = untilMs + weekMs;
  return {
    ...{ from: new Date(fromMs), until: new Date(isLast ? untilMs + 1 : untilMs), isLast },
    earlier: day(fromMs),
    ...(isLast || laterMs > now.getTime() ? {} : { later: day(laterMs) }),
  };
}
