import type { ConsoleDesk } from '../../core/console-desk.js';
import type { AccountState } from '../../core/status.js';

/** How a wait for a sign-in ended; `changed`: nobody is asked for any more, and nobody has signed in. */
export type SignInWaitEnd = 'signed-in' | 'changed' | 'nobody' | 'stopped';

/** What an account is once its sign-in is taken. */
const works: readonly (AccountState | undefined)[] = ['authorized', 'refreshing', 'expiring'];
const lookEveryMs = 1_000;
const tellEveryMs = 20_000;
const patienceMs = 15 * 60_000;

/**
 * Waits until an account no longer asks for a person, for 15 minutes at most. Every 20 seconds it yields for how long it
 * has waited, in milliseconds, so that no proxy takes the connection for dead.
 */
export async function* awaitSignIn(
  desk: Pick<ConsoleDesk, 'now' | 'until' | 'status'>,
  account: string,
  signal: AbortSignal,
): AsyncGenerator<number, SignInWaitEnd> {
  const beganMs = desk.now().getTime();
  let toldMs = beganMs;
  while (!signal.aborted) {
    const { accounts } = await desk.status();
    const state = accounts.find((each) => each.account === account)?.state;
    if (state !== 'authorization-required') return works.includes(state) ? 'signed-in' : 'changed';
    const nowMs = desk.now().getTime();
    if (nowMs - beganMs >= patienceMs) return 'nobody';
    if (nowMs - toldMs >= tellEveryMs) {
      toldMs = nowMs;
      yield nowMs - beganMs;
    }
    await desk.until(new Date(nowMs + lookEveryMs), signal);
  }
  return 'stopped';
}
