import type { Alert } from '../core/alert.js';
import type { AlertRecord } from './alert-record.js';

/** What is asked of all records again and again, known without reading them. Times in epoch milliseconds. */
export interface AlertFacts extends Pick<Alert, 'id' | 'fingerprint' | 'source' | 'status'> {
  readonly startedMs: number;
  /** When the acknowledgement that stands runs out; Infinity where none does. */
  readonly expiresMs: number;
  /** When it was resolved; Infinity while it was not. */
  readonly closedMs: number;
}

/** Reads the facts of a record. */
export function alertFacts({ alert, closedAt = alert.startsAt }: AlertRecord): AlertFacts {
  const { id, fingerprint, source, status, owner } = alert;
  const expiresMs = (status === 'acknowledged' && owner?.expiresAt?.getTime()) || Infinity;
  const closedMs = status === 'resolved' ? closedAt.getTime() : Infinity;
  const startedMs = alert.startsAt.getTime();
  return { id, fingerprint, source, status, startedMs, expiresMs, closedMs };
}
