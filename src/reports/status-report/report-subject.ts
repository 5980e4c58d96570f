import type { StatusReport } from '../../core/status-report.js';
import { grouped } from './grouped.js';

/** The subject of a mailed report: numbers and our own words, nothing that anybody else wrote. */
export function reportSubject({ systemErrors, alerts, unacknowledged }: StatusReport): string {
  const errors = systemErrors.length;
  return [
    errors === 0
      ? 'Ackmail report'
      : `[${errors === 1 ? 'SYSTEM ERROR' : `${errors} SYSTEM ERRORS`}] Ackmail report`,
    alerts.fired === 0
      ? 'no alert fired'
      : `${grouped(alerts.fired)} ${alerts.fired === 1 ? 'alert' : 'alerts'}, ${grouped(unacknowledged.count)} not acknowledged`,
  ].join(': ');
}
