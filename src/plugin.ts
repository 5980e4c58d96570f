import { join, resolve } from 'node:path';
import { openReferenceSecret, referenceSecretType } from './ack/reference/reference-secret.js';
import type { ResolveTxt } from './ack/trust/dkim-evidence.js';
import { type Clock, systemClock } from './core/clock.js';
import { Fault } from './core/fault.js';
import { hideSecrets } from './core/hide-secrets.js';
import type { MonitorHost, PluginInstance } from './core/host.js';
import type { OnDamage } from './core/store.js';
import type { SystemErrors } from './core/system-error.js';
import { openAccounts } from './plugin-accounts.js';
import { openBudgets } from './plugin-budgets.js';
import { createHiding } from './plugin-hiding.js';
import { createInstance } from './plugin-instance.js';
import { createLastMail } from './plugin-last-mail.js';
import { settingsWarnings } from './plugin-status.js';
import { createUpkeep } from './plugin-upkeep.js';
import { wire } from './plugin-wiring.js';
import { checkSettings } from './settings/check-settings.js';
import { environmentSecrets } from './settings/environment-secrets.js';
import { settingsSecrets } from './settings/settings-secrets.js';
import { loadKey } from './store/load-key.js';
import { openStore } from './store/open-store.js';
import { own } from './store/own.js';
import { restore } from './store/restore.js';
import { createKeyRotation } from './store/rotate-key.js';
import { watchWrites } from './store/watch-writes.js';

/** What a test may put in place of the real one. */
export interface RegisterOptions {
  readonly clock?: Clock;
  readonly resolveTxt?: ResolveTxt;
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
  const secrets = [...settingsSecrets(settings), ...environmentSecrets(env)];
  const hiding = createHiding(hideSecrets(secrets));
  const accounts = await openAccounts(settings, settingsDir, env);
  const dataDir = resolve(host.dataDir);
  let onConnection: Parameters<typeof own>[1] = (socket) => socket.destroy();
  const ownership = await own(dataDir, (socket) => onConnection(socket));
  try {
    if (await restore.isUnfinished(dataDir)) throw new Fault('STORE_RESTORING', { dir: dataDir });
    // Only now: an owner before us may have rotated it.
    const loaded = await loadKey({
      env,
      // Beside the settings, never inside the data directory: who copies the one has not got the other.
      defaultFile: host.settingsDir ? join(settingsDir, 'ackmail.key') : `${dataDir}.key`,
      ...(settings.keyFile ? { keyFile: resolve(settingsDir, settings.keyFile) } : {}),
    });
    const { key, olderKeys, warning } = loaded;
    const damage: Fault[] = [];
    let onDamage: OnDamage = (fault) => damage.push(fault);
    const openedAt = clock.now();
    let onWritable: (fault: Fault | undefined) => void = () => {};
    const files = await openStore({
      ...{ dir: dataDir, key, olderKeys, clock },
      onDamage: (fault) => onDamage(fault),
    });
    const lastMail = createLastMail(clock);
    const watched = watchWrites(files, (fault) => onWritable(fault));
    const store = { ...watched, history: lastMail.observe(watched.history) };
    const { secret: referenceSecret, unread } = await openReferenceSecret(
      store.collection('references', referenceSecretType),
      olderKeys.at(-1) ?? key,
    );
    const createWatch = settings.acknowledgement && (await import('./plugin-watch.js')).createWatch;
    const budgets = await openBudgets(accounts, store.history, clock);
    const metrics = settings.http.token && (await import('./reports/metrics.js')).createMetrics();
    const parts = wire({
      ...{ host, settings, settingsDir, accounts, store, referenceSecret, clock, budgets, createWatch },
      hiding,
      metrics: metrics || undefined,
      resolveTxt: options.resolveTxt,
    });
    parts.metrics?.expect({
      actions: parts.actions.map(({ action, accounts: sendBy }) => ({ name: action.name, accounts: sendBy })),
      monitors: Object.keys(settings.monitors),
      watched: settings.acknowledgement?.account,
    });
    const rotation = createKeyRotation(loaded, store);
    const keyLeft = await rotation.finish();
    onDamage = parts.onDamage;
    onWritable = parts.onWritable;
    await parts.systemErrors.load();
    damage.forEach(onDamage);
    await tellUnread(unread, parts.systemErrors);
    await parts.pipeline.load();
    const upkeep = createUpkeep({ ...parts, dataDir, store, rotation });
    await upkeep.tellHeld();
    return createInstance({
      ...parts,
      warnings: [warning, keyLeft].filter((each) => each !== undefined).concat(settingsWarnings(settings)),
      openedAt,
      store,
      ownership,
      upkeep,
      lastMail,
      onControl(serve) {
        onConnection = serve;
      },
    });
  } catch (thrown) {
    await ownership.close();
    throw thrown;
  }
}

/** Stands until the key is there that opens what the references of mails are made with. */
async function tellUnread(unread: Fault | undefined, systemErrors: SystemErrors): Promise<void> {
  const subject = 'references';
  if (!unread) return systemErrors.clear('STORE_KEY', subject);
  const { code, message, remedy } = unread;
  return systemErrors.raise({ code, subject, severity: 'critical', message, remedy });
}
