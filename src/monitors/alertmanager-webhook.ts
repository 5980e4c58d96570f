import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { RaisedAlert, RaisedEvent } from '../core/alert.js';
import { texts } from './texts.js';

/** What Go writes for a date that is not set. */
const noDate = new Date('0001-01-01T00:00:00Z').getTime();

const date = z.string().transform((text, context) => {
  const value = new Date(text);
  if (Number.isNaN(value.getTime())) context.addIssue({ code: 'custom', message: 'is not a date' });
  return value;
});

const webhook = z.object({
  truncatedAlerts: z.number().nullish(),
  alerts: z.array(
    z.object({
      status: z.enum(['firing', 'resolved']),
      labels: texts,
      annotations: texts.nullish(),
      startsAt: date.refine((value) => value.getTime() !== noDate, 'is not set'),
      endsAt: date.nullish(),
      generatorURL: z.string().nullish(),
      fingerprint: z.string().regex(/^[A-Za-z0-9_-]{1,128}$/, 'is not a fingerprint'),
    }),
  ),
});

/** What came of reading a webhook: its events, or one sentence about what is wrong with it. */
export type WebhookReading =
  | { readonly events: readonly RaisedEvent[]; readonly truncated: number }
  | { readonly problem: string };

/**
 * Reads the body that Alertmanager's `webhook_config` posts (version 4); fields that are not needed are ignored.
 *
 * The same alert in the same state has the same event id in every delivery, since Alertmanager sends the whole
 * group again whenever it grows.
 */
export function readWebhook(monitor: string, body: string, now: Date): WebhookReading {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return { problem: 'the body is not JSON' };
  }
  const parsed = webhook.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const path = (issue?.path ?? []).map(String).join('.');
    return { problem: `${path ? `the field ${path}` : 'the body'}: ${issue?.message ?? 'is not valid'}` };
  }
  const events = parsed.data.alerts.map((alert): RaisedEvent => {
    const raised = raisedAlert(monitor, alert);
    const endsAt = alert.status === 'resolved' && alert.endsAt?.getTime() !== noDate ? alert.endsAt : null;
    return alert.status === 'resolved'
      ? resolvedEvent(raised, endsAt ?? now)
      : { id: eventId(raised, 'firing'), kind: 'fired', at: now, alert: raised };
  });
  return { events, truncated: parsed.data.truncatedAlerts ?? 0 };
}

/** An alert of Alertmanager in our own words, from the webhook or from the API. */
export function raisedAlert(
  monitor: string,
  alert: {
    readonly fingerprint: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>> | null | undefined;
    readonly startsAt: Date;
    readonly generatorURL?: string | null | undefined;
  },
): RaisedAlert {
  const url = alert.generatorURL ?? '';
  return {
    fingerprint: `${monitor}/${alert.fingerprint}`,
    source: monitor,
    labels: alert.labels,
    annotations: alert.annotations ?? {},
    // An alert whose rule names no severity is told as the worst: a filter must not hide it.
    severity: alert.labels['severity']?.trim().toLowerCase() || 'critical',
    startsAt: alert.startsAt,
    ...(/^https?:\/\//i.test(url) && URL.canParse(url) ? { url } : {}),
  };
}

/** The end of a firing; the same id whether the webhook or the watch of silences tells it. */
export function resolvedEvent(alert: RaisedAlert, endsAt: Date): RaisedEvent {
  return { id: eventId(alert, 'resolved'), kind: 'resolved', at: endsAt, alert: { ...alert, endsAt } };
}

/** An event id that is the same for the same firing, `what` and `of` (such as a silence), whoever tells it. */
export function eventId(alert: RaisedAlert, what: string, of = ''): string {
  const parts = [alert.source, alert.fingerprint, alert.startsAt.toISOString(), what, of];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 40);
}
