import type { Acknowledgement, AcknowledgeOutcome } from '../core/acknowledgement.js';
import type { Alert, RaisedAlert } from '../core/alert.js';
import type { Clock } from '../core/clock.js';
import { Fault } from '../core/fault.js';
import type { Collection } from '../core/store.js';
import type { AlertmanagerApi, ListedAlert, Silence } from './alertmanager-api.js';
import { isCommentOf, oneLine, silenceComment, sourceTag } from './silence-comment.js';
import { extraLabels, isLater, matchersOf, ownFingerprint, rollingMs } from './silence-matchers.js';
import type { SilenceRecord } from './silence-record.js';

/** What taking an acknowledgement into Alertmanager needs. */
export interface AcknowledgeDeps {
  readonly api: AlertmanagerApi;
  readonly silences: Collection<SilenceRecord>;
  readonly clock: Clock;
  /** An alert that is not listed by an Alertmanager that runs longer than this, is over. */
  readonly resolvedAfterMs: number;
}

/** A silence that ends so soon is refused by Alertmanager on its way. */
const tooShortMs = 5_000;
/** Alertmanager writes the end of a silence that ran out as it was asked for, give or take its clock. */
const slackMs = 1_000;
const longestSources = 50;

/**
 * Puts an acknowledgement into Alertmanager as one silence an alert, or takes it back.
 *
 * The silence is made first and the record written after it; a crash between the two is healed at the next
 * try, which finds the silence by the source in its comment. What one alert is refused for does not hold up
 * the others; it is thrown at the end.
 */
export async function acknowledgeBySilence(
  deps: AcknowledgeDeps,
  acknowledgement: Acknowledgement,
  alerts: readonly Alert[],
): Promise<AcknowledgeOutcome> {
  const look = lookOnce(deps.api);
  const outcomes: AcknowledgeOutcome[] = [];
  let refusal: Fault | undefined;
  for (const alert of alerts) {
    try {
      outcomes.push(
        acknowledgement.kind === 'acknowledge'
          ? await silence(deps, acknowledgement, alert, look)
          : await lift(deps, alert, look),
      );
    } catch (thrown) {
      if (!(thrown instanceof Fault) || thrown.transient) throw thrown;
      refusal ??= thrown;
    }
  }
  if (refusal) throw refusal;
  return (
    (['acknowledged', 'duplicate'] as const).find((outcome) => outcomes.includes(outcome)) ??
    (alerts.length === 0 ? 'acknowledged' : 'gone')
  );
}

interface Look {
  alerts(): Promise<readonly ListedAlert[]>;
  silences(): Promise<readonly Silence[]>;
  upForMs(): Promise<number>;
}

async function silence(
  { api, silences, clock, resolvedAfterMs }: AcknowledgeDeps,
  acknowledgement: Acknowledgement,
  alert: Alert,
  look: Look,
): Promise<AcknowledgeOutcome> {
  const { source, expiresAt } = acknowledgement;
  const record = await silences.get(alert.id);
  const held = record?.ended || record?.resolvedAt ? undefined : record;
  if (held?.sources.includes(source)) return 'duplicate';

  const now = clock.now();
  const begun = (
    silenceId: string,
    endsAt: Date,
    absent: readonly string[],
    labels = alert.labels,
  ): SilenceRecord => ({
    alert: raised({ ...alert, labels }),
    silenceId,
    endsAt,
    ...(expiresAt === undefined ? {} : { expiresAt }),
    sources: [...(held?.sources ?? []), source].slice(-longestSources),
    author: oneLine(acknowledgement.author, 200),
    comment: silenceComment(acknowledgement, alert.id),
    absent: [...absent],
  });

  const tag = sourceTag(source, alert.id);
  const made = (await look.silences()).filter((listed) => listed.comment.endsWith(tag));
  const live = made.find((listed) => listed.status.state !== 'expired');
  if (live) {
    const absent = live.matchers.filter((matcher) => matcher.value === '').map((matcher) => matcher.name);
    await silences.put(alert.id, begun(live.id, live.endsAt, absent));
    return 'duplicate';
  }

  const listed = (await look.alerts()).find((one) => one.fingerprint === ownFingerprint(alert));
  if (listed ? isLater(listed.startsAt, alert.startsAt) : (await look.upForMs()) > resolvedAfterMs)
    return 'gone';

  // Somebody lifted it in Alertmanager before its record was written: the watch tells of that.
  const lifted = made.find((one) => {
    const meantMs = expiresAt?.getTime() ?? one.startsAt.getTime() + rollingMs;
    return one.endsAt.getTime() < meantMs - slackMs;
  });
  if (lifted && !held) {
    await silences.put(
      alert.id,
      begun(lifted.id, expiresAt ?? new Date(lifted.startsAt.getTime() + rollingMs), []),
    );
    return 'duplicate';
  }

  // Taken so late that it has run out already: Alertmanager was not told to be quiet, and goes on telling.
  if (expiresAt && expiresAt.getTime() - now.getTime() < tooShortMs) return 'acknowledged';

  const endsAt = expiresAt ?? new Date(now.getTime() + rollingMs);
  // Alertmanager's own labels: what a host knows of a long label may have been cut.
  const labels = listed?.labels ?? alert.labels;
  const absent = extraLabels(labels, await look.alerts());
  const before = (await look.silences()).find((one) => one.id === held?.silenceId);
  const silenceId = await api.put(
    {
      matchers: matchersOf(labels, absent),
      startsAt: before?.startsAt ?? now,
      endsAt,
      createdBy: oneLine(acknowledgement.author, 200),
      comment: silenceComment(acknowledgement, alert.id),
    },
    before?.id,
  );
  await silences.put(alert.id, begun(silenceId, endsAt, absent, labels));
  return 'acknowledged';
}

async function lift(
  { api, silences, clock }: AcknowledgeDeps,
  alert: Alert,
  look: Look,
): Promise<AcknowledgeOutcome> {
  const record = await silences.get(alert.id);
  if (record?.ended || record?.resolvedAt) return 'duplicate';
  const ids = new Set(record ? [record.silenceId] : []);
  // Also those whose record was not written, or was damaged.
  for (const listed of await look.silences())
    if (listed.status.state !== 'expired' && isCommentOf(listed.comment, alert.id)) ids.add(listed.id);
  for (const id of ids) await api.end(id);
  if (record) await silences.put(alert.id, { ...record, ended: { why: 'taken-back', at: clock.now() } });
  return 'acknowledged';
}

function raised(alert: Alert): RaisedAlert {
  const { fingerprint, source, labels, annotations, severity, startsAt, url } = alert;
  return {
    fingerprint,
    source,
    labels,
    annotations,
    severity,
    startsAt,
    ...(url === undefined ? {} : { url }),
  };
}

/** Asks Alertmanager each question once for all alerts of an acknowledgement. */
function lookOnce(api: AlertmanagerApi): Look {
  let alerts: Promise<readonly ListedAlert[]> | undefined;
  let silences: Promise<readonly Silence[]> | undefined;
  let upForMs: Promise<number> | undefined;
  return {
    alerts: () => {
      alerts ??= api.alerts();
      return alerts;
    },
    silences: () => {
      silences ??= api.silences();
      return silences;
    },
    upForMs: () => {
      upForMs ??= api.upForMs();
      return upForMs;
    },
  };
}
