import type { AlertEvent } from '../core/alert.js';
import { subjectWords } from './email/subject-words.js';

/** What the history says of an event that leaves the outbox untold: enough to look for the alert in the monitor. */
export function eventFacts({
  id: eventId,
  kind: event,
  alert,
}: AlertEvent): Readonly<Record<string, string>> {
  const { id: alertId, fingerprint, source, severity } = alert;
  return { eventId, event, name: subjectWords(alert), alertId, fingerprint, source, severity };
}
