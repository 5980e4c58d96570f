import { rm } from 'node:fs/promises';
import type { Outbox } from './actions/outbox.js';
import type { TokenManager } from './auth/token-manager.js';
import { Fault } from './core/fault.js';
import type { MonitorHost } from './core/host.js';
import type { OwnReplyDesk } from './core/judged-reply.js';
import type { SystemErrors } from './core/system-error.js';
import type { Upkeep } from './core/upkeep.js';
import type { Hiding } from './plugin-hiding.js';
import type { FileStore } from './store/file-store.js';
import type { KeyRotation } from './store/rotate-key.js';
import { removeSnapshots, takeSnapshot } from './store/snapshot.js';

/** What the upkeep is made of. */
export interface UpkeepParts {
  readonly host: MonitorHost;
  readonly dataDir: string;
  readonly tokens: TokenManager;
  readonly outbox: Outbox;
  readonly systemErrors: SystemErrors;
  readonly store: FileStore;
  readonly rotation: KeyRotation;
  readonly hiding: Hiding;
  /** Absent where no replies are read. */
  readonly watch:
    | { readonly desk: OwnReplyDesk; readonly roundTrip: NonNullable<Upkeep['roundTrip']> }
    | undefined;
}

/** What an operator may ask for, and what the plugin itself does about it. */
export interface OwnUpkeep extends Upkeep {
  readonly replies?: OwnReplyDesk;
  /** Brings the system error up to date that stands while something of a backup waits. */
  tellHeld(): Promise<void>;
  /** Removes the snapshots that are left, when nobody can ask any more. */
  stop(): Promise<void>;
}

/** Puts the upkeep together. */
export function createUpkeep(parts: UpkeepParts): OwnUpkeep {
  const { host, dataDir, tokens, outbox, systemErrors, store, rotation, hiding, watch } = parts;
  const { desk } = outbox;
  const subject = 'outbox';

  const tellHeld = async () => {
    const count = await desk.held();
    if (count === 0) return systemErrors.clear('ACTION_HELD', subject);
    const { code, message, remedy } = new Fault('ACTION_HELD', { count });
    return systemErrors.raise({ code, subject, severity: 'warning', message, remedy });
  };

  const tellWaiting = async () => {
    await tellHeld();
    for (const { code, subject: action } of systemErrors.list())
      if (code === 'ACTION_MISSING' && outbox.status(action).waiting === 0)
        await systemErrors.clear(code, action);
  };

  return {
    forget: tokens.forget,
    rotateKey: rotation.rotate,
    async *snapshot(signal) {
      const { kid, file } = rotation.current();
      const folder = await takeSnapshot({
        dir: dataDir,
        settled: (task) => (host.settled ?? whatever)(() => store.settled(task)),
        ...(file === undefined ? {} : { keyFile: file }),
      });
      try {
        yield { folder, kid };
        if (!signal.aborted)
          await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      } finally {
        await rm(folder, { recursive: true, force: true }).catch(() => {});
      }
    },
    outbox: {
      async list() {
        // Very much may wait for the same reason.
        const hidden = new Map<string, string>();
        return (await desk.list()).map((event) => {
          if (event.why === undefined) return event;
          const why = hidden.get(event.why) ?? hiding.facts({ why: event.why }).why;
          hidden.set(event.why, why);
          return { ...event, why };
        });
      },
      details: async (ids) =>
        (await desk.details(ids)).map(({ recipients, ...detail }) => ({
          ...detail,
          ...(recipients
            ? {
                recipients: Object.fromEntries(
                  Object.entries(recipients).map(([name, status]) => [name, hiding.facts(status)]),
                ),
              }
            : {}),
        })),
      retry: (ids) => desk.retry(ids).finally(tellWaiting),
      drop: (ids) => desk.drop(ids).finally(tellWaiting),
    },
    ...(watch
      ? { replies: watch.desk, roundTrip: (...asked) => hiding.steps(watch.roundTrip(...asked)) }
      : {}),
    history: (since) => store.history.since(since),
    tellHeld,
    // What cannot be removed now is removed by the next start.
    stop: () => removeSnapshots(dataDir).catch(() => {}),
  };
}

/** A host that keeps nothing in the data directory need not hold still. */
function whatever<T>(task: () => Promise<T>): Promise<T> {
  return task();
}
