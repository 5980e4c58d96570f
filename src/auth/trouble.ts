import type { Fault } from '../core/fault.js';

/** Why an account has no fresh token. */
export interface Trouble {
  readonly fault: Fault;
  /** Refused for good: a person must act. */
  readonly final: boolean;
  readonly since: Date;
  /** Passing failures one after another. */
  readonly failures: number;
  /** The token endpoint is left alone until then. */
  readonly retryAt: Date;
}

const firstPauseMs = 5_000;
const longestPauseMs = 300_000;

/** A person must act; tried again by itself after a pause, in case somebody did. */
export function finalTrouble(fault: Fault, now: Date, pauseMs: number): Trouble {
  return { fault, final: true, since: now, failures: 0, retryAt: new Date(now.getTime() + pauseMs) };
}

/**
 * One passing failure more: pauses grow from 5 seconds to 5 minutes, or as long as the server asks.
 *
 * It does not take back what was refused for good.
 */
export function passingTrouble(
  fault: Fault,
  before: Trouble | undefined,
  now: Date,
  leastPauseMs = 0,
): Trouble {
  const failures = (before?.failures ?? 0) + 1;
  const pauseMs = Math.min(firstPauseMs * 2 ** Math.min(failures - 1, 10), longestPauseMs);
  const retryAt = new Date(now.getTime() + Math.max(pauseMs, leastPauseMs));
  if (before?.final) return { ...before, failures, retryAt };
  return { fault, final: false, since: before?.since ?? now, failures, retryAt };
}
