import type { AlertEvent } from '../core/alert.js';

/** Whether an event says that its alert fires. */
export function isOfFiring({ kind }: Pick<AlertEvent, 'kind'>): boolean {
  return kind === 'fired' || kind === 'repeated';
}
