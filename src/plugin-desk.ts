import type { Acknowledgement, AcknowledgeOutcome } from './core/acknowledgement.js';
import type { Alert } from './core/alert.js';
import type { AlertDesk } from './core/alert-desk.js';
import type { Clock } from './core/clock.js';
import type { ConsoleDesk } from './core/console-desk.js';
import type { MonitorHost, PluginInstance } from './core/host.js';
import { ownSource } from './core/own-source.js';
import type { Settings } from './core/settings.js';
import type { History } from './core/store.js';
import type { SystemErrors } from './core/system-error.js';
import type { Upkeep } from './core/upkeep.js';
import type { Accounts } from './plugin-accounts.js';
import type { Reporting } from './plugin-report.js';
import { createSheets } from './plugin-sheets.js';
import { version } from './version.js';

/** What the desk of the console is made of. */
export interface DeskParts {
  readonly settings: Settings;
  readonly host: Pick<MonitorHost, 'settings' | 'settingsSource'>;
  readonly accounts: Pick<Accounts, 'list'>;
  readonly clock: Clock;
  /** Aborted when Ackmail stops. */
  readonly stopping: AbortSignal;
  readonly upkeep: Upkeep;
  readonly store: { readonly history: History };
  readonly systemErrors: SystemErrors;
  readonly pipeline: { get(alertId: string): Alert | undefined; list(): readonly Alert[] };
  readonly acknowledge: (acknowledgement: Acknowledgement) => Promise<AcknowledgeOutcome>;
}

/** Puts together what the pages of the console show and do. */
export function createDesk(
  parts: DeskParts,
  instance: Pick<PluginInstance, 'status' | 'testServer'>,
  reporting: Pick<Reporting, 'page'>,
): ConsoleDesk {
  const { settings, clock, upkeep, systemErrors } = parts;
  return {
    version,
    timeZone: settings.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
    now: clock.now,
    until: clock.until,
    stopping: parts.stopping,
    status: instance.status,
    systemErrors: systemErrors.list,
    sheets: createSheets(parts),
    alerts: alertDesk(parts),
    outbox: upkeep.outbox,
    ...(upkeep.replies ? { replies: upkeep.replies } : {}),
    report: reporting.page,
    testServer: instance.testServer,
    ...(upkeep.roundTrip ? { roundTrip: upkeep.roundTrip } : {}),
  };
}

function alertDesk({ pipeline, store, settings, clock, acknowledge }: DeskParts): AlertDesk {
  return {
    find({ status, text = '', from, count }) {
      const alerts = pipeline
        .list()
        .filter((alert) => alert.source !== ownSource)
        .filter((alert) => (status === undefined ? alert.status !== 'resolved' : alert.status === status))
        .filter(({ labels, source }) =>
          [source, ...Object.values(labels)].some((each) => each.toLowerCase().includes(text.toLowerCase())),
        );
      return { alerts: alerts.slice(from, from + count), total: alerts.length };
    },
    get: pipeline.get,
    async trail(alertId) {
      const since = pipeline.get(alertId)?.startsAt;
      const found = [];
      if (since)
        for await (const entry of store.history.since(since))
          if (entry['alert'] === alertId || [entry['alertIds']].flat().includes(alertId)) found.push(entry);
      return found;
    },
    say({ kind, alertIds, author, comment, durationMs = settings.acknowledgement?.expires, source }) {
      const at = clock.now();
      const expiresAt =
        kind === 'acknowledge' && durationMs ? { expiresAt: new Date(at.getTime() + durationMs) } : {};
      return acknowledge({ kind, alertIds, author, comment, at, source, ...expiresAt });
    },
  };
}
