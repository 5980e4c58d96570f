import { classifyRefusal, type Refusal } from './refusals.js';

/** An answer of a token endpoint that is no success. */
export interface FailedAnswer {
  readonly status: number;
  /** Parsed, as far as it is JSON. */
  readonly body: unknown;
  /** A header field of the answer, by its name in lower case. */
  readonly header: (name: string) => string | undefined;
}

const longestPauseMs = 3_600_000;

/** Reads what a failed answer asks for, and how long the server wants to be left alone. */
export function readRefusal({ status, body, header }: FailedAnswer, secrets: readonly string[]): Refusal {
  const refusal = classifyRefusal({ status, body, secrets });
  const pauseMs = retryAfterMs(header('retry-after'), header('date'));
  return pauseMs === undefined ? refusal : { ...refusal, pauseMs: Math.max(pauseMs, refusal.pauseMs ?? 0) };
}

/** Retry-After (RFC 9110 section 10.2.3), at most an hour; a date is held against the server's own clock. */
function retryAfterMs(text = '', date = ''): number | undefined {
  if (text.trim() === '') return undefined;
  const pauseMs = /^\d+$/.test(text.trim()) ? Number(text) * 1_000 : Date.parse(text) - Date.parse(date);
  return Number.isFinite(pauseMs) && pauseMs > 0 ? Math.min(pauseMs, longestPauseMs) : undefined;
}
