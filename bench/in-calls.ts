import type { RaisedEvent } from '../src/index.js';

/** As a group of Alertmanager, several of which come at once. */
const alertsACall = 10;
const callsAtOnce = 6;

/** Hands alerts over as a monitor does: 10 a call, 6 calls at once. */
export async function inCalls(
  alerts: readonly RaisedEvent[],
  accept: (call: readonly RaisedEvent[]) => Promise<unknown>,
): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: callsAtOnce }, async () => {
      while (next < alerts.length) {
        const call = alerts.slice(next, next + alertsACall);
        next += alertsACall;
        await accept(call);
      }
    }),
  );
}
