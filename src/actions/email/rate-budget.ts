import type { Rate } from '../../core/account.js';
import type { Clock } from '../../core/clock.js';

/** What is left of the messages that an account may send now. */
export interface RateBudget {
  /** How many mails may leave now: none, one alone, or one that must tell of all there is. */
  room(): 'none' | 'together' | 'alone';
  /** A message leaves, whether there is room for it or not. */
  take(): void;
  /** A message that was taken account of did not leave. */
  giveBack(): void;
  /** How many messages may leave now; below zero where more did. */
  left(): number;
  /** When there is room for the next. */
  nextAt(): Date;
  /** When nothing of it is in use: what can wait leaves then. */
  fullAt(): Date;
}

const minuteMs = 60_000;
/** Kept for mails that tell of many alerts: by then a mail for each would leave the last ones waiting. */
const reserve = 5;

/**
 * Counts the messages of an account against its rate, as a bucket that holds `burst` tokens and gets `perMinute`:
 * in no minute do more than the sum of both leave.
 *
 * `sentAt` are the messages of the last minutes that a run before this one sent.
 */
export function createRateBudget(
  { burst, perMinute }: Rate,
  clock: Clock,
  sentAt: readonly Date[] = [],
): RateBudget {
  const tokenMs = minuteMs / perMinute;
  let tokens = burst;
  let countedMs = Math.min(clock.now().getTime(), ...sentAt.map((at) => at.getTime()));

  const countAt = (nowMs: number) => {
    // A clock that was set back brings nothing.
    if (nowMs > countedMs) tokens = Math.min(burst, tokens + (nowMs - countedMs) / tokenMs);
    countedMs = nowMs;
    return tokens;
  };
  const count = () => countAt(clock.now().getTime());
  for (const at of sentAt.toSorted((one, other) => one.getTime() - other.getTime())) {
    countAt(at.getTime());
    tokens -= 1;
  }

  const until = (wanted: number) =>
    new Date(clock.now().getTime() + Math.max(0, Math.ceil((wanted - count()) * tokenMs)));

  return {
    room() {
      const left = count();
      if (left < 1) return 'none';
      return left < reserve + 1 ? 'together' : 'alone';
    },
    take() {
      count();
      tokens -= 1;
    },
    giveBack() {
      tokens = Math.min(burst, count() + 1);
    },
    left: () => Math.floor(count()),
    nextAt: () => until(1),
    fullAt: () => until(burst),
  };
}
