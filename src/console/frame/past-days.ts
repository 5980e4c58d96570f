const dayMs = 86_400_000;

/** Some days of the past that a page shows, for what is kept by days (UTC). */
export interface PastDays {
  /** How many there are. */
  readonly count: number;
  readonly from: Date;
  /** They end before it. */
  readonly until: Date;
  /** Whether they end now. */
  readonly isLast: boolean;
  /** The day that the address of those before them names. */
  readonly earlier: string;
  /** The day that the address of those after them names; absent where that are the last ones, which no day names. */
  readonly later?: string;
}

/** The days before a day such as `2026-03-02`; the last ones where the text is no such day that is past. */
export function readPastDays(text: string | undefined, now: Date, count: number): PastDays {
  const named = /^\d{4}-\d\d-\d\d$/.test(text ?? '') ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  const isLast = !(named > 0 && named <= now.getTime());
  const untilMs = isLast ? now.getTime() : named;
  // Whole days, so that those of two pages join.
  const fromMs = Math.max(0, Math.floor((untilMs - count * dayMs) / dayMs) * dayMs);
  const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);
  const laterMs = untilMs + count * dayMs;
  return {
    ...{ count, from: new Date(fromMs), until: new Date(isLast ? untilMs + 1 : untilMs), isLast },
    earlier: day(fromMs),
    ...(isLast || laterMs > now.getTime() ? {} : { later: day(laterMs) }),
  };
}
