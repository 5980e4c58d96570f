import type { ActionResult } from '../../core/action.js';
import type { Clock } from '../../core/clock.js';
import type { Fault } from '../../core/fault.js';

/** A time in which the other side wants to hear nothing. */
export interface Pause {
  /** Nothing is called until then; `fault` is why, where it is more than good manners. */
  begin(until: Date, fault?: Fault): void;
  /** What the outbox is told when there is a reason to wait and more than so much of the wait is left. */
  longerThan(limitMs: number): ActionResult['deferred'];
  /** Waits for the end of it, or for `signal`. */
  end(signal: AbortSignal): Promise<void>;
}

/** Makes a pause that has not begun. */
export function createPause(clock: Clock): Pause {
  let current: { readonly from: Date; readonly until: Date; readonly fault?: Fault } | undefined;

  const under = () => {
    const now = clock.now();
    // Where the clock was set back, nobody knows how long it lasts.
    const isUnder = current !== undefined && current.from <= now && now < current.until;
    if (!isUnder) current = undefined;
    return current;
  };

  return {
    begin(until, fault) {
      // A call that was under way and succeeded does not take back what another one was told.
      if (fault === undefined && under()?.fault) return;
      current = { from: clock.now(), until, ...(fault ? { fault } : {}) };
    },
    longerThan(limitMs) {
      const pause = under();
      if (!pause?.fault || pause.until.getTime() - clock.now().getTime() <= limitMs) return undefined;
      return { fault: pause.fault, retryAt: pause.until };
    },
    async end(signal) {
      for (let pause = under(); pause && !signal.aborted; pause = under())
        await clock.until(pause.until, signal);
    },
  };
}
