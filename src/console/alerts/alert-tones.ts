import type { Alert } from '../../core/alert.js';
import { severityRank } from '../../core/severity.js';

const bySeverity = ['bad', 'bad', 'warn', ''];
const byStatus = { firing: 'bad', acknowledged: 'good', resolved: '' };

/** The classes of the colours in which the severity and the status of an alert are written. */
export const alertTones = {
  severity: ({ severity }: Pick<Alert, 'severity'>): string => bySeverity[severityRank(severity)] ?? '',
  status: ({ status }: Pick<Alert, 'status'>): string => byStatus[status],
};
