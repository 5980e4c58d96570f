import type { Clock } from '../../core/clock.js';
import { describe } from '../../core/fault.js';
import type { Log } from '../../core/host.js';
import type { RoundTrip } from './round-trip.js';

/** When round trips are made, and by whom. */
export interface RoundTripScheduleSetup {
  readonly roundTrip: Pick<RoundTrip, 'run'>;
  /** The names of the accounts. */
  readonly accounts: readonly string[];
  readonly intervalMs: number;
  readonly clock: Clock;
  readonly log: Log;
}

const firstMs = 5 * 60_000;
/** What is broken is tried sooner, so that it is told soon that it is mended. */
const againMs = 15 * 60_000;

/**
 * Makes a round trip by each account, one after another, soon after the start and then in each interval. Works until
 * `signal` is aborted.
 */
export async function runRoundTripSchedule(
  { roundTrip, accounts, intervalMs, clock, log }: RoundTripScheduleSetup,
  signal: AbortSignal,
): Promise<void> {
  const dueMs = new Map(accounts.map((account) => [account, clock.now().getTime() + firstMs]));
  while (!signal.aborted && dueMs.size > 0) {
    await clock.until(new Date(Math.min(...dueMs.values())), signal);
    for (const [account, atMs] of dueMs) {
      if (signal.aborted || atMs > clock.now().getTime()) continue;
      const isWhole = await isGood(account);
      const waitMs = isWhole ? intervalMs : Math.min(intervalMs, againMs);
      dueMs.set(account, clock.now().getTime() + waitMs);
    }
  }

  async function isGood(account: string): Promise<boolean> {
    try {
      let ok = false;
      for await (const step of roundTrip.run(account, signal)) ok = step.ok;
      return ok;
    } catch (thrown) {
      log.warn({ account }, `A round trip could not be made: ${describe(thrown)}`);
      return false;
    }
  }
}
