import type { RaisedEvent } from '../core/alert.js';
import { eventId, resolvedEvent } from './alertmanager-webhook.js';
import { isLater } from './silence-matchers.js';
import type { SilenceRecord } from './silence-record.js';

/** What the end of a silence means for its alert, as events whose ids stay the same when they are raised again. */
export function eventsOfEnd(
  { alert, silenceId, resolvedAt }: SilenceRecord,
  { why, at, next }: NonNullable<SilenceRecord['ended']>,
): readonly RaisedEvent[] {
  if (why === 'resolved') return [resolvedEvent(alert, at)];
  if (why === 'fired-again' && next) {
    // What comes back with its old start (Prometheus was away) is a firing of its own for people: they were
    // told that it is resolved. Otherwise the id is the one that Alertmanager's own webhook would have.
    const of = isLater(next.startsAt, alert.startsAt) ? undefined : silenceId;
    const fired: RaisedEvent = { id: eventId(next, 'firing', of), kind: 'fired', at, alert: next };
    return resolvedAt ? [fired] : [resolvedEvent(alert, at), fired];
  }
  const event = (kind: 'unacknowledged' | 'repeated'): RaisedEvent => ({
    id: eventId(alert, kind, silenceId),
    kind,
    at,
    alert,
  });
  return why === 'ran-out' ? [event('repeated')] : [event('unacknowledged'), event('repeated')];
}
