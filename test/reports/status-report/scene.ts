import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AccountStatus, Expiry } from '../../../src/core/status.js';
import type { HistoryEntry } from '../../../src/core/store.js';
import type { SystemError } from '../../../src/core/system-error.js';
import { createStatusReports } from '../../../src/reports/status-report/status-reports.js';
import { createFolder } from '../../../src/store/folder.js';
import { historyDays } from '../../../src/store/history-days.js';
import { createHistoryLog } from '../../../src/store/history-log.js';
import { fakeClock } from '../../helpers/fake-clock.js';

/** A history on disk, and what makes reports of it. */
export async function openScene(now: string, timeZone = 'UTC') {
  const dir = await mkdtemp(join(tmpdir(), 'ackmail-report-'));
  const folder = createFolder(join(dir, 'history'));
  const log = createHistoryLog(folder);
  const clock = fakeClock(new Date(now));
  const open = new Set<string>();
  const expiries: Expiry[] = [];
  const account: AccountStatus = {
    ...{ account: 'alerts', mailbox: 'alerts@example.com', grant: 'password', state: 'password', expiries },
  };
  const systemErrors: SystemError[] = [];
  const reports = createStatusReports({
    ...{ clock, timeZone, version: '0.0.0', isOpen: (id) => open.has(id) },
    accountStatuses: async () => [account],
    systemErrors: () => systemErrors,
    days: () => historyDays(folder),
  });
  return {
    ...{ folder, log, clock, open, systemErrors, expiries, reports },
    write: async (...entries: readonly HistoryEntry[]) => {
      for (const entry of entries) await log.append(entry);
    },
    make: (from: string, to = now) => reports.make({ from: new Date(from), to: new Date(to) }),
    async close() {
      log.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** A note about one alert, as the pipeline makes it. */
export function note(kind: string, id: string, at: string, more: Partial<HistoryEntry> = {}): HistoryEntry {
  return {
    ...{ at: new Date(at), kind, name: `DiskFull on ${id}`, alert: id },
    ...{ fingerprint: `prod/${id}`, source: 'prod', severity: 'critical', ...more },
  };
}
