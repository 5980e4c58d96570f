import { join, resolve } from 'node:path';
import { type Clock, systemClock } from './core/clock.js';
import type { Fault } from './core/fault.js';
import type { MonitorHost, PluginInstance } from './core/host.js';
import type { OnDamage } from './core/store.js';
import { openAccounts } from './plugin-accounts.js';
import { createInstance } from './plugin-instance.js';
import { settingsWarnings } from './plugin-status.js';
import { wire } from './plugin-wiring.js';
import { checkSettings } from './settings/check-settings.js';
import { loadKey } from './store/load-key.js';
import { openStore } from './store/open-store.js';
import { own } from './store/own.js';

/** What a test may put in place of the real one. */
export interface RegisterOptions {
  readonly clock?: Clock;
}

/**
 * Puts the plugin together for a host: settings, store, tokens, actions, watcher. No network is used, nothing is
 * sent and nothing is read before `start`.
 *
 * Throws a `Fault`: CONFIG_INVALID, CONFIG_SECRET_MISSING or CONFIG_UNREADABLE for the settings, STORE_IN_USE when
 * another process owns the data directory, STORE_NEWER or STORE_UNWRITABLE for the data directory itself.
 */
export async function register(host: MonitorHost, options: RegisterOptions = {}): Promise<PluginInstance> {
  const { clock = systemClock } = options;
  const { env } = process;
  const settingsDir = host.settingsDir ?? process.cwd();
  const settings = await checkSettings(host.settings, { env, baseDir: settingsDir });
  const accounts = await openAccounts(settings, settingsDir, env);
  const dataDir = resolve(host.dataDir);
  const { key, warning } = await loadKey({
    env,
    // Beside the settings, never inside the data directory: who copies the one has not got the other.
    defaultFile: host.settingsDir ? join(settingsDir, 'ackmail.key') : `${dataDir}.key`,
    ...(settings.keyFile ? { keyFile: resolve(settingsDir, settings.keyFile) } : {}),
  });
  let onConnection: Parameters<typeof own>[1] = (socket) => socket.destroy();
  const ownership = await own(dataDir, (socket) => onConnection(socket));
  try {
    const damage: Fault[] = [];
    let onDamage: OnDamage = (fault) => damage.push(fault);
    const openedAt = clock.now();
    const store = await openStore({ dir: dataDir, key, clock, onDamage: (fault) => onDamage(fault) });
    const createWatch = settings.acknowledgement && (await import('./plugin-watch.js')).createWatch;
    const parts = wire({ host, settings, settingsDir, accounts, store, key, clock, createWatch });
    onDamage = parts.onDamage;
    await parts.systemErrors.load();
    damage.forEach(onDamage);
    await parts.pipeline.load();
    return createInstance({
      ...parts,
      warnings: [...(warning ? [warning] : []), ...settingsWarnings(settings)],
      openedAt,
      store,
      ownership,
      onControl(serve) {
        onConnection = serve;
      },
    });
  } catch (thrown) {
    await ownership.close();
    throw thrown;
  }
}
