import { rm } from 'node:fs/promises';
import type { Outbox } from './actions/outbox.js';
import type { TokenManager } from './auth/token-manager.js';
import { Fault } from './core/fault.js';
import type { MonitorHost } from './core/host.js';
import type { SystemErrors } from './core/system-error.js';
import type { Upkeep } from './core/upkeep.js';
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
}

/** What an operator may ask for, and what the plugin itself does about it. */
export interface OwnUpkeep extends Upkeep {
  /** Brings the system error up to date that stands while something of a backup waits. */
  tellHeld(): Promise<void>;
  /** Removes the snapshots that are left, when nobody can ask any more. */
  stop(): Promise<void>;
}

/** Puts the upkeep together. */
export function createUpkeep(parts: UpkeepParts): OwnUpkeep {
  const { host, dataDir, tokens, outbox, systemErrors, store, rotation } = parts;
  const subject = 'outbox';

  const tellHeld = async () => {
    const count = await outbox.held.count();
    if (count === 0) return systemErrors.clear('ACTION_HELD', subject);
    const { code, message, remedy } = new Fault('ACTION_HELD', { count });
    return systemErrors.raise({ code, subject, severity: 'warning', message, remedy });
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
    async sendHeld() {
      const count = await outbox.held.send();
      await tellHeld();
      return { count };
    },
    async dropHeld() {
      const count = await outbox.held.drop();
      await tellHeld();
      return { count };
    },
    tellHeld,
    // What cannot be removed now is removed by the next start.
    stop: () => removeSnapshots(dataDir).catch(() => {}),
  };
}

/** A host that keeps nothing in the data directory need not hold still. */
function whatever<T>(task: () => Promise<T>): Promise<T> {
  return task();
}
