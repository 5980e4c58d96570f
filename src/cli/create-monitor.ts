import type { Clock } from '../core/clock.js';
import type { Log } from '../core/host.js';
import type { Monitor } from '../core/monitor.js';
import type { Network } from '../core/network.js';
import type { MonitorSettings } from '../core/settings.js';
import type { Store } from '../core/store.js';
import { createAlertmanager } from '../monitors/alertmanager.js';
import { silenceRecordType } from '../monitors/silence-record.js';

/** What every bridge may use. */
export interface MonitorTools {
  readonly store: Store;
  readonly network: Network;
  readonly clock: Clock;
  readonly log: Log;
}

/** Makes the bridge that the settings of a monitor ask for. */
export function createMonitor(
  name: string,
  settings: MonitorSettings,
  { store, network, clock, log }: MonitorTools,
): Monitor {
  switch (settings.type) {
    case 'alertmanager':
      return createAlertmanager({
        name,
        settings,
        silences: store.collection(`silences-${name}`, silenceRecordType),
        network,
        clock,
        log,
      });
  }
}
