import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { EventEmitter } from 'eventemitter3';
import { createMonitorRoutes } from '../console/monitor-routes.js';
import type { Clock } from '../core/clock.js';
import { describe, Fault } from '../core/fault.js';
import type { Log, MonitorHost, PluginInstance } from '../core/host.js';
import type { Monitor } from '../core/monitor.js';
import { createNetwork } from '../network/create-network.js';
import type { FileStore } from '../store/file-store.js';
import { openStore } from '../store/open-store.js';
import { applyToMonitors } from './apply-to-monitors.js';
import { createMonitor } from './create-monitor.js';
import type { SettingsContext } from './settings-context.js';

/** The small host that the command is: it loads the bridges of the settings in place of a framework. */
export interface SmallHost {
  readonly host: MonitorHost;
  /** Opens what the bridges keep, and lets them raise alerts into the plugin. */
  start(instance: PluginInstance): Promise<void>;
  /** Ends the bridges. */
  stop(): Promise<void>;
}

/** What the small host needs. */
export interface HostParts {
  readonly context: SettingsContext;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Makes the host. Nothing is opened before `start`, since only the owner of the data directory may. */
export function createHost({ context, env, clock, log }: HostParts): SmallHost {
  const { settings, dataDir, dir } = context;
  const ending = new AbortController();
  let monitors: readonly Monitor[] = [];
  let store: FileStore | undefined;
  let watching: Promise<unknown> = Promise.resolve();
  let routes = async (_: Request) => new Response('Ackmail is starting.\n', { status: 503 });

  return {
    host: {
      apiVersion: 1,
      name: 'ackmail',
      settings: context.raw,
      settingsDir: dir,
      settingsSource: context.locate,
      dataDir,
      log,
      events: new EventEmitter(),
      acknowledge: applyToMonitors(() => monitors, log),
      fetch: (request) => routes(request),
      settled: (task) => (store ? store.settled(task) : task()),
    },
    async start(instance) {
      const onDamage = (fault: Fault) => log.error({ code: fault.code }, fault.message);
      const opened = await openStore({ dir: join(dataDir, 'monitors'), clock, onDamage });
      store = opened;
      const ca = settings.ca ? [await readCa(resolve(dir, settings.ca))] : [];
      const network = createNetwork({ env, ca, ...(settings.proxy ? { proxy: settings.proxy } : {}) });
      const named = Object.entries(settings.monitors);
      monitors = named.map(([name, each]) =>
        createMonitor(name, each, { store: opened, network, clock, log }),
      );
      routes = createMonitorRoutes(
        monitors.flatMap((monitor) => {
          const own = settings.monitors[monitor.name];
          if (!own) return [];
          const { secret, insecure } = own;
          return [{ monitor, insecure, ...(secret === undefined ? {} : { secret }) }];
        }),
        log,
      );
      const raise = async (events: Parameters<PluginInstance['handleAlerts']>[0]) => {
        await instance.handleAlerts(events);
      };
      watching = Promise.all(
        monitors.map((monitor) =>
          monitor
            .start(raise, ending.signal)
            .catch((thrown: unknown) =>
              log.error({ monitor: monitor.name, err: thrown }, 'A bridge ended, restart Ackmail'),
            ),
        ),
      );
    },
    async stop() {
      ending.abort();
      await watching;
      await store?.close();
    },
  };
}

async function readCa(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new Fault('CONFIG_UNREADABLE', { file, detail: describe(cause) }, cause);
  }
}
