const longestMs = 24 * 3_600_000;

/**
 * When a `Retry-After` header field asks to come back (RFC 9110 section 10.2.3): seconds or an HTTP date. At
 * most a day from `now`; undefined when it is absent, nonsense or past.
 */
export function retryAfter(field: string | null, now: Date): Date | undefined {
  const text = field?.trim() ?? '';
  const at = /^\d+$/.test(text)
    ? now.getTime() + Number(text) * 1_000
    : /GMT$/.test(text)
      ? Date.parse(text)
      : Number.NaN;
  if (Number.isNaN(at) || at <= now.getTime()) return undefined;
  return new Date(Math.min(at, now.getTime() + longestMs));
}
