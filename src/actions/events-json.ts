import type { AlertEvent } from '../core/alert.js';

/**
 * The events of one alert as other programs get them: JSON with `version` 1, described field by field in
 * docs/webhook.md. Dates are ISO 8601. A later version 1 may have more fields, and never fewer.
 */
export function eventsJson(events: readonly AlertEvent[]): string {
  return JSON.stringify({ version: 1, events: events.map(eventJson) });
}

/** Field by field, so that what is added to the types inside does not change what is promised outside. */
function eventJson({ id, kind, at, alert, escalation }: AlertEvent) {
  const { fingerprint, source, labels, annotations, severity, status, startsAt, endsAt, url, owner } = alert;
  return {
    ...{ id, kind, at },
    escalation: escalation && { afterSeconds: escalation.afterMs / 1_000, toldBy: escalation.toldBy },
    alert: {
      ...{ id: alert.id, fingerprint, source, status, severity, labels, annotations, startsAt, endsAt, url },
      owner: owner && {
        ...{ author: owner.author, comment: owner.comment, at: owner.at, expiresAt: owner.expiresAt },
      },
    },
  };
}
