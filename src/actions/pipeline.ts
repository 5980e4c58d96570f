import type { Acknowledgement } from '../core/acknowledgement.js';
import type { Alert, AlertEvent, RaisedEvent } from '../core/alert.js';
import type { AlertPage, AlertQuery } from '../core/alert-desk.js';
import type { Clock } from '../core/clock.js';
import { describe } from '../core/fault.js';
import type { Log } from '../core/host.js';
import type { RaiseOutcome } from '../core/pipeline.js';
import type { Collection, History } from '../core/store.js';
import { createAcceptance } from './acceptance.js';
import { createAlertBook } from './alert-book.js';
import { alertChanges } from './alert-changes.js';
import type { AlertFacts } from './alert-facts.js';
import { createAlertNotes } from './alert-notes.js';
import type { AlertRecord, Told } from './alert-record.js';
import { findAlerts } from './find-alerts.js';
import { nextStep } from './next-step.js';
import type { Outbox } from './outbox.js';
import { parseRaisedEvents } from './raised-event.js';
import { createReview, type Review } from './review.js';
import type { Route } from './route.js';
import { createTelling } from './telling.js';
import { createTurns } from './turns.js';

/** What a pipeline needs. */
export interface PipelineSetup {
  readonly alerts: Collection<AlertRecord>;
  readonly outbox: Pick<Outbox, 'put' | 'waits' | 'hasten' | 'withdraw' | 'alertsBeyond'>;
  readonly routes: readonly Route[];
  readonly clock: Clock;
  readonly log: Log;
  readonly history: History;
}

/** Where alert events come in: it knows the alerts and decides who is told of what. */
export interface Pipeline {
  /** Reads the alerts into memory; to be called, and waited for, before the outbox starts. */
  load(): Promise<void>;
  /**
   * Accepts alert events. When it returns, each is on disk for every action that wants it. When it throws a
   * `Fault`, some may not be: raise them all again, which does no harm.
   */
  handle(events: RaisedEvent | readonly RaisedEvent[]): Promise<readonly RaiseOutcome[]>;
  /** Puts on record that an action told of events; the outbox's `onDone`. */
  recordTold(action: string, events: readonly AlertEvent[]): Promise<void>;
  /** Whether that is on record; the outbox's `wasTold`. */
  wasTold(action: string, event: AlertEvent): boolean;
  /** What an action has to tell of an event that is due; the outbox's `review`. */
  readonly review: Review;
  /** What a person said, once the monitor took it. Alerts that are over or unknown are passed over. */
  acknowledged(acknowledgement: Acknowledgement): Promise<void>;
  /**
   * An action reached nobody with these alerts: where nobody has one, the next step of its escalation is due now.
   * Asked for again, it does nothing more.
   */
  unreached(action: string, alertIds: readonly string[]): Promise<void>;
  /** Ends the acknowledgements that have run out; who was told of those alerts before is told again. */
  expire(now: Date): Promise<void>;
  /** Removes the alerts that were resolved before a moment and of which nothing waits; returns how many. */
  purge(before: Date): Promise<number>;
  /** Ends acknowledgements as they run out, until `signal` is aborted. */
  start(signal: AbortSignal): Promise<void>;
  get(alertId: string): Alert | undefined;
  /** The firing of a condition that is not over. */
  firing(fingerprint: string): Alert | undefined;
  /** What actions told of an alert: of each the latest, oldest first. */
  told(alertId: string): readonly Told[];
  /** Some of the alerts, the newest first; our own system errors are not among them. */
  find(query: AlertQuery): Promise<AlertPage>;
  /** Whether a firing is known and not over. */
  isOpen(alertId: string): boolean;
  /** What is known of all alerts without reading them. */
  facts(): Iterable<AlertFacts>;
  /** Open alerts and those that were resolved lately, the newest first. */
  list(): readonly Alert[];
}

const expiryCheckMs = 15_000;
const mostAtOnce = 500;

/** Makes the pipeline; everything about one fingerprint happens one after another (see acceptance.ts). */
export function createPipeline(setup: PipelineSetup): Pipeline {
  const { outbox, routes, clock, log } = setup;
  const note = createAlertNotes(setup.history, clock, log);
  const book = createAlertBook(setup.alerts);
  const telling = createTelling({ book, outbox, routes, clock });
  const accept = createAcceptance({ book, outbox, telling, routes, clock, log, note });
  const inTurn = createTurns();
  let loaded: Promise<void> | undefined;

  /**
   * Alerts of which nothing was told yet may have no record (see acceptance.ts). They fire: an end that was accepted
   * is on record, and one that was not comes again, also for actions that have not got it yet.
   */
  async function* unrecorded(ids: readonly string[]) {
    for await (const alert of await outbox.alertsBeyond(ids)) yield alertChanges.found(alert, clock.now());
  }
  const loadOnce = () => {
    loaded ??= book.load(unrecorded).catch((error: unknown) => {
      loaded = undefined;
      throw error;
    });
    return loaded;
  };

  /**
   * Changes who has an alert, in its turn; `task` answers the new record, the old one, or undefined for none.
   *
   * What is told since nobody has it any more is put before the record says so, and what waits is withdrawn after:
   * so the same change after a crash does the rest.
   */
  const change = async (
    alertId: string,
    task: (record: AlertRecord) => AlertRecord | undefined,
  ): Promise<AlertRecord | undefined> => {
    const fingerprint = book.get(alertId)?.alert.fingerprint;
    if (fingerprint === undefined) return undefined;
    return inTurn(fingerprint, async () => {
      const record = book.get(alertId);
      const next = record && task(record);
      if (next === undefined || next === record) return next;
      const isReleased = next.alert.status === 'firing';
      if (isReleased) await telling.firing(next, { id: '', at: clock.now() });
      await book.write(next);
      if (!isReleased) await telling.withdraw(next);
      return next;
    });
  };

  const expireOne = async (id: string, now: Date) => {
    let author = '';
    const next = await change(id, (record) => {
      author = record.alert.owner?.author ?? '';
      const expired = alertChanges.expired(record, now);
      return expired === record ? undefined : expired;
    });
    if (next !== undefined) await note('expired', next.alert, { author });
  };
  /** Many at the same time: what was taken by one reply comes back together, for one mail to tell of. */
  const expire = async (now: Date) => {
    const due = [...book.facts()].filter(({ expiresMs }) => expiresMs <= now.getTime());
    for (let first = 0; first < due.length; first += mostAtOnce) {
      const expiring = due.slice(first, first + mostAtOnce).map(({ id }) => expireOne(id, now));
      await Promise.allSettled(expiring);
      await Promise.all(expiring);
    }
  };

  const recordAlertTold = (action: string, events: readonly [AlertEvent, ...AlertEvent[]]) => {
    const [{ alert }] = events;
    return inTurn(alert.fingerprint, async () => {
      const record = book.get(alert.id) ?? alertChanges.found(alert, clock.now());
      const told = events.map((event) => ({ action, eventId: event.id, at: clock.now() }));
      await book.write(alertChanges.told(record, told));
    });
  };

  return {
    load: loadOnce,

    async handle(raised) {
      const events = parseRaisedEvents(raised);
      await loadOnce();
      const outcomes = events.map((event) => inTurn(event.alert.fingerprint, () => accept(event)));
      await Promise.allSettled(outcomes);
      return Promise.all(outcomes);
    },

    async recordTold(action, events) {
      await loadOnce();
      const byAlert = new Map<string, AlertEvent[]>();
      for (const event of events)
        byAlert.set(event.alert.id, [...(byAlert.get(event.alert.id) ?? []), event]);
      await Promise.all(
        [...byAlert.values()].map(
          ([first, ...others]) => first && recordAlertTold(action, [first, ...others]),
        ),
      );
    },

    wasTold: (action, event) =>
      book.get(event.alert.id)?.told.some((told) => told.action === action && told.eventId === event.id) ??
      false,

    review: createReview({ book, routes, clock }),

    async acknowledged({ kind, alertIds, author, comment, at, expiresAt, source }) {
      await loadOnce();
      const owner = { author, comment, at, ...(expiresAt ? { expiresAt } : {}) };
      for (const alertId of alertIds) {
        const next = await change(alertId, (record) => {
          if (kind === 'comment') return record;
          if (record.alert.status === 'resolved') return undefined;
          if (kind === 'acknowledge') return alertChanges.owned(record, owner);
          return alertChanges.disowned(record, clock.now(), { author, comment, at });
        });
        const said = { acknowledge: 'acknowledged', unacknowledge: 'unacknowledged', comment: 'commented' }[
          kind
        ];
        if (next !== undefined) await note(said, next.alert, { author, comment, acknowledgement: source });
      }
    },

    async unreached(action, alertIds) {
      await loadOnce();
      for (const alertId of alertIds) {
        const fingerprint = book.get(alertId)?.alert.fingerprint;
        if (fingerprint === undefined) continue;
        await inTurn(fingerprint, async () => {
          const alert = book.get(alertId)?.alert;
          const now = clock.now();
          const steps = alert ? nextStep(routes, alert, action, now) : [];
          await Promise.all(steps.map((step) => outbox.hasten(step.action, alertId, now)));
        });
      }
    },

    expire,

    async purge(before) {
      await loadOnce();
      const over = [...book.facts()].filter(
        ({ id, closedMs }) =>
          closedMs < before.getTime() && !routes.some(({ action }) => outbox.waits(action, id)),
      );
      for (const { id, fingerprint } of over) await inTurn(fingerprint, () => book.remove(id));
      return over.length;
    },

    async start(signal) {
      await loadOnce();
      while (!signal.aborted) {
        try {
          await expire(clock.now());
        } catch (thrown) {
          log.warn({ detail: describe(thrown) }, 'An acknowledgement that has run out could not be ended.');
        }
        await clock.until(new Date(clock.now().getTime() + expiryCheckMs), signal);
      }
    },

    get: (alertId) => book.get(alertId)?.alert,
    firing: (fingerprint) => book.open(fingerprint)?.alert,
    told: (alertId) => book.get(alertId)?.told ?? [],
    find: (query) => loadOnce().then(() => findAlerts(book, query)),
    isOpen: book.isOpen,

    facts: book.facts,
    list: () =>
      [...book.all()]
        .map((record) => record.alert)
        .sort((a, b) => b.startsAt.getTime() - a.startsAt.getTime()),
  };
}
