import { ownSource } from '../core/own-source.js';
import type { AlertRecord } from './alert-record.js';

const ownRepeatMs = 3_600_000;

/**
 * Whether an action tells again of an alert that still fires: when `repeatMs` has passed since it told of it
 * last, or at once when an acknowledgement has ended since; not while somebody has it.
 *
 * A monitor that repeats on its own every so often does so a little sooner after our mail than after its own
 * last word, so up to 5 minutes (at most a twentieth) are forgiven; else every second one would be missed.
 *
 * Ackmail reminds of its own errors once a day and at each step of a warning, however seldom an action repeats
 * alerts: within the hour it is the same reminder again, which was raised before a crash.
 */
export function repeatDue(record: AlertRecord, toldAt: Date, repeatMs: number, now: Date): boolean {
  if (record.alert.status !== 'firing') return false;
  if (record.acknowledgementEndedAt !== undefined && record.acknowledgementEndedAt > toldAt) return true;
  const intervalMs = record.alert.source === ownSource ? Math.min(repeatMs, ownRepeatMs) : repeatMs;
  const forgivenMs = Math.min(intervalMs / 20, 5 * 60_000);
  return now.getTime() - toldAt.getTime() >= intervalMs - forgivenMs;
}
