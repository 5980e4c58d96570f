import type { Acknowledge, AcknowledgeOutcome } from '../core/acknowledgement.js';
import type { Alert } from '../core/alert.js';
import type { Log } from '../core/host.js';
import type { Monitor } from '../core/monitor.js';

// From what changed the most to what changed nothing.
const order: readonly AcknowledgeOutcome[] = ['acknowledged', 'already-acknowledged', 'duplicate', 'gone'];

/**
 * Takes acknowledgements to the monitors that their alerts come from.
 *
 * Every monitor is tried, also when another fails; then the first failure is thrown, so that the whole is
 * tried again, which the monitors that took it know as a duplicate. The outcome is that of the monitor where
 * it changed the most. Alerts of a monitor that is no longer in the settings are gone.
 */
export function applyToMonitors(monitors: () => readonly Monitor[], log: Log): Acknowledge {
  return async (acknowledgement, alerts) => {
    const bySource = new Map<string, Alert[]>();
    for (const alert of alerts) bySource.set(alert.source, [...(bySource.get(alert.source) ?? []), alert]);
    const results = await Promise.allSettled(
      [...bySource].map(async ([source, own]): Promise<AcknowledgeOutcome> => {
        const monitor = monitors().find(({ name }) => name === source);
        if (!monitor) {
          log.warn({ monitor: source }, 'An acknowledgement is for a monitor that is not in the settings');
          return 'gone';
        }
        return monitor.apply({ ...acknowledgement, alertIds: own.map(({ id }) => id) }, own);
      }),
    );
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
    const outcomes = results.map((result) => (result.status === 'fulfilled' ? result.value : 'gone'));
    return order.find((outcome) => outcomes.includes(outcome)) ?? 'gone';
  };
}
