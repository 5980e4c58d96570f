import type { Clock } from './core/clock.js';
import type { ConsoleDesk } from './core/console-desk.js';
import type { MonitorHost, PluginInstance } from './core/host.js';
import type { Settings } from './core/settings.js';
import type { SystemErrors } from './core/system-error.js';
import { timeZoneOf } from './core/time-zone-of.js';
import type { Accounts } from './plugin-accounts.js';
import { type AlertDeskParts, createAlertDesk } from './plugin-alert-desk.js';
import { readPastErrors } from './plugin-past-errors.js';
import type { Reporting } from './plugin-report.js';
import { createSheets } from './plugin-sheets.js';
import type { OwnUpkeep } from './plugin-upkeep.js';
import { version } from './version.js';

/** What the desk of the console is made of. */
export interface DeskParts extends AlertDeskParts {
  readonly settings: Settings;
  readonly host: Pick<MonitorHost, 'settings' | 'settingsSource'>;
  readonly accounts: Pick<Accounts, 'list'>;
  readonly clock: Clock;
  /** Aborted when Ackmail stops. */
  readonly stopping: AbortSignal;
  readonly upkeep: OwnUpkeep;
  readonly systemErrors: SystemErrors;
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
    timeZone: timeZoneOf(settings),
    now: clock.now,
    until: clock.until,
    stopping: parts.stopping,
    status: instance.status,
    systemErrors: systemErrors.list,
    pastErrors: (from, until) => readPastErrors(parts.history, from, until),
    sheets: createSheets(parts),
    alerts: createAlertDesk(parts),
    outbox: upkeep.outbox,
    ...(upkeep.replies ? { replies: upkeep.replies } : {}),
    report: reporting.page,
    testServer: instance.testServer,
    ...(upkeep.roundTrip ? { roundTrip: upkeep.roundTrip } : {}),
  };
}
