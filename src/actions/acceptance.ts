import type { RaisedEvent } from '../core/alert.js';
import type { Clock } from '../core/clock.js';
import type { Log } from '../core/host.js';
import type { RaiseOutcome } from '../core/pipeline.js';
import type { AlertBook } from './alert-book.js';
import { alertChanges } from './alert-changes.js';
import { alertId } from './alert-id.js';
import type { NoteAlert } from './alert-notes.js';
import type { AlertRecord } from './alert-record.js';
import type { Outbox } from './outbox.js';
import type { Route } from './route.js';
import { shortHash } from './short-hash.js';
import type { Telling } from './telling.js';

/** What acceptance needs. */
export interface AcceptanceSetup {
  readonly book: AlertBook;
  readonly outbox: Pick<Outbox, 'waits'>;
  readonly telling: Telling;
  readonly routes: readonly Route[];
  readonly clock: Clock;
  readonly log: Log;
  readonly note: NoteAlert;
}

/**
 * How long after the end of a firing its beginning may still come late: the second of two Alertmanagers waits
 * 15 seconds for the first. A firing that comes back is told no sooner than the monitor's next round, which is
 * rarely under 30.
 */
const redeliveryMs = 20_000;

/**
 * Makes the function that accepts one event: it decides which firing the event belongs to and which actions
 * are told, and returns when that is on disk. Events of one fingerprint must come one after another.
 *
 * The outbox documents are written first, the alert's record then or, while something of the alert waits, as
 * late as the first telling; a start takes such alerts from the outbox. Everything that is put has an id made
 * from what is on record. So the same event after a crash makes the same documents, which are there already
 * or are told already.
 */
export function createAcceptance(setup: AcceptanceSetup): (event: RaisedEvent) => Promise<RaiseOutcome> {
  const { book, outbox, telling, routes, clock, log, note } = setup;

  const resolve = async (
    record: AlertRecord,
    eventId: string,
    at: Date,
    endsAt: Date,
    raisedId = eventId,
  ) => {
    const closed = alertChanges.resolved(record, endsAt, clock.now());
    const end = { id: eventId, at };
    await telling.end(closed, end);
    await book.write(alertChanges.accepted(closed, raisedId));
    await telling.withdraw(closed, end);
    await note('resolved', closed.alert);
  };

  /** `id` is the event's own, but for what comes back: that is known by a new one, and found by both. */
  const fire = async (
    raised: RaisedEvent,
    open: AlertRecord | undefined,
    id: string,
  ): Promise<RaiseOutcome> => {
    const event = { ...raised, id };
    const { fingerprint, startsAt } = event.alert;
    const ownId = alertId(fingerprint, event.id);
    if (open && open.alert.id !== ownId && event.kind === 'fired' && startsAt > open.lastSeenAt) {
      log.info({ alert: open.alert.id, fingerprint }, 'An alert fires anew, so its resolve was missed.');
      await resolve(open, shortHash(26, open.alert.id, 'missed'), event.at, open.lastSeenAt);
      return fire(raised, undefined, id);
    }
    const now = clock.now();
    const record = open ? alertChanges.seen(open, event, now) : alertChanges.opened(event, now);
    const opens = record.alert.id === ownId;
    const isNew = opens && !record.accepted.includes(event.id);
    const isTold = await telling.firing(record, event, { opens, isNew });
    if (!isNew && !isTold) {
      await book.refresh(record);
      return outcome(raised, 'known', record);
    }
    const accepted = alertChanges.accepted(alertChanges.accepted(record, raised.id), id);
    // What waits is on disk with its alert, and the record is written before it goes: one write less.
    if (routes.some(({ action }) => outbox.waits(action, record.alert.id))) await book.refresh(accepted);
    else await book.write(accepted);
    await note(isNew ? 'fired' : 'repeated', record.alert);
    return outcome(raised, 'accepted', record);
  };

  return async (event) => {
    const { fingerprint, endsAt, source } = event.alert;
    const accepting = book.latest(fingerprint).find((record) => record.accepted.includes(event.id));
    const before = accepting ?? book.get(alertId(fingerprint, event.id));
    const stored = book.open(fingerprint);
    const open = stored && alertChanges.expired(stored, clock.now());
    if (before?.alert.status === 'resolved' && !isNews(event, before, open))
      return outcome(event, 'known', before);
    const id =
      before?.alert.status === 'resolved' ? shortHash(26, event.id, before.alert.id, 'again') : event.id;
    if (event.kind === 'fired' || event.kind === 'repeated') return fire(event, open, id);
    if (before !== undefined && before.alert.id === stored?.alert.id) return outcome(event, 'known', before);
    if (open === undefined) return outcome(event, 'ignored');

    if (event.kind === 'resolved') {
      // It ended before this firing began, so it tells of an earlier one.
      if (endsAt !== undefined && endsAt < open.alert.startsAt) return outcome(event, 'ignored');
      await resolve(alertChanges.annotated(open, event), id, event.at, endsAt ?? event.at, event.id);
      return outcome(event, 'accepted', open);
    }
    const owner = event.owner ?? { author: source, comment: '', at: event.at };
    const isTaken = event.kind === 'acknowledged';
    const next = isTaken ? alertChanges.owned(open, owner) : alertChanges.disowned(open, clock.now());
    if (!isTaken && next !== open) await telling.firing(next, event);
    await book.write(alertChanges.accepted(next, event.id));
    if (isTaken) await telling.withdraw(next);
    await note(event.kind, next.alert, isTaken ? { author: owner.author } : {});
    return outcome(event, 'accepted', next);
  };
}

/**
 * Whether an event that a firing which is over knows is no redelivery. A monitor that was cut off from what it
 * watches says "resolved" and later "firing" with the old start, and in the end "resolved" once more.
 */
function isNews(event: RaisedEvent, over: AlertRecord, open: AlertRecord | undefined): boolean {
  const { alert, at, kind } = event;
  if (kind === 'resolved')
    return open !== undefined && (alert.endsAt ?? at) > (over.alert.endsAt ?? over.lastSeenAt);
  if (kind !== 'fired' || (open && open.alert.startsAt > alert.startsAt)) return false;
  return at.getTime() - (over.closedAt ?? over.lastSeenAt).getTime() > redeliveryMs;
}

function outcome(event: RaisedEvent, result: RaiseOutcome['result'], record?: AlertRecord): RaiseOutcome {
  return { eventId: event.id, result, ...(record ? { alertId: record.alert.id } : {}) };
}
