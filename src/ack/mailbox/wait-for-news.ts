import type { ImapFlow } from 'imapflow';
import type { Clock } from '../../core/clock.js';
import { createBell } from '../bell.js';
import type { Lane } from './lane.js';

/** Tells when to look into an open mailbox again. */
export interface News {
  /** Forgets what was told so far; to be called before looking. */
  reset(): void;
  /** Returns when there may be new mail, at `latest`, when the connection is closed, or when `signal` is aborted. */
  wait(signal: AbortSignal, latest?: Date): Promise<void>;
}

/** How often and for how long to wait, in milliseconds. */
export interface NewsLimits {
  readonly idleMs: number;
  readonly pollMs: number;
}

/** An IDLE that ends by itself sooner than this, this often, is no IDLE. */
const shortIdleMs = 1_000;
const mostShortIdles = 10;

/**
 * Listens for new mail in `mailbox` by IDLE (RFC 2177), which is begun at once and not after a pause, and re-issued in time;
 * by asking every `pollMs` where the server has no IDLE, refuses it, or ends it again and again.
 */
export function waitForNews(
  client: ImapFlow,
  lane: Lane,
  mailbox: string,
  clock: Clock,
  limits: NewsLimits,
): News {
  const bell = createBell(clock);
  let canIdle = client.capabilities.has('IDLE');
  let shortIdles = 0;
  client.on('exists', bell.ring);
  client.on('close', bell.ring);
  const later = (ms: number, latest: Date | undefined) =>
    new Date(Math.min(clock.now().getTime() + ms, latest?.getTime() ?? Infinity));

  return {
    reset: bell.reset,
    async wait(signal, latest) {
      if (client.isClosed) return;
      if (!canIdle) {
        await bell.wait(later(limits.pollMs, latest), signal);
        if (client.usable && !signal.aborted) await lane.run(() => client.noop());
        return;
      }
      let waiting = true;
      const since = clock.now().getTime();
      // A command of our own ends an IDLE too.
      const turn = lane.count() + 1;
      const ended = (refused: boolean) => {
        if (!waiting) return;
        const isShort = lane.count() === turn && clock.now().getTime() - since < shortIdleMs;
        shortIdles = isShort ? shortIdles + 1 : 0;
        canIdle = !refused && shortIdles < mostShortIdles;
        bell.ring();
      };
      // It is the next command that ends an IDLE; nobody waits for this promise.
      await lane.run(async () => {
        // Another mailbox was looked into meanwhile, and what came into this one is not told any more.
        if (!lane.isOpen(mailbox)) return bell.ring();
        client.idle().then(
          (result) => ended(result === false),
          () => ended(false),
        );
      });
      await bell.wait(later(limits.idleMs, latest), signal);
      waiting = false;
    },
  };
}
