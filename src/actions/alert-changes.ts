import type { Alert, AlertOwner, RaisedEvent } from '../core/alert.js';
import { alertId } from './alert-id.js';
import type { AlertRecord, Told } from './alert-record.js';

const mostAccepted = 50;
const mostToldOfAnAction = 50;

/** What becomes of the record of a firing when something happens; pure functions. */
export const alertChanges = {
  /** The record of a firing that an event opens. */
  opened(event: RaisedEvent, now: Date): AlertRecord {
    const { endsAt: _, ...alert } = event.alert;
    return {
      alert: { id: alertId(alert.fingerprint, event.id), status: 'firing', ...alert },
      lastSeenAt: seenAt(event, now),
      accepted: [],
      told: [],
    };
  },

  /** The record of a firing that only the outbox knows, since nothing was told of it yet. */
  found(alert: Alert, now: Date): AlertRecord {
    return {
      alert,
      lastSeenAt: alert.startsAt,
      accepted: [],
      told: [],
      ...(alert.status === 'resolved' ? { closedAt: now } : {}),
    };
  },

  /** It was seen firing again: with newer texts, and as the same firing. */
  seen(record: AlertRecord, event: RaisedEvent, now: Date): AlertRecord {
    const { labels, annotations, severity, url } = event.alert;
    return {
      ...record,
      alert: {
        ...record.alert,
        labels,
        annotations,
        severity,
        ...(url === undefined ? {} : { url }),
      },
      lastSeenAt: latest(record.lastSeenAt, seenAt(event, now)),
    };
  },

  /** The last annotations of a firing often say how it ended; its severity stays what it was. */
  annotated(record: AlertRecord, { alert }: RaisedEvent): AlertRecord {
    const annotations = { ...record.alert.annotations, ...alert.annotations };
    return { ...record, alert: { ...record.alert, annotations } };
  },

  /** It is over. The owner stays, so that people see who had it. */
  resolved(record: AlertRecord, endsAt: Date, now: Date): AlertRecord {
    return { ...record, alert: { ...record.alert, status: 'resolved', endsAt }, closedAt: now };
  },

  /** Somebody has it. */
  owned(record: AlertRecord, owner: AlertOwner): AlertRecord {
    const { givenBack: _, ...alert } = record.alert;
    return { ...record, alert: { ...alert, status: 'acknowledged', owner } };
  },

  /** Nobody has it any more, and it still fires; the record as it is where nobody had it. `givenBack`: who said so. */
  disowned(record: AlertRecord, at: Date, givenBack?: Alert['givenBack']): AlertRecord {
    if (record.alert.status !== 'acknowledged') return record;
    const { owner: _, ...alert } = record.alert;
    const said = givenBack ? { givenBack } : {};
    return { ...record, alert: { ...alert, status: 'firing', ...said }, acknowledgementEndedAt: at };
  },

  /** The acknowledgement ended, where it has run out; else the record as it is. */
  expired(record: AlertRecord, now: Date): AlertRecord {
    const expiresAt = record.alert.status === 'acknowledged' ? record.alert.owner?.expiresAt : undefined;
    if (expiresAt === undefined || expiresAt > now) return record;
    return alertChanges.disowned(record, expiresAt);
  },

  accepted(record: AlertRecord, eventId: string): AlertRecord {
    const others = record.accepted.filter((id) => id !== eventId);
    return { ...record, accepted: [...others, eventId].slice(-mostAccepted) };
  },

  told(record: AlertRecord, told: readonly Told[]): AlertRecord {
    const all = [...record.told, ...told];
    const counts = new Map<string, number>();
    const kept = all.reverse().filter(({ action }) => {
      const count = (counts.get(action) ?? 0) + 1;
      counts.set(action, count);
      return count <= mostToldOfAnAction;
    });
    return { ...record, told: kept.reverse() };
  },
};

/** A monitor whose clock is ahead does not make a firing seen in our future, but for its start. */
function seenAt({ at, alert }: RaisedEvent, now: Date): Date {
  return latest(at < now ? at : now, alert.startsAt);
}

function latest(a: Date, b: Date): Date {
  return a > b ? a : b;
}
