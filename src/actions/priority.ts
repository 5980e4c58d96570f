import type { AlertEvent } from '../core/alert.js';
import { ownSource } from '../core/own-source.js';
import { severityRank } from '../core/severity.js';

/**
 * Which events go first when there is not room for all: 0 is a critical firing, 3 the least urgent firing,
 * then what Ackmail tells of itself (4), then what is over (5).
 */
export function priorityOf(event: AlertEvent): number {
  if (event.kind === 'resolved') return 5;
  if (event.alert.source === ownSource) return 4;
  return severityRank(event.alert.severity);
}
