import type { Clock } from '../core/clock.js';
import { Fault } from '../core/fault.js';
import type { Log } from '../core/host.js';
import type { Raise } from '../core/monitor.js';
import type { Collection } from '../core/store.js';
import type { AlertmanagerApi, ListedAlert, Silence } from './alertmanager-api.js';
import { raisedAlert } from './alertmanager-webhook.js';
import { sourceTag } from './silence-comment.js';
import { eventsOfEnd } from './silence-events.js';
import { extraLabels, isLater, matchersOf, ownFingerprint, rollingMs } from './silence-matchers.js';
import type { SilenceRecord } from './silence-record.js';

/** What looking after silences needs. */
export interface SilenceWatchDeps {
  readonly name: string;
  readonly api: AlertmanagerApi;
  readonly silences: Collection<SilenceRecord>;
  readonly clock: Clock;
  readonly log: Log;
  readonly pollMs: number;
  readonly resolvedAfterMs: number;
  /** Runs what reads and changes records, one at a time. */
  readonly alone: <T>(work: () => Promise<T>) => Promise<T>;
}

/** Looks once after every silence that is held, and raises what came of it. */
export interface SilenceWatch {
  pass(raise: Raise, signal: AbortSignal): Promise<void>;
}

/** As long as Alertmanager may believe that it told of a firing whose end it never told; its default is 5 days. */
const lookOutMs = 7 * 86_400_000;

/** What Alertmanager shows in one pass. */
interface Sight {
  readonly now: Date;
  readonly listed: readonly ListedAlert[];
  silences(): Promise<readonly Silence[]>;
  readonly signal: AbortSignal;
}

/**
 * Watches the alerts that are silenced, since Alertmanager sends nothing about them.
 *
 * A pass asks for all alerts and settles each record: missing for `resolvedAfterMs` of successful passes at an
 * Alertmanager that runs longer than that is resolved; a later startsAt is a new firing; an acknowledgement
 * that ran out, or a silence that somebody ended in Alertmanager, is over; a silence without a fixed end is
 * renewed. An alert that resolved under a silence is looked out for some days more: Alertmanager told of its
 * firing and never of its end, so it takes the next firing for the same one and says nothing until its
 * repeat_interval. In Alertmanager the silence is ended first, then `ended` goes on record, then the events are
 * raised, then the record goes: after a crash anywhere the next pass does the rest, with the same event ids.
 */
export function createSilenceWatch(deps: SilenceWatchDeps): SilenceWatch {
  const { name, api, silences, clock, log, alone } = deps;
  /** Since when an alert is missing, and how much of that was seen by passes in a row. */
  const missing = new Map<string, { readonly since: Date; readonly countedMs: number }>();
  let lastSeenAt: Date | undefined;

  const end = async (id: string, record: SilenceRecord, ended: SilenceRecord['ended'], sight: Sight) => {
    await api.end(record.silenceId, sight.signal);
    await silences.put(id, { ...record, ended });
    missing.delete(id);
    log.info({ monitor: name, alert: id, why: ended?.why }, 'A silence is over.');
  };

  const renew = async (id: string, record: SilenceRecord, sight: Sight, absent = record.absent) => {
    const before = (await sight.silences()).find((one) => one.id === record.silenceId);
    const known = before?.status.state === 'expired' ? undefined : before;
    const endsAt = record.expiresAt ?? new Date(sight.now.getTime() + rollingMs);
    const silence = {
      matchers: known && absent === record.absent ? known.matchers : matchersOf(record.alert.labels, absent),
      startsAt: known?.startsAt ?? sight.now,
      endsAt,
      createdBy: known?.createdBy ?? record.author,
      comment: known?.comment ?? record.comment,
    };
    const silenceId = await api.put(silence, known?.id, sight.signal);
    await silences.put(id, { ...record, silenceId, endsAt, absent });
  };

  const settleMissing = async (id: string, record: SilenceRecord, sight: Sight) => {
    const before = missing.get(id);
    // A suspended machine or a clock that was set must not count as hours of looking.
    const stepMs = lastSeenAt ? sight.now.getTime() - lastSeenAt.getTime() : 0;
    const countedMs = (before?.countedMs ?? 0) + (before ? clamp(stepMs, 2 * deps.pollMs) : 0);
    const since = before?.since ?? sight.now;
    missing.set(id, { since, countedMs });
    if (before && countedMs >= deps.resolvedAfterMs)
      await end(id, record, { why: 'resolved', at: since }, sight);
  };

  const settleUnsilenced = async (id: string, record: SilenceRecord, sight: Sight) => {
    const all = await sight.silences();
    const own = all.find((one) => one.id === record.silenceId);
    if (own && own.status.state !== 'expired') return;
    // Somebody edited it in Alertmanager, which makes another one with the same comment.
    const tags = record.sources.map((source) => sourceTag(source, id));
    const edited = all.find(
      (one) => one.status.state === 'active' && tags.some((tag) => one.comment.endsWith(tag)),
    );
    if (edited) {
      await silences.put(id, { ...record, silenceId: edited.id, endsAt: edited.endsAt });
    } else if (own && own.endsAt.getTime() < record.endsAt.getTime() - 1_000) {
      await end(id, record, { why: 'deleted', at: own.endsAt }, sight);
    } else if (own && record.expiresAt) {
      await end(id, record, { why: 'ran-out', at: sight.now }, sight);
    } else {
      // We were away, or Alertmanager lost its silences; the acknowledgement still holds.
      await renew(id, record, sight);
    }
  };

  const settle = async (id: string, record: SilenceRecord, sight: Sight) => {
    const { now, listed } = sight;
    const own = ownFingerprint(record.alert);
    const alert = listed.find((one) => one.fingerprint === own);
    if (!alert) return settleMissing(id, record, sight);
    missing.delete(id);
    if (isLater(alert.startsAt, record.alert.startsAt)) {
      const at = alert.startsAt;
      // Under somebody else's silence it stays quiet until that one is over.
      if (isMuted(alert, record.silenceId)) return end(id, record, { why: 'resolved', at }, sight);
      return end(id, record, { why: 'fired-again', at, next: raisedAlert(name, alert) }, sight);
    }
    if (record.expiresAt && record.expiresAt <= now)
      return end(id, record, { why: 'ran-out', at: now }, sight);
    const under = (one: ListedAlert) => one.status.silencedBy?.includes(record.silenceId) ?? false;
    if (!under(alert)) return settleUnsilenced(id, record, sight);
    const others = listed.filter((one) => one.fingerprint !== own && under(one));
    const absent = [...new Set([...record.absent, ...extraLabels(record.alert.labels, others)])].sort();
    const narrow = absent.length > record.absent.length;
    const old = !record.expiresAt && record.endsAt.getTime() - now.getTime() <= rollingMs / 2;
    if (narrow || old) await renew(id, record, sight, narrow ? absent : record.absent);
  };

  const lookOut = async (
    id: string,
    record: SilenceRecord,
    records: readonly SilenceRecord[],
    sight: Sight,
  ) => {
    const { alert, resolvedAt = sight.now } = record;
    const isNewer = (other: SilenceRecord) =>
      other.alert.fingerprint === alert.fingerprint && isLater(other.alert.startsAt, alert.startsAt);
    const tooOld = sight.now.getTime() - resolvedAt.getTime() > lookOutMs;
    if (tooOld || records.some(isNewer)) return silences.delete(id);
    const again = sight.listed.find((one) => one.fingerprint === ownFingerprint(alert));
    if (!again || isMuted(again)) return;
    await silences.put(id, {
      ...record,
      ended: { why: 'fired-again', at: sight.now, next: raisedAlert(name, again) },
    });
  };

  const look = async (signal: AbortSignal): Promise<readonly string[]> => {
    const ended: string[] = [];
    const open: [string, SilenceRecord][] = [];
    for (const id of await silences.names()) {
      const record = await silences.get(id);
      if (record?.ended) ended.push(id);
      else if (record) open.push([id, record]);
    }
    if (open.length === 0) return ended;
    const held = open.filter(([, record]) => !record.resolvedAt);
    const listed = await api.alerts(signal);
    const shown = new Set(listed.map((one) => one.fingerprint));
    const gone = held.filter(([, record]) => !shown.has(ownFingerprint(record.alert)));
    // Alerts live in memory: an Alertmanager that has just started knows none.
    const young = gone.length > 0 && (await api.upForMs(signal)) <= deps.resolvedAfterMs;
    if (young) missing.clear();
    let all: Promise<readonly Silence[]> | undefined;
    const sight: Sight = {
      now: clock.now(),
      listed,
      silences: () => {
        all ??= api.silences(signal);
        return all;
      },
      signal,
    };
    const records = open.map(([, record]) => record);
    for (const [id, record] of open) {
      if (!record.resolvedAt && young && !shown.has(ownFingerprint(record.alert))) continue;
      try {
        await (record.resolvedAt ? lookOut(id, record, records, sight) : settle(id, record, sight));
      } catch (thrown) {
        if (!(thrown instanceof Fault) || thrown.transient) throw thrown;
        log.warn({ monitor: name, alert: id, code: thrown.code }, thrown.message);
      }
      if ((await silences.get(id))?.ended) ended.push(id);
    }
    lastSeenAt = sight.now;
    return ended;
  };

  const close = async (id: string) => {
    const record = await silences.get(id);
    // A new acknowledgement may have come in the meantime.
    if (!record?.ended) return;
    const { ended, ...rest } = record;
    if (ended.why === 'resolved') await silences.put(id, { ...rest, resolvedAt: clock.now() });
    else await silences.delete(id);
  };

  return {
    async pass(raise, signal) {
      const ended = await alone(() => look(signal)).catch((thrown) => {
        lastSeenAt = undefined;
        throw thrown;
      });
      for (const id of ended) {
        const record = await silences.get(id);
        if (!record?.ended) continue;
        await raise(eventsOfEnd(record, record.ended));
        await alone(() => close(id));
      }
    },
  };
}

/** Whether Alertmanager keeps an alert quiet for another reason than our own silence. */
function isMuted({ status }: ListedAlert, ownSilence?: string): boolean {
  const silencedBy = (status.silencedBy ?? []).filter((id) => id !== ownSilence);
  return silencedBy.length > 0 || (status.inhibitedBy ?? []).length > 0;
}

function clamp(valueMs: number, mostMs: number): number {
  return Math.min(Math.max(valueMs, 0), mostMs);
}
